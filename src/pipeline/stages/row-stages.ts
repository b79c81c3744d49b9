import { warehouseAdapter } from '../../build/adapter.ts';
import type { NodeResult } from '../../build/node-result.ts';
import type { RowFinding } from '../../contract/finding.ts';
import { countsWithoutPersons } from '../../contract/personal-counts.ts';
import { verifyData } from '../../contract/rows/verify-data.ts';
import { requireBuiltColumns } from '../../lineage/shadow/built-columns.ts';
import { traceBuilt } from '../../lineage/trace-statically.ts';
import type { TracedProject } from '../../lineage/traced-project.ts';
import { counted } from '../../report/counts.ts';
import { lockDown } from '../../warehouse/duckdb.ts';
import { attachDatabases } from './attach-databases.ts';
import { buildNodes } from './build-nodes.ts';
import { builtTexts } from './built-texts.ts';
import type { CopiedTables } from './copy-from-postgres.ts';
import { importFiles } from './import-files.ts';
import { requireSources } from './require-sources.ts';
import type { RowWork } from './work.ts';

/**
 * Runs the stages `postgres` and `sync`. Then it locks the warehouse down, before SQL of the project runs in it.
 * @throws {UserError} for a source that is not filled
 */
export async function copyStage(work: RowWork): Promise<CopiedTables> {
  const { project, config, warehouse, rows, options } = work;
  await requireSources(project, config, warehouse);
  // Loaded here and not before, since a check copies nothing and need not wait for the client of Postgres.
  const { copyFromPostgres } = await import('./copy-from-postgres.ts');
  const copied = await copyFromPostgres({ ...work, fullRefresh: rows.fullRefresh }, rows.postgres);
  await importFiles(project, warehouse, options.progress);
  await attachDatabases(project, warehouse);
  await lockDown(warehouse);
  return copied;
}

/** Runs the stage `build`. Counts are shown where no personal data has a part in them. */
export function buildStage({ rows, ...work }: RowWork, traced: TracedProject): Promise<readonly NodeResult[]> {
  const { selected, fullRefresh } = rows;
  const counts = countsWithoutPersons(work.project, traced);
  return buildNodes({ ...work, kind: 'build', selected, fullRefresh, counts });
}

/**
 * Finds the lineage of the nodes that were built. A node that was not traced before, or was built with another text, is
 * traced again with the answers that its template got in the build.
 */
export async function traceBuiltStage(
  { project, config, runTexts, warehouse, options }: RowWork,
  traced: TracedProject,
  build: readonly NodeResult[],
): Promise<TracedProject> {
  const adapter = warehouseAdapter(warehouse, project.target.database);
  const { masks } = config.contract;
  const { signal } = options;
  const lineage = await traceBuilt(traced, build, {
    project,
    warehouse,
    masks,
    runTexts,
    adapter,
    mistaken: options.allModels ? undefined : 'unknown',
    signal,
  });
  return requireBuiltColumns(lineage, project, warehouse);
}

export function verifyStage(
  { project, config, warehouse, options, stages }: RowWork,
  lineage: TracedProject,
  build: readonly NodeResult[],
): Promise<readonly RowFinding[]> {
  const adapter = warehouseAdapter(warehouse, project.target.database);
  const { contract } = config;
  const { signal } = options;
  return stages.run(
    'verify',
    () => {
      const texts = builtTexts(project, build);
      return verifyData({ project, lineage, contract, warehouse, builtTexts: texts, adapter, signal });
    },
    (findings) => counted(findings.length, 'finding'),
  );
}
