import { type ContractQuestion, type ContractResult, checkContract } from '../contract/check-contract.ts';
import type { PipelineOptions } from '../pipeline.ts';
import { counted } from '../report/counts.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { compareWithBase, markNew } from './compare-with-base.ts';
import type { OpenedProject } from './open-project.ts';
import { tryFixes } from './prove-fixes.ts';
import type { Stages } from './stages.ts';

export interface Decision extends Pick<ContractQuestion, 'lineage' | 'synced' | 'maskFindings' | 'verified'> {
  readonly opened: OpenedProject;
  /** Has the sources with their types, as lineage found them. */
  readonly warehouse: Warehouse | undefined;
  readonly options: PipelineOptions;
}

/** The contract's findings, what of them is new since the base, and changes that mend them. */
export async function decideContract(decision: Decision, stages: Stages): Promise<ContractResult> {
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
  return tryFixes({ opened, location: options, lineage, contract, warehouse, today, signal }, stages);
}
