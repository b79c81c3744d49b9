import type { TracedProject } from '../../lineage/traced-project.ts';
import { ensureDuckDB } from '../../native/ensure-duckdb.ts';
import { closeOnAbort } from '../../warehouse/close-on-abort.ts';
import { openExisting } from '../files/open-existing.ts';
import { type OpenedProject, openStage, openWithoutContract } from '../open/open-project.ts';
import type { Invocation, ProjectOptions } from '../options.ts';
import { lineageCacheFile } from '../stages/lineage-cache.ts';
import { openStages } from '../stages/stages.ts';
import { traceStage } from '../stages/text-stages.ts';

export interface TraceOptions extends ProjectOptions, Invocation {
  /** DuckDB file that gives sources their types; `undefined`: the target's, where it exists. */
  readonly warehouse: string | undefined;
}

export interface TracedText extends OpenedProject {
  readonly lineage: TracedProject;
}

/**
 * Finds the lineage of a project, and decides no contract. No rows are read, no server is started, nothing is written.
 * @throws {UserError} for a mistake in the project or its SQL
 */
export async function traceText(options: TraceOptions): Promise<TracedText> {
  const stages = openStages(options);
  const opened = await openStage(options, stages, openWithoutContract);
  await ensureDuckDB(options);
  const { project, config, runTexts } = opened;
  const limits = { ...config.limits, parses: runTexts.parses };
  await using warehouse = await openExisting(options.warehouse, project.target.path, limits);
  using _interrupted = warehouse && closeOnAbort(warehouse, options.signal);
  const cacheFile = lineageCacheFile(project, options.environment);
  return { ...opened, lineage: await traceStage({ ...opened, warehouse, options, stages }, cacheFile) };
}
