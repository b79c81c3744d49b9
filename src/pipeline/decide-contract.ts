import type { ProjectFiles } from '../config/project-files.ts';
import { type ContractQuestion, type ContractResult, checkContract } from '../contract/check-contract.ts';
import { isLeak, type MendedContract, proveFixes, triesFor } from '../fix/prove-fixes.ts';
import type { Lineage } from '../lineage/flow.ts';
import { loadProject } from '../project/load/load-project.ts';
import { counted, fixCounts } from '../report/counts.ts';
import { compareWithBase, markNew } from './compare-with-base.ts';
import { loadOptions } from './open-project.ts';
import type { Work } from './work.ts';

/** What the contract is decided from: the results of the stages before. */
export interface Evidence extends Work, Pick<ContractQuestion, 'synced' | 'maskFindings' | 'verified'> {
  readonly lineage: Lineage;
}

/** The contract's findings, which of them are new since the base, and changes that mend them. */
export async function decideContract(evidence: Evidence): Promise<ContractResult | MendedContract> {
  const { project, config, lineage, warehouse, options, stages } = evidence;
  const { baseRef: ref, signal } = options;
  const today = options.now.toISOString().slice(0, 10);
  const question = { ...evidence, contract: config.contract, today };
  const contract =
    ref === undefined
      ? checkContract(question)
      : await stages.run(
          'base',
          async () => {
            const head = { project, config, lineage };
            const base = await compareWithBase({ ref, head, maskFindings: evidence.maskFindings, warehouse, options });
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
        project,
        config,
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
