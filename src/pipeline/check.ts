import type { ContractResult } from '../contract/check-contract.ts';
import { attackMasks } from '../contract/masks/attack-masks.ts';
import type { TracedProject } from '../lineage/trace-project.ts';
import { traceStatically } from '../lineage/trace-statically.ts';
import { ensureDuckDB } from '../native/ensure-duckdb.ts';
import { counted } from '../report/counts.ts';
import { openCompared } from './compare-with-base.ts';
import { decideContract } from './decide-contract.ts';
import { openLineageCache } from './lineage-cache.ts';
import { openExisting } from './open-existing.ts';
import { type OpenedProject, readsServer } from './open-project.ts';
import type { PipelineOptions } from './pipeline-options.ts';
import { type FinishedStage, openStages, type Stages } from './stages.ts';

export interface TracedText extends OpenedProject {
  readonly lineage: TracedProject;
  readonly stages: Stages;
}

/**
 * Lineage from the project's text alone: no rows are read, no Postgres is asked, nothing is written.
 * Column types of sources come from `warehouseFile`, by default the target's, where it exists; else from YAML.
 * @throws {UserError} for a mistake in the project or its SQL
 */
export async function traceText(options: PipelineOptions, warehouseFile: string | undefined): Promise<TracedText> {
  const { environment, progress, signal } = options;
  const stages = openStages(progress, signal);
  const opened = await stages.run(
    'project',
    () => openCompared(options),
    ({ project }) =>
      `${project.name}: ${counted(project.order.length, 'node')}, ${counted(project.sources.size, 'source')}`,
  );
  const { project, config } = opened;
  await ensureDuckDB({ environment, progress, signal });
  const lineage = await stages.run(
    'check',
    async () => {
      await using warehouse = await openExisting(warehouseFile, project.target.path);
      const cache = await openLineageCache(project, environment);
      const question = { project, warehouse, masks: config.contract.masks, adapter: undefined, cache, signal };
      const traced = await traceStatically(question);
      await cache?.save();
      return traced;
    },
    ({ nodes }) => `${counted(nodes.size, 'node')} traced`,
  );
  return { ...opened, lineage, stages };
}

export interface Analysis extends OpenedProject {
  readonly lineage: TracedProject;
  readonly contract: ContractResult;
  readonly stages: readonly FinishedStage[];
}

/** Lineage and contract, as {@link traceText} finds the one; masks are tried on values of our own. */
export async function analyze(options: PipelineOptions, warehouseFile: string | undefined): Promise<Analysis> {
  const { project, config, lineage, stages } = await traceText(options, warehouseFile);
  const { progress, signal } = options;
  const maskFindings = await stages.run(
    'masks',
    () =>
      attackMasks({
        project,
        contract: config.contract,
        lineage,
        masksRealData: readsServer(options, config),
        progress,
        signal,
      }),
    () => counted(config.contract.masks.length, 'mask'),
  );
  await using warehouse = await openExisting(warehouseFile, project.target.path);
  const opened = { project, config };
  const decision = { opened, lineage, synced: undefined, maskFindings, verified: [], warehouse, options };
  const contract = await decideContract(decision, stages);
  return { project, config, lineage, contract, stages: stages.finished };
}
