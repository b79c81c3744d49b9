import { expect, test } from 'vitest';
import { writeProject } from '../project/testing/small-project.ts';
import { COMMON_FILES, type DbtCase, readDbtCases } from './testing/dbt-cases.ts';
import { findDbt, RealDbt } from './testing/real-dbt.ts';

/** Only every eighth case is compared, since dbt takes a second or two for each; FENCELINE_DBT_CASES=all compares all. */
const EVERY = process.env['FENCELINE_DBT_CASES'] === 'all' ? 1 : 8;

const python = findDbt();
if (!python) {
  console.warn('No dbt is compared with the cases: name a Python that has dbt-duckdb in FENCELINE_DBT_PYTHON.');
}

test.skipIf(!python)('real dbt makes of each case what it says', { timeout: 1_800_000 }, async () => {
  using dbt = new RealDbt(python ?? '');
  const cases = [...readDbtCases().values()].flat().filter((_, index) => index % EVERY === 0);
  const different = [];
  for (const one of cases) {
    const [given, expected] = [await builtByDbt(dbt, one), expectedOf(one)];
    if (JSON.stringify(given) !== JSON.stringify(expected)) different.push({ name: one.name, given, expected });
  }
  expect(different.map(({ given, name }) => ({ name, given }))).toEqual(
    different.map(({ expected, name }) => ({ name, given: expected })),
  );
});

async function builtByDbt(dbt: RealDbt, { files, builds, tables = [] }: DbtCase) {
  using project = writeProject({ ...COMMON_FILES, ...files });
  const { builds: built, rows } = await dbt.build(project.directory, builds, tables);
  return { built: built.map((build) => ('nodes' in build ? build.nodes : 'refused')), rows };
}

function expectedOf({ builds, tables = [] }: DbtCase) {
  return { built: builds.map(({ dbt }) => dbt), rows: tables.map(({ rows }) => rows) };
}
