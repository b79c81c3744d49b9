import { attackMasks, type MaskFinding } from '../contract/masks/attack-masks.ts';
import { modelsInTiers } from '../contract/tier.ts';
import type { Lineage } from '../lineage/flow.ts';
import type { TraceCache } from '../lineage/trace-cache.ts';
import type { TracedProject } from '../lineage/trace-project.ts';
import { traceStatically } from '../lineage/trace-statically.ts';
import { counted } from '../report/counts.ts';
import { openLineageCache } from './lineage-cache.ts';
import { readsServer } from './open-project.ts';
import type { Invocation } from './options.ts';
import type { Work } from './work.ts';

/**
 * Runs the stage `check`: traces the SQL of the project. No row is read.
 * @param early traces of this run; `undefined`: those of the run before
 * @throws {UserError} for a mistake in the project or its SQL
 */
export async function traceStage(
  { project, config, runTexts, warehouse, options, stages }: Omit<Work, 'options'> & { readonly options: Invocation },
  early: TraceCache | undefined,
): Promise<TracedProject> {
  const { environment, signal } = options;
  const masks = config.contract.masks;
  return stages.run(
    'check',
    async () => {
      const cache = early ?? (await openLineageCache(project, environment));
      const mustBind = modelsInTiers(project, config.contract.tiers);
      const traced = await traceStatically({
        project,
        warehouse,
        masks,
        runTexts,
        adapter: undefined,
        cache,
        mustBind,
        signal,
      });
      await cache?.save();
      return traced;
    },
    ({ nodes }) => `${counted(nodes.size, 'node')} traced`,
  );
}

/** Runs the stage `masks`: tries each mask on synthetic values. */
export function attackStage(
  { project, config, runTexts, options, stages }: Work,
  lineage: Lineage,
): Promise<readonly MaskFinding[]> {
  const { contract } = config;
  const { parses } = runTexts;
  const { progress, signal, rows } = options;
  const masksRealData = readsServer(rows?.postgres, config);
  return stages.run(
    'masks',
    () => attackMasks({ project, contract, lineage, masksRealData, parses, progress, signal }),
    () => counted(contract.masks.length, 'mask'),
  );
}
