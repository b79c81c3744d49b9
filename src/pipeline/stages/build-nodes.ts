import { type BuildOptions as BuildSettings, buildProject } from '../../build/build-project.ts';
import type { NodeResult } from '../../build/node-result.ts';
import type { Project } from '../../project/project.ts';
import { buildCounts } from '../../report/counts.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { BuildOptions, Invocation } from '../options.ts';
import type { Stages } from './stages.ts';

interface BuildJob
  extends BuildOptions,
    Pick<BuildSettings, 'selected' | 'kind' | 'counts' | 'failFast' | 'warnError'> {
  readonly project: Project;
  readonly warehouse: Warehouse;
  readonly options: Invocation;
  readonly stages: Stages;
}

/** Runs the stage `build`: builds the selected nodes and their tests, or runs the tests alone. */
export function buildNodes({ stages, options, ...job }: BuildJob): Promise<readonly NodeResult[]> {
  const { progress, signal } = options;
  const { nodes, unitTests, target } = job.project;
  return stages.run(
    'build',
    () => buildProject({ ...job, threads: target.threads, progress, signal }),
    (results) =>
      buildCounts(
        results.map(({ uniqueId, status }) => ({
          status,
          resourceType: nodes.get(uniqueId)?.resourceType ?? (unitTests.has(uniqueId) ? 'unit test' : 'hook'),
        })),
      ),
  );
}
