import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import dbtProject from '../../schema/dbt-project.schema.json' with { type: 'json' };
import fencelineSchema from '../../schema/fenceline.schema.json' with { type: 'json' };
import profileTarget from '../../schema/profile-target.schema.json' with { type: 'json' };
import properties from '../../schema/properties.schema.json' with { type: 'json' };
import { buildProject } from '../../src/build/build-project.ts';
import { loadFencelineConfig } from '../../src/config/load-fenceline-config.ts';
import { overlayFiles } from '../../src/config/overlay-files.ts';
import { openProjectFiles } from '../../src/config/project-files.ts';
import { sourceColumns } from '../../src/lineage/shadow/source-columns.ts';
import { traceProject } from '../../src/lineage/trace-project.ts';
import type { LoadOptions } from '../../src/project/load/load-options.ts';
import { loadProject } from '../../src/project/load/load-project.ts';
import type { Project } from '../../src/project/project.ts';
import { PROJECT, writeProject } from '../../src/project/testing/small-project.ts';
import { CONFIGURATIONS } from '../../src/project/unsupported/configurations.ts';
import { terminalLines } from '../../src/report/escape.ts';
import { mistakeText, UserError } from '../../src/user-error.ts';
import { readCatalog } from '../../src/warehouse/catalog.ts';
import { openDuckDB } from '../../src/warehouse/duckdb.ts';
import { testSql } from '../../src/warehouse/testing/test-sql.ts';
import { textSites } from './text-sites.ts';

/**
 * 10,000 texts in all: 40 in a project where it is only loaded, since all mistakes of a project are collected, and two
 * where it is built, too.
 */
const SEED = 20_261_129;

const PWNED_FILE = join(tmpdir(), `fenceline-pwned-${process.pid}`);
const PIECES = [
  ...["'", "''", '"', '""', '`', '--', '/*', '*/', ';', '$$', '\\', '(', ')', '[', ']', '{', '}', ',', '%', '\n', '\r'],
  ...[
    '{{',
    '}}',
    '{%',
    '%}',
    '{#',
    '#}',
    '::error::',
    '\n::add-mask::',
    '##vso[',
    '<script>',
    '|',
    '@all',
    '\t',
    '\u0000',
  ],
  ...['\u202e', '\u200b', '\ufeff', '\ud800', 'ı', 'ß', 'İ', '😀', '__proto__', 'constructor', 'toString', '../../x'],
  ...[
    'select',
    'id',
    'm0',
    'int',
    'varchar',
    'null',
    'union all',
    '*',
    '<<',
    '&a',
    '*a',
    '!!js',
    'C:\\',
    ['$', '{HOME}'].join(''),
  ],
  "'); create table pwned(i int); --",
  '"); create table pwned(i int); --',
  'int); create table pwned(i int); --',
  `'; copy (select 1) to '${PWNED_FILE}'; --`,
  `{{ run_query("create table pwned(i int)") }}`,
  "' union all select 'x",
];

/** Any code points, halves of pairs among them. */
const anything = fc
  .array(fc.integer({ min: 0, max: 0x10_ff_ff }), { maxLength: 12 })
  .map((codes) => String.fromCodePoint(...codes));
const text = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 4 }).map((all) => all.join('')),
  },
  { weight: 2, arbitrary: anything },
  { weight: 1, arbitrary: fc.constantFrom(...PIECES) },
);
/** Ten thousand characters: one in a hundred, since each is slow. */
const long = fc.constantFrom(...PIECES.slice(0, 30)).map((piece) => piece.repeat(Math.ceil(10_000 / piece.length)));
const TEXT = fc.oneof({ weight: 99, arbitrary: text }, { weight: 1, arbitrary: long });

const CONFIG_KEYS = [...new Set(Object.values(CONFIGURATIONS).flatMap((keys) => Object.keys(keys)))];
const KEYS = {
  config: CONFIG_KEYS,
  models: ['+meta', '+tags', '+schema', '+alias', ...CONFIG_KEYS],
  seeds: CONFIG_KEYS,
};

/** The places of a text: in YAML by the schemas, and in the other files of a project. */
type Place = (text: string, index: number) => Readonly<Record<string, string>>;

