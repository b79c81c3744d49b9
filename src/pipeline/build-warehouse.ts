import { join } from 'node:path';
import { ensureDuckDB } from '../native/ensure-duckdb.ts';
import { selectNodes } from '../project/selection/select.ts';
import { reportedNodes } from '../report/make-report.ts';
import type { ReportedNode } from '../report/report.ts';
import { closeOnAbort } from '../warehouse/close-on-abort.ts';
import { lockDown, openWithFiles } from '../warehouse/duckdb.ts';
import { buildNodes } from './build-nodes.ts';
import { importFiles } from './import-files.ts';
import { openStage, openWithoutContract } from './open-project.ts';
import type { BuildOptions, Invocation, ProjectOptions, Selection } from './options.ts';
import { artifactFiles } from './output-files.ts';
import { openStages } from './stages.ts';
import { writeFiles } from './write-files.ts';

interface BuildWarehouseOptions extends ProjectOptions, Selection, BuildOptions, Invocation {
  /** `test` runs the tests of what is built already. */
  readonly kind: 'build' | 'test';
}

/**
 * Builds and tests the selected nodes in the target's warehouse itself, as dbt does, and writes dbt's artifacts.
 * @throws {UserError} for a node that cannot be built at all
 */
export async function buildWarehouse(options: BuildWarehouseOptions): Promise<readonly ReportedNode[]> {
  const { kind, fullRefresh, select, exclude, signal } = options;
  const command = { which: kind, fullRefresh, select, exclude };
  const stages = openStages(options);
  const { project, config } = await openStage({ ...options, command }, stages, openWithoutContract);
  const selected = selectNodes(project, options);
  await ensureDuckDB(options);
  const { threads, path } = project.target;
  await using warehouse = await openWithFiles(path, { threads, ...config.limits });
  if (kind === 'build') await importFiles(project, warehouse);
  await lockDown(warehouse);
  using _interrupted = closeOnAbort(warehouse, signal);
  const results = await buildNodes({
    project,
    warehouse,
    selected,
    kind,
    fullRefresh,

    options,
    stages,
  });
  await writeFiles(join(project.directory, 'target'), artifactFiles(project, results));
  return reportedNodes(project, results);
}
