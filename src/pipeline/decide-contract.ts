import type { ProjectFiles } from '../config/project-files.ts';
import { type ContractQuestion, type ContractResult, checkContract } from '../contract/check-contract.ts';
import { isLeak, type MendedContract, proveFixes, triesFor } from '../fix/prove-fixes.ts';
import { loadProject } from '../project/load/load-project.ts';
import { counted, fixCounts } from '../report/counts.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { compareWithBase, markNew } from './compare-with-base.ts';
import { loadOptions, type OpenedProject } from './open-project.ts';
import type { PipelineOptions } from './pipeline-options.ts';
import type { Stages } from './stages.ts';

export interface Decision extends Pick<ContractQuestion, 'lineage' | 'synced' | 'maskFindings' | 'verified'> {
  readonly opened: OpenedProject;
  /** Has the sources with their types, as lineage found them. */
  readonly warehouse: Warehouse | undefined;
  readonly options: PipelineOptions;
}

/** The contract's findings, what of them is new since the base, and changes that mend them. */
export async function decideContract(decision: Decision, stages: Stages): Promise<ContractResult | MendedContract> {
  const { opened, lineage, warehouse, options, maskFindings } = decision;
  const { project, config } = opened;
  const { baseRef: ref, signal } = options;
  const today = options.now.toISOString().slice(0, 10);
  const question = { ...decision, project, contract: config.contract, today };
  const contract =
    ref === undefined
      ? checkContract(question)
      : await stages.run(
          'base',
          async () => {
            const base = await compareWithBase({ ref, head: { ...opened, lineage }, maskFindings, warehouse, options });
            return markNew(checkContract({ ...question, weakened: base.weakened }), base);
          },
          ({ findings }) => `${counted(findings.filter(({ isNew }) => isNew).length, 'finding')} new since ${ref}`,
        );
  if (!contract.findings.some(isLeak)) return contract;
  const reload = (files: ProjectFiles) => loadProject(loadOptions(options, files, config.env));
  return stages.run(
    'fixes',
    () =>
      proveFixes({
        ...opened,
        reload,
        lineage,
        contract,
        warehouse,
        today,
        tries: triesFor(project.nodes.size),
        signal,
      }),
    ({ fixes }) => fixCounts(fixes),
  );
}
