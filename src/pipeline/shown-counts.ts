import type { ShownCounts } from '../build/shown-counts.ts';
import { readMarks } from '../contract/marks.ts';
import { countsWithoutPersons } from '../contract/personal-counts.ts';
import type { Lineage } from '../lineage/flow.ts';
import { traceStatically } from '../lineage/trace-statically.ts';
import { UserError } from '../user-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { OpenedProject } from './open/open-project.ts';
import type { Invocation } from './options.ts';
import { lineageCacheFile } from './stages/lineage-cache.ts';

/**
 * Decides which counts a build shows where no stage has traced the project. `undefined` for a project without a mark of
 * personal data: it shows all of them, and needs no trace.
 */
export async function shownCounts(
  { project, config, runTexts }: OpenedProject,
  warehouse: Warehouse,
  { environment, signal }: Pick<Invocation, 'environment' | 'signal'>,
): Promise<ShownCounts | undefined> {
  const { columns, tables } = readMarks(project, 'allow');
  if (columns + tables === 0) return undefined;
  const cacheFile = lineageCacheFile(project, environment);
  if (cacheFile !== undefined) await runTexts.traces.read(cacheFile);
  const { masks } = config.contract;
  const mustBind = new Set<string>();
  const trace = { project, warehouse, masks, runTexts, adapter: undefined, mustBind, signal };
  const lineage = await traceStatically(trace).catch(untraced);
  if (cacheFile !== undefined) await runTexts.traces.write(cacheFile);
  return countsWithoutPersons(project, lineage);
}

/** The lineage of a project with a mistake: the build reports it, and until it is mended no count is shown. */
function untraced(error: unknown): Lineage {
  if (error instanceof UserError) return { nodes: new Map() };
  throw error;
}
