import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findDbt } from '../build/testing/real-dbt.ts';
import { type SmallProject, writeProject } from '../project/testing/small-project.ts';
import { UserError } from '../user-error.ts';
import { openDuckDB } from '../warehouse/duckdb.ts';
import { testSql } from '../warehouse/testing/test-sql.ts';
import { build } from './build.ts';
import { clean } from './clean.ts';
import { compile } from './compile.ts';
import { debug } from './debug.ts';
import { docsGenerate } from './docs-generate.ts';
import { parse } from './parse.ts';
import { show } from './refused.ts';
import { retry } from './retry.ts';
import { runOperation } from './run-operation.ts';
import { seed } from './seed.ts';
import { snapshot } from './snapshot.ts';
import { sourceFreshness } from './source-freshness.ts';
import { runCommand } from './testing/run-command.ts';

const FILES = {
  'seeds/codes.csv': 'id,loaded\n1,2020-01-01 00:00:00\n2,2020-01-02 00:00:00\n',
  'seeds/people.csv': 'id,born\n1,2020-01-01 00:00:00\n',
  'models/a.sql': "select * from {{ ref('codes') }}",
  'models/b.sql': "{{ config(materialized='table') }} select * from {{ ref('a') }}",
  'models/bad.sql': "select nothing_here from {{ ref('codes') }}",
  'models/late.sql': "select * from {{ ref('bad') }}",
  'snapshots/s.yml':
    'snapshots: [{name: s, relation: "ref(\'codes\')", config: {unique_key: id, strategy: check, check_cols: all}}]',
  'models/sources.yml': `sources:
  - name: main
    freshness: {error_after: {count: 1, period: day}}
    loaded_at_field: loaded
    tables:
      - {name: codes, freshness: null}
      - {name: old, identifier: codes}
      - {name: slow, identifier: codes, freshness: {warn_after: {count: 1, period: hour}, error_after: {count: 90000, period: day}}}
      - {name: fresh, identifier: codes, freshness: {error_after: {count: 90000, period: day}}}
      - {name: secret, identifier: people, loaded_at_field: born, columns: [{name: born, tags: [pii]}]}
`,
};

interface Results {
  readonly results: readonly { readonly unique_id: string; readonly status: string }[];
}

/** `name status` of each result, in their order by name. */
function resultsIn({ directory }: SmallProject, file = 'run_results.json'): readonly string[] {
  const { results }: Results = JSON.parse(readFileSync(join(directory, 'target', file), 'utf8'));
  return results.map(({ unique_id, status }) => `${unique_id.split('.').at(-1)} ${status}`).sort();
}

test('seed loads seeds, snapshot takes snapshots, and dbt’s run builds models alone', async () => {
  using project = writeProject(FILES);

  expect(await runCommand(seed, project.directory)).toBe(0);
  expect(resultsIn(project)).toEqual(['codes success', 'people success']);
  expect(await runCommand(snapshot, project.directory)).toBe(0);
  expect(resultsIn(project)).toEqual(['s success']);
  expect(await runCommand(build, project.directory, { '--resource-type': ['model'], '--exclude': ['bad+'] })).toBe(0);
  expect(resultsIn(project)).toEqual(['a success', 'b success']);
});

test('a selection that matches nothing is a warning', async () => {
  using project = writeProject(FILES);

  expect(await runCommand(build, project.directory, { '--select': ['tag:nothing'] })).toBe(0);
  await expect(
    runCommand(build, project.directory, { '--select': ['tag:nothing'], '--warn-error': true }),
  ).rejects.toThrow("no node matches the selector 'tag:nothing'");
});

test('retry runs what failed and what was skipped', async () => {
  using project = writeProject(FILES);
  expect(await runCommand(build, project.directory)).toBe(1);
  writeFileSync(join(project.directory, 'models/bad.sql'), "select id from {{ ref('codes') }}");

  expect(await runCommand(retry, project.directory)).toBe(0);
  expect(resultsIn(project)).toEqual(['bad success', 'late success']);
});

test('--fail-fast starts nothing after a failure', async () => {
  using project = writeProject({ ...FILES, 'models/z.sql': "select * from {{ ref('b') }}" });

  expect(await runCommand(build, project.directory, { '--fail-fast': true, '--threads': '1' })).toBe(1);
  expect(resultsIn(project)).toContain('z skipped');
});

