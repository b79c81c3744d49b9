import type { ProjectFiles } from '../../config/project-files.ts';
import { type ContractInput, type ContractResult, checkContract } from '../../contract/check-contract.ts';
import { isLeak, type MendedContract, proveFixes, triesFor } from '../../fix/prove-fixes.ts';
import type { Lineage } from '../../lineage/flow.ts';
import type { TracedProject } from '../../lineage/traced-project.ts';
import { loadProject } from '../../project/load/load-project.ts';
import { counted, fixCounts } from '../../report/counts.ts';
import { compareWithBase, markNew } from '../base/compare-with-base.ts';
import { loadOptions } from '../open/open-project.ts';
import type { Work } from './work.ts';

/** The results of the stages before, from which the contract is decided. */
export interface Evidence extends Work, Pick<ContractInput, 'synced' | 'maskFindings' | 'verified'> {
  readonly lineage: Lineage;
  /** Trace of the project before the build, by which fixes are proven. */
  readonly traced: TracedProject;
}

/** The contract's findings, which of them are new since the base, and changes that mend them. */
export async function decideContract(evidence: Evidence): Promise<ContractResult | MendedContract> {
  const { project, config, runTexts, judge, lineage, traced, maskFindings, warehouse, options, stages } = evidence;
  const { signal } = options;
  const today = options.now.toISOString().slice(0, 10);
  const input = { ...evidence, contract: config.contract, today };
  const contract =
    judge === undefined
      ? checkContract(input)
      : await stages.run(
          'base',
          async () => {
            const unwaived = { ...input, contract: { ...config.contract, waivers: [] } };
            const { findings: found } = checkContract(unwaived);
            const head = { project, config, runTexts, lineage };
            const base = await compareWithBase({ judge, head, found, maskFindings, warehouse, options });
            const { weakened, baseSchemas } = base;
            return markNew(checkContract({ ...input, weakened, ...(baseSchemas && { baseSchemas }) }), base);
          },
          ({ findings }) =>
            `${counted(findings.filter(({ isNew }) => isNew).length, 'finding')} new since ${judge.ref}`,
        );
  if (!contract.findings.some(isLeak)) return contract;
  const reload = (files: ProjectFiles) => loadProject(loadOptions(options, files, config));
  return stages.run(
    'fixes',
    () =>
      proveFixes({
        project,
        config,
        reload,
        lineage,
        traced,
        contract,
        warehouse,
        runTexts,
        today,
        tries: triesFor(project.nodes.size),
        signal,
      }),
    ({ fixes }) => fixCounts(fixes),
  );
}
