import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { selectNodes } from '../project/selection/select.ts';
import { loadFrom, writeProject } from '../project/testing/small-project.ts';
import { UserError } from '../user-error.ts';
import { openDuckDB } from '../warehouse/duckdb.ts';
import { SqlError } from '../warehouse/sql-error.ts';
import { testSql } from '../warehouse/testing/test-sql.ts';
import { buildProject } from './build-project.ts';
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
  try {
    const project = await loadFrom({ directory, [Symbol.dispose]() {} }, { vars, command });
    await using warehouse = await openDuckDB(join(directory, 'wh.duckdb'));
    const results = await buildProject({
      project,
      warehouse,
      selected: selectNodes(project, command),
      kind: 'build',
      threads: 2,
      fullRefresh: full_refresh,
      progress: () => {},
      signal: new AbortController().signal,
    });
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

/** The rows of each query as texts. */
async function rowsIn(directory: string, tables: readonly DbtTable[]): Promise<readonly DbtTable['rows'][]> {
  await using warehouse = await openDuckDB(join(directory, 'wh.duckdb'));
  const all: DbtTable['rows'][] = [];
  for (const { query } of tables) {
    try {
      const rows = await warehouse.rows(testSql(`select columns(*)::varchar from (${query})`));
      all.push(rows.map((row) => Object.values(row).map((cell) => (cell === null ? null : String(cell)))));
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      all.push(null);
    }
  }
  return all;
}
