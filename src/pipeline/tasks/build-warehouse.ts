import { compileEphemeral } from '../../build/compile-ephemeral.ts';
import { exportFiles } from '../../build/export-files.ts';
import type { NodeResult } from '../../build/node-result.ts';
import { ensureDuckDB } from '../../native/ensure-duckdb.ts';
import type { DbtCommand } from '../../project/context/dbt-command.ts';
import { reportedNodes } from '../../report/make-report.ts';
import type { ReportedNode } from '../../report/report.ts';
import { closeOnAbort } from '../../warehouse/close-on-abort.ts';
import { lockDown, openWithFiles } from '../../warehouse/duckdb.ts';
import { holdWarehouse } from '../files/hold-warehouse.ts';
import { artifactFiles } from '../files/output-files.ts';
import { placeWarehouse } from '../files/place-warehouse.ts';
import { writeFiles } from '../files/write-files.ts';
import { type DbtCommandOptions, openSelected, type SelectedProject } from '../open/open-selected.ts';
import type { DbtBuildOptions } from '../options.ts';
import { shownCounts } from '../shown-counts.ts';
import { attachDatabases } from '../stages/attach-databases.ts';
import { buildNodes } from '../stages/build-nodes.ts';
import { importFiles } from '../stages/import-files.ts';

interface BuildWarehouseOptions extends DbtCommandOptions, DbtBuildOptions {
  /** The command: `test` runs the tests of what is built already, `seed` and `snapshot` build these alone. */
  readonly which: Extract<DbtCommand['which'], 'build' | 'test' | 'seed' | 'snapshot'>;
  /** Unique ids of the nodes to build, in the place of a selection. */
  readonly only?: ReadonlySet<string>;
}

/**
 * Builds and tests the selected nodes in the target's warehouse itself, as dbt does, and writes the files of external models
 * and dbt's artifacts.
 * @throws {UserError} for a node that cannot be built at all
 */
export async function buildWarehouse(options: BuildWarehouseOptions): Promise<readonly ReportedNode[]> {
  const opened = await openSelected(options, options.which);
  const { project, run, targetFolder } = opened;
  await ensureDuckDB(options);
  await using _held = await holdWarehouse(project.target.path, 'build', options);
  await using place = await placeWarehouse(project);
  const { results, ephemeral } = await buildIn(place.path, opened, options);
  await exportFiles(project, results, place.path);
  await writeFiles(targetFolder, artifactFiles(project, results, run, ephemeral));
  return reportedNodes(project, results);
}

interface BuiltNodes {
  readonly results: readonly NodeResult[];
  /** SQL of the ephemeral models by unique id. */
  readonly ephemeral: ReadonlyMap<string, string>;
}

/** Builds the nodes in the warehouse at a path, which is closed when this returns. */
async function buildIn(path: string, opened: SelectedProject, options: BuildWarehouseOptions): Promise<BuiltNodes> {
  const { project, config, selected, stages } = opened;
  const { which, fullRefresh, failFast, warnError, signal } = options;
  await using warehouse = await openWithFiles(path, { threads: project.target.threads, ...config.limits });
  if (which !== 'test') await importFiles(project, warehouse, options.progress);
  await attachDatabases(project, warehouse);
  await lockDown(warehouse);
  using _interrupted = closeOnAbort(warehouse, signal);
  const isWanted = (uniqueId: string) => which === 'build' || which === 'test' || uniqueId.startsWith(`${which}.`);
  const counts = await shownCounts(opened, warehouse, options);
  const wanted = options.only ?? new Set([...selected].filter(isWanted));
  const results = await buildNodes({
    project,
    warehouse,
    selected: wanted,
    kind: which === 'test' ? 'test' : 'build',
    fullRefresh,
    failFast,
    warnError,
    ...(counts && { counts }),
    options,
    stages,
  });
  return { results, ephemeral: await compileEphemeral(project, wanted, warehouse) };
}