test('--empty builds tables without rows', async () => {
  using project = writeProject(FILES);
  await runCommand(build, project.directory, { '--empty': true, '--select': ['+b'] });

  expect(await runCommand(compile, project.directory, { '--select': ['b'] })).toBe(0);
  const compiled = readFileSync(join(project.directory, 'target/compiled/app/models/b.sql'), 'utf8');
  expect(compiled).toContain('"dev"."main"."a"');
  expect(resultsIn(project)).toEqual(['b success']);
});

test('--defer leads to the relations of an earlier run', async () => {
  using project = writeProject(FILES);
  await runCommand(build, project.directory, { '--select': ['+a'] });
  cpSync(join(project.directory, 'target'), join(project.directory, 'earlier'), { recursive: true });
  writeFileSync(
    join(project.directory, 'profiles.yml'),
    'app: {target: dev, outputs: {dev: {type: duckdb, path: dev.duckdb, schema: mine}}}',
  );
  const state = join(project.directory, 'earlier');

  expect(await runCommand(build, project.directory, { '--select': ['b'] })).toBe(1);
  expect(await runCommand(build, project.directory, { '--select': ['b'], '--defer': true, '--state': state })).toBe(0);
});

test('source freshness judges each source, and reads no personal time', async () => {
  using project = writeProject(FILES);
  await runCommand(seed, project.directory);

  expect(await runCommand(sourceFreshness, project.directory)).toBe(1);
  expect(resultsIn(project, 'sources.json')).toEqual(['fresh pass', 'old error', 'secret runtime error', 'slow warn']);
  expect(await runCommand(sourceFreshness, project.directory, { '--select': ['source:main.slow'] })).toBe(0);
});

test('docs generate, parse and debug leave the warehouse as it is; clean removes what they wrote', async () => {
  using project = writeProject({ ...FILES, 'models/bad.sql': 'select 1 as id' });
  await runCommand(build, project.directory);

  expect(await runCommand(docsGenerate, project.directory)).toBe(0);
  const catalog = JSON.parse(readFileSync(join(project.directory, 'target/catalog.json'), 'utf8'));
  expect(catalog.nodes['model.app.b'].columns).toMatchObject({
    id: { type: 'INTEGER', index: 1 },
    loaded: { index: 2 },
  });
  expect(await runCommand(parse, project.directory)).toBe(0);
  expect(await runCommand(debug, project.directory)).toBe(0);
  expect(await runCommand(clean, project.directory)).toBe(0);
  expect(existsSync(join(project.directory, 'target'))).toBe(false);
});

test('clean removes neither models nor what is outside of the project', async () => {
  using project = writeProject({ ...FILES, 'dbt_project.yml': 'name: app\nclean-targets: [target, models, ../x]\n' });

  const refused = runCommand(clean, project.directory);

  await expect(refused).rejects.toThrow(/dbt_project.yml:2:16 clean-targets names 'models'/);
  await expect(refused).rejects.toThrow("clean-targets names '../x'");
});

test('a strategy of the project writes rows into the table of its model only', async () => {
  using project = writeProject({
    'models/other.sql': "{{ config(materialized='table') }} select 1 as n",
    'models/m.sql':
      "{{ config(materialized='incremental', incremental_strategy='mine') }} select 7 as n -- {{ ref('other') }}",
    'macros/mine.sql':
      '{% macro get_incremental_mine_sql(args) %}insert into main.other select * from {{ args.temp_relation }}{% endmacro %}',
  });
  expect(await runCommand(build, project.directory)).toBe(0);

  expect(await runCommand(build, project.directory)).toBe(1);

  expect(resultsIn(project)).toEqual(['m error', 'other success']);
  await using warehouse = await openDuckDB(join(project.directory, 'dev.duckdb'));
  expect(await warehouse.rows(testSql('select n from main.other'))).toEqual([{ n: 1 }]);
});

test('show is refused by its name', async () => {
  await expect(runCommand(show, '.')).rejects.toThrow(UserError);
});