const yaml = (document: unknown) => JSON.stringify(document);
const files: readonly Place[] = [
  ...textSites(properties, KEYS).map(
    ({ document }): Place =>
      (value, i) => ({
        [`models/p${i}.yml`]: yaml(document(value, `m${i}`)),
      }),
  ),
  (value, i) => ({ [`models/raw${i}.yml`]: `models: [{ name: m${i}, description: ${value} }]` }),
  (value, i) => ({ [`models/raw${i}.yml`]: `models:\n  - name: m${i}\n    ${value}: 1\n` }),
  (value, i) => ({ [`seeds/s${i}.csv`]: `id,${value}\n1,2\n` }),
  (value, i) => ({ [`seeds/s${i}.csv`]: `"id","${value.replaceAll('"', '""')}"\n1,2\n` }),
  (value, i) => ({ [`seeds/s${i}.csv`]: `id,v\n1,${value}\n` }),
  (value, i) => ({ [`seeds/${value.replaceAll('/', '_')}${i}.csv`]: 'id,v\n1,2\n' }),
  (value, i) => ({
    [`seeds/s${i}.csv`]: 'id,v\n1,2\n',
    [`seeds/s${i}.yml`]: yaml({ seeds: [{ name: `s${i}`, config: { column_types: { v: value } } }] }),
  }),
  (value, i) => ({
    [`seeds/s${i}.csv`]: 'id,v\n1,2\n',
    [`seeds/s${i}.yml`]: yaml({ seeds: [{ name: `s${i}`, config: { delimiter: value, quote_columns: true } }] }),
  }),
  (value, i) => ({
    [`models/c${i}.sql`]: 'select 1 as id',
    [`models/c${i}.yml`]: yaml({
      models: [
        { name: `c${i}`, config: { contract: { enforced: true } }, columns: [{ name: 'id', data_type: value }] },
      ],
    }),
  }),
  (value, i) => ({
    [`models/c${i}.yml`]: yaml({
      sources: [{ name: `src${i}`, tables: [{ name: 't', columns: [{ name: value, data_type: 'int' }] }] }],
    }),
    [`models/c${i}.sql`]: `select * from {{ source('src${i}', 't') }}`,
  }),
  (value, i) => ({ [`models/${value}${i}.sql`]: 'select 1 as id' }),
  (value, i) => ({ [`models/${value.replaceAll('/', '_')}/n${i}.sql`]: 'select 1 as id' }),
  (value, i) => ({ [`models/n${i}.sql`]: `select 1 as id ${value}` }),
  (value, i) => ({
    [`models/n${i}.sql`]: `{{ config(alias=${JSON.stringify(value)}, tags=[${JSON.stringify(value)}]) }} select 1 as id`,
  }),
  (value, i) => ({
    [`models/n${i}.sql`]: `{{ config(schema=${JSON.stringify(value)}, unique_key=${JSON.stringify(value)}, materialized='incremental') }} select 1 as id`,
  }),
  (value, i) => ({ [`models/n${i}.sql`]: `{{ config(materialized=${JSON.stringify(value)}) }} select 1 as id` }),
  (value, i) => ({ [`models/n${i}.sql`]: `{{ config(post_hook=${JSON.stringify(value)}) }} select 1 as id` }),
  (value, i) => ({ [`models/n${i}.sql`]: `select '{{ var("any") }}' as id, ${JSON.stringify(value)} as v` }),
  (value, i) => ({ [`tests/t${i}.sql`]: `select * from {{ ref('m0') }} where id > 1 ${value}` }),
  (value, i) => ({ [`macros/x${i}.sql`]: `{% macro x${i}(a='') %}${value}{% endmacro %}` }),
  (value, i) => ({ [`models/d${i}.md`]: `{% docs d${i} %}${value}{% enddocs %}` }),
  (value, i) => ({
    [`snapshots/k${i}.sql`]: `{% snapshot k${i} %}{{ config(unique_key=${JSON.stringify(value)}, strategy='check', check_cols=[${JSON.stringify(value)}], target_schema=${JSON.stringify(value)}) }} select 1 as id{% endsnapshot %}`,
  }),
];

/** Places in files that a project has once. */
const single: readonly Place[] = [
  ...textSites(dbtProject, KEYS).map(
    ({ document }): Place =>
      (value) => ({
        'dbt_project.yml': yaml({ name: 'app', version: '1', profile: 'app', ...Object(document(value, 'm0')) }),
      }),
  ),
  ...textSites(profileTarget, {}).map(
    ({ document }): Place =>
      (value) => ({
        'profiles.yml': yaml({
          app: {
            target: 'dev',
            outputs: { dev: { type: 'duckdb', path: 'dev.duckdb', ...Object(document(value, 'm0')) } },
          },
        }),
      }),
  ),
  (value) => ({ 'dbt_project.yml': `${PROJECT}vars: {any: ${JSON.stringify(value)}}` }),
  (value) => ({ 'dbt_project.yml': `${PROJECT}vars: {any: ${value}}` }),
  (value) => ({ 'dbt_project.yml': PROJECT + value }),
  (value) => ({ 'dbt_project.yml': `name: ${JSON.stringify(value)}\nprofile: app\n` }),
  (value) => ({ 'packages.yml': yaml({ packages: [{ local: value }] }) }),
  (value) => ({ 'packages.yml': yaml({ packages: [{ package: value, version: value }] }) }),
  (value) => ({ 'selectors.yml': yaml({ selectors: [{ name: value, definition: value }] }) }),
  (value) => ({ 'selectors.yml': yaml({ selectors: [{ name: 'a', definition: { method: value, value } }] }) }),
];

