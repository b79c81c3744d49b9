import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DbtCommand } from '../project/context/dbt-command.ts';
import type { Project } from '../project/project.ts';
import { selectNodes } from '../project/selection/select.ts';
import { loadFrom, writeProject } from '../project/testing/small-project.ts';
import { literal, sql } from '../sql.ts';
import { UserError } from '../user-error.ts';
import { openDuckDB, openWithFiles } from '../warehouse/duckdb.ts';
import { SqlError } from '../warehouse/sql-error.ts';
import { testSql } from '../warehouse/testing/test-sql.ts';
import { buildProject } from './build-project.ts';
import { exportFiles } from './export-files.ts';
import { COMMON_FILES, type DbtBuild, type DbtTable, readDbtCases } from './testing/dbt-cases.ts';

// `dbt-differential.test.ts` compares the same cases with real dbt.
describe.each([...readDbtCases()])('%s', (_, cases) => {
  test.each(cases)('$name', async ({ files, builds, tables = [], differs }) => {
    using project = writeProject({ ...COMMON_FILES, ...files });
    const built: DbtBuild['dbt'][] = [];
    for (const options of builds) built.push(await buildIn(project.directory, options));
    const rows = await rowsIn(project.directory, tables);
    const given = { built, rows };
    const expected = { built: builds.map(({ dbt }) => dbt), rows: tables.map((table) => table.rows) };
    if (differs === undefined) expect(given).toEqual(expected);
    else expect(given).not.toEqual(expected);
  });
});

async function buildIn(
  directory: string,
  { vars = {}, full_refresh = false, store_failures }: DbtBuild,
): Promise<DbtBuild['dbt']> {
  const flags = { fullRefresh: full_refresh, storeFailures: store_failures ?? false };
  const command = { which: 'build', ...flags, select: [], exclude: [] } as const;
  const path = join(directory, 'wh.duckdb');
  try {
    const project = await loadFrom({ directory, [Symbol.dispose]() {} }, { vars, command });
    const results = await buildAt(path, project, command);
    await exportFiles(project, results, path);
    return results
      .map(({ uniqueId, status, failures }) =>
        [uniqueId, status, ...(/^(pass|fail|warn)$/.test(status) ? [failures] : [])].join(' '),
      )
      .sort();
  } catch (error) {
    if (error instanceof UserError) return 'refused';
    throw error;
  }
}

async function buildAt(path: string, project: Project, command: DbtCommand) {
  await using warehouse = await openDuckDB(path);
  return await buildProject({
    project,
    warehouse,
    selected: selectNodes(project, command),
    kind: 'build',
    threads: 2,
    fullRefresh: command.fullRefresh,
    progress: () => {},
    signal: new AbortController().signal,
  });
}

/** The rows of each query as texts. A query may read files of the project folder. */
async function rowsIn(directory: string, tables: readonly DbtTable[]): Promise<readonly DbtTable['rows'][]> {
  await using warehouse = await openWithFiles(join(directory, 'wh.duckdb'));
  await warehouse.run(sql`set file_search_path = ${literal(directory)}`);
  const all: DbtTable['rows'][] = [];
  for (const { query } of tables) {
    try {
      const rows = await warehouse.rows(testSql(`select columns(*)::varchar from (${query})`));
      all.push(
        rows.map((row) =>
          Object.values(row).map((cell) => (cell === null ? null : String(cell).replaceAll(`${directory}/`, ''))),
        ),
      );
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      all.push(null);
    }
  }
  return all;
}
