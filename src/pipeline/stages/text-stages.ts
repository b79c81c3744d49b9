import { attackMasks, type MaskFinding } from '../../contract/masks/attack-masks.ts';
import type { Lineage } from '../../lineage/flow.ts';
import { traceStatically } from '../../lineage/trace-statically.ts';
import type { TracedProject } from '../../lineage/traced-project.ts';
import { counted } from '../../report/counts.ts';
import { readsServer } from '../open/open-project.ts';
import type { Invocation, PipelineOptions } from '../options.ts';
import type { Work } from './work.ts';

/**
 * Runs the stage `check`: traces the SQL of the project. No row is read.
 * @param cacheFile file that keeps the traces from one run to the next; `undefined`: they are of this run alone
 * @throws {UserError} for a mistake in the project or its SQL
 */
export async function traceStage(
  {
    project,
    config,
    runTexts,
    warehouse,
    options,
    stages,
  }: Omit<Work, 'options'> & { readonly options: Invocation & Pick<PipelineOptions, 'allModels'> },
  cacheFile: string | undefined,
): Promise<TracedProject> {
  const { signal } = options;
  const { masks } = config.contract;
  return stages.run(
    'check',
    async () => {
      if (cacheFile !== undefined) await runTexts.traces.read(cacheFile);
      const traced = await traceStatically({
        project,
        warehouse,
        masks,
        runTexts,
        adapter: undefined,
        mistaken: options.allModels ? undefined : 'unknown',
        signal,
      });
      if (cacheFile !== undefined) await runTexts.traces.write(cacheFile);
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