const contracts = textSites(fencelineSchema, {});

const TIERS = { tiers: { safe: { path: 'models', allow: 'clear' } } };

const base = writeProject({ 'models/m0.sql': 'select 1 as id', 'marts/safe/x.sql': '' });

afterAll(() => base[Symbol.dispose]());

test('the walk finds the texts of every file that a project has', () => {
  const paths = textSites(properties, KEYS).map(({ path }) => path);

  expect(paths).toEqual(expect.arrayContaining(['.models[].columns[].data_type', '.sources[].tables[].identifier']));
  expect(paths.length).toBeGreaterThan(400);
  expect(contracts.length).toBeGreaterThan(50);
  expect(new Set(paths.map((path) => path.split(/[.[]/)[1])).size).toBeGreaterThan(10);
});

test('random text at any place of a project is an error or a harmless name', async () => {
  const loads = (places: number, numRuns: number) =>
    fc
      .sample(fc.array(fc.tuple(fc.constantFrom(...files), TEXT), { minLength: places, maxLength: places }), {
        seed: SEED + places,
        numRuns,
      })
      .map((sites) => Object.assign({}, ...sites.map(([place, value], index) => place(value, index))));
  for (const changed of loads(40, 175)) await isHarmless(changed, 'load');

  let built = 0;
  for (const changed of loads(2, 100)) if (await isHarmless(changed, 'build')) built += 1;
  expect(built).toBeGreaterThan(20);

  for (const [place, value] of fc.sample(fc.tuple(fc.constantFrom(...single), TEXT), { seed: SEED, numRuns: 300 })) {
    await isHarmless(place(value, 0), 'load');
  }

  for (const [{ document }, value] of fc.sample(fc.tuple(fc.constantFrom(...contracts), TEXT), {
    seed: SEED,
    numRuns: 2500,
  })) {
    const config = { version: 1, contract: TIERS, ...Object(document(value, 'm0')) };
    const changes = new Map([['fenceline.yml', yaml(config)]]);
    await harmlessly(async () => {
      loadFencelineConfig({ files: overlayFiles(openProjectFiles(base.directory), changes) });
    });
  }
  expect(existsSync(PWNED_FILE)).toBe(false);
}, 300_000);

/** Loads a project with these files, and builds it where it has no mistake. Gives whether it has none. */
async function isHarmless(changed: Readonly<Record<string, string>>, until: 'load' | 'build'): Promise<boolean> {
  const overlaid = overlayFiles(openProjectFiles(base.directory), new Map(Object.entries(changed)));
  const options: LoadOptions = {
    files: overlaid,
    vars: { any: 'x' },
    targetName: undefined,
    profilesDirectories: [base.directory],
    environment: {},
    isVisibleVariable: () => true,
  };
  return harmlessly(async () => {
    const project = await loadProject(options);
    if (until === 'build') await buildHarmlessly(project);
  });
}

async function buildHarmlessly(project: Project): Promise<void> {
  await harmlessly(async () => {
    await traceProject({ project, sourceColumns: await sourceColumns(project, undefined), masks: [], nonce: 'n0nce' });
  });
  await using warehouse = await openDuckDB(':memory:', { threads: 1 });
  await warehouse.run(testSql('attach \':memory:\' as "dev"; use "dev"'));
  await harmlessly(async () => {
    await buildProject({
      project,
      warehouse,
      kind: 'build',
      selected: new Set(project.nodes.keys()),
      fullRefresh: false,
      threads: 1,
      progress: () => undefined,
      signal: new AbortController().signal,
    });
  });
  const names = (await readCatalog(warehouse)).tables.map(({ alias }) => alias);
  expect(names).not.toContain('pwned');
}

/** Does it; a mistake of the project is well, and its words stay in their line. Any other error is a bug of ours. */
async function harmlessly(act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    for (const line of error.mistakes.flatMap((mistake) => terminalLines(mistakeText(mistake)).split('\n'))) {
      expect(line).not.toMatch(/^\s*(::|##)/);
    }
    return false;
  } finally {
    expect(Object.keys(Object.prototype)).toEqual([]);
  }
}