const MACROS = `{% macro hi(name='x', n=1) %}{{ log('hi ' ~ name ~ n, info=true) }}{{ log('quiet') }}select nonsense{% endmacro %}
{% macro make() %}{% do run_query('create table main.made as select 1 as id') %}{{ print('made') }}{% endmacro %}
{% macro keep() %}{% do run_query('create table main.kept as select * from ' ~ ref('people')) %}{% endmacro %}
{% macro fill() %}{% call statement('x') %}insert into {{ ref('marts') }} select born from {{ ref('people') }}{% endcall %}{% endmacro %}
{% macro look() %}{% set rows = run_query('select born from ' ~ ref('people')) %}{{ log(rows.columns[0].values()[0], info=true) }}{% endmacro %}
{% macro pour() %}{% set rows = run_query('select born from ' ~ ref('people')) %}{% do run_query("insert into main.marts values ('" ~ rows.columns[0].values()[0] ~ "')") %}{% endmacro %}
{% macro fail() %}{% do run_query('select * from nope') %}{% endmacro %}
{% macro stop() %}{{ exceptions.raise_compiler_error('no further') }}{% endmacro %}
{% macro leave() %}{% do run_query("copy main.marts to 'x.csv'") %}{% endmacro %}`;

test.each([
  { macro: 'hi', prints: ['hi x1'] },
  { macro: 'app.hi', args: `{name: '"a" \\n b', n: 2}`, prints: ['hi "a" \\n b2'] },
  { macro: 'hi', args: '{zz: 1}', says: "'zz'" },
  { macro: 'make', prints: ['made'] },
  // No lineage covers the statements of a macro, so it may not write rows that it has read.
  { macro: 'keep', says: 'the macro keep writes rows into' },
  { macro: 'fill', says: 'the macro fill writes rows into' },
  { macro: 'look', prints: ['(a line that may quote rows is not shown)'] },
  { macro: 'pour', says: 'a template that reads rows has a mistake' },
  { macro: 'fail', says: 'Table with name nope does not exist!' },
  { macro: 'stop', says: 'no further' },
  { macro: 'leave', says: 'the macro leave fails: syntax error' },
])('run-operation $macro $args', async ({ macro, args, prints = [], says }) => {
  using project = writeProject({
    'seeds/people.csv': 'id,born\n1,2020-01-01\n',
    'models/marts.sql':
      "{{ config(materialized='table') }} select null::date as born from {{ ref('people') }} where false",
    'macros/m.sql': MACROS,
  });
  await runCommand(build, project.directory);
  const [out, err]: [string[], string[]] = [[], []];

  const code = await runCommand(
    runOperation,
    project.directory,
    { '<macro>': macro, '--args': args },
    { out: (line) => out.push(line), err: (line) => err.push(line) },
  );

  expect({ code, out }).toEqual({ code: says === undefined ? 0 : 1, out: prints });
  expect(err.join('\n')).toContain(says ?? '');
  await using warehouse = await openDuckDB(join(project.directory, 'dev.duckdb'));
  expect(await warehouse.rows(testSql('select * from main.marts'))).toEqual([]);
});

test('run-operation names the macro that is meant', async () => {
  using project = writeProject({ 'macros/m.sql': MACROS, 'models/m.sql': 'select 1 as n' });

  const run = runCommand(runOperation, project.directory, { '<macro>': 'leav' });

  await expect(run).rejects.toThrow("there is no macro 'leav' in the project and its packages. Did you mean 'leave'?");
});

const READ = `
import sys
from dbt.contracts.graph.manifest import WritableManifest
from dbt.artifacts.schemas.run import RunResultsArtifact
from dbt.artifacts.schemas.catalog import CatalogArtifact
from dbt.artifacts.schemas.freshness import FreshnessExecutionResultArtifact
for kind, name in ((WritableManifest, 'manifest'), (RunResultsArtifact, 'run_results'), (CatalogArtifact, 'catalog'), (FreshnessExecutionResultArtifact, 'sources')):
    kind.read_and_check_versions(sys.argv[1] + '/' + name + '.json')
`;

const python = findDbt();

// Set FENCELINE_DBT_PYTHON to a Python with dbt-duckdb to run it.
test.skipIf(python === undefined)('dbt’s own classes read all four artifacts', async () => {
  using project = writeProject(FILES);
  await runCommand(build, project.directory);
  await runCommand(docsGenerate, project.directory, { '--exclude': ['bad+'] });
  await runCommand(sourceFreshness, project.directory);

  const { stderr, status } = spawnSync(python ?? '', ['-c', READ, join(project.directory, 'target')], {
    encoding: 'utf8',
  });

  expect({ stderr, status }).toMatchObject({ status: 0 });
});
