import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUNDLE, CANARY, copyExample, fenceline } from './cli.ts';
import { sharedPostgres } from './shared-postgres.ts';

let postgres: Awaited<ReturnType<typeof sharedPostgres>>;
beforeAll(async () => {
  postgres = await sharedPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

test('the gate passes on the example project, says each stage, and writes its results', async () => {
  await using project = await copyExample();

  const { code, stdout, stderr } = await fenceline(['run', project.directory]);

  expect({ code, stderr }).toMatchObject({ code: 0 });
  for (const line of [
    /project .*nodes.*sources/,
    /postgres /,
    /sync .*4 tables, 122,020 rows/,
    /check .*traced/,
    /build .*models built.*tests passed/,
  ]) {
    expect(stderr).toMatch(line);
  }
  expect(await readdir(join(project.directory, 'target'))).toEqual(
    expect.arrayContaining(['compiled', 'fenceline', 'manifest.json', 'run_results.json', 'warehouse.duckdb']),
  );
  expect(await readdir(join(project.directory, 'target/fenceline'))).toEqual(
    expect.arrayContaining(['comment.md', 'lineage.json', 'lineage.mmd', 'report.json']),
  );
  const { verdict, sync, build } = await project.report();
  expect(verdict).toBe('pass');
  expect(sync?.map(({ table, rows }) => [table, rows])).toEqual([
    ['raw_organization', 20],
    ['raw_user', 2000],
    ['raw_appointment', 20000],
    ['raw_event', 100000],
  ]);
  expect(
    build?.filter(({ resourceType }) => resourceType === 'model').every(({ status }) => status === 'success'),
  ).toBe(true);
  expect(build?.filter(({ resourceType }) => resourceType === 'test').every(({ status }) => status === 'pass')).toBe(
    true,
  );
  await expect(steady(`${stderr}${stdout}`, project.directory)).toMatchFileSnapshot('golden/example.txt');
  await expect(
    steady(await readFile(join(project.directory, 'target/fenceline/comment.md'), 'utf8'), project.directory),
  ).toMatchFileSnapshot('golden/comment.md');
});

test('--json prints the report on stdout and nothing else', async () => {
  await using project = await copyExample();

  const { code, stdout } = await fenceline(['run', project.directory, '--json', ...postgres.args]);

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(await project.report());
});

test('a second run replaces the warehouse, and one that fails leaves it as it was', async () => {
  await using project = await copyExample();
  await fenceline(['run', project.directory, ...postgres.args]);
  const warehouse = join(project.directory, 'target/warehouse.duckdb');

  const again = await fenceline(['run', project.directory, ...postgres.args]);
  const before = await readFile(warehouse);
  const failing = await fenceline(['run', project.directory, '--vars', '{pii_salt: x}', '--select', 'nothing_like_it']);

  expect(again.code).toBe(0);
  expect(failing.code).toBe(2);
  expect((await readFile(warehouse)).equals(before)).toBe(true);
});

test('an interrupted run stops its Postgres and removes what it made', async () => {
  await using project = await copyExample();
  const temporary = await mkdtemp(join(tmpdir(), 'fl-'));
  const child = spawn(process.execPath, [BUNDLE, 'run', project.directory, '--verbose'], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await new Promise<void>((resolve) => {
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
      if (stderr.includes('postgres')) resolve();
    });
  });

  child.kill('SIGINT');

  expect(await ended).toBe(130);
  expect(await readdir(temporary)).toEqual([]);
  const target = join(project.directory, 'target');
  expect(existsSync(target) ? await readdir(target) : []).toEqual([]);
  await rm(temporary, { recursive: true, force: true });
});

test('no personal value and no secret is in anything a run writes but the warehouse', async () => {
  await using project = await copyExample();

  const salt = "c1f7-it's the tests' own-93ab";
  const args = ['run', project.directory, '--verbose', ...postgres.args];
  const { stdout, stderr } = await fenceline(args, { env: { DBT_PII_SALT: salt.replaceAll("'", "''") } });

  const target = join(project.directory, 'target');
  const files = await readdir(target, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    files
      .filter((file) => file.isFile() && !file.name.startsWith('warehouse.'))
      .map((file) => readFile(join(file.parentPath, file.name), 'utf8')),
  );
  expect(`${stdout}${stderr}${texts.join('')}`).not.toMatch(CANARY);
  expect(`${stdout}${stderr}${texts.join('')}`).not.toMatch(/c1f7|93ab/);
});

const READ = `{% set read = run_query('select email from ' ~ source('raw', 'raw_user') ~ ' order by id limit 1') %}
{% set value = read.columns[0].values()[0] if execute else 'x' %}
{{ log(value, info=true) }}{{ print(value) }}{% do exceptions.warn(value) %}
`;
const hostile: readonly { readonly file: string; readonly text: string }[] = [
  { file: 'models/marts/restricted/literal.sql', text: `${READ}select '{{ value }}' as contact` },
  {
    file: 'models/marts/restricted/named.sql',
    text: `${READ}select email as "{{ value }}", {'{{ value }}': 1} as field from {{ source('raw', 'raw_user') }} as "{{ value }}"`,
  },
  { file: 'models/marts/restricted/behind.sql', text: "select * from {{ ref('named') }}" },
  {
    file: 'models/marts/safe/named_safe.sql',
    text: `${READ}select email as "{{ value }}" from {{ source('raw', 'raw_user') }}`,
  },
  { file: 'models/marts/restricted/missing.sql', text: `${READ}select "{{ value }}" from {{ ref('literal') }}` },
  {
    file: 'models/marts/restricted/raised.sql',
    text: `${READ}{% if execute %}{{ exceptions.raise_compiler_error(value) }}{% endif %}`,
  },
  {
    file: 'models/marts/restricted/asked.sql',
    text: "{% set read = run_query('select (chr(10) || email)::int from ' ~ source('raw', 'raw_user')) %}select 1 as one",
  },
  {
    file: 'models/marts/restricted/zone.sql',
    text: "{{ config(materialized='table') }}select now() at time zone email as x from {{ source('raw', 'raw_user') }}",
  },
  {
    file: 'tests/judged.sql',
    text: `{{ config(fail_calc='max(email)', error_if="> 'a'") }}select email from {{ source('raw', 'raw_user') }}`,
  },
  { file: 'tests/read.sql', text: `${READ}select '{{ value }}' as x` },
];

test.each([
  { name: 'a run with all of them', left: hostile },
  { name: 'a run that gets to its end', left: hostile.filter(({ file }) => !/missing|raised|asked/.test(file)) },
])('what templates and the engine make of personal values is in nothing that is written: $name', async ({ left }) => {
  await using project = await copyExample(left);
  const cache = await mkdtemp(join(tmpdir(), 'fl-'));
  const env = { XDG_CACHE_HOME: cache, CI: '', GITHUB_ACTIONS: '' };

  const ran = await fenceline(['run', project.directory, '--verbose', ...postgres.args], { env });
  const after = await Promise.all(
    [['check'], ['build'], ['compile'], ['lineage', '--format', 'json'], ['explain', 'behind.contact']].map((args) =>
      fenceline([...args, project.directory], { env }),
    ),
  );

  expect(ran.code).toBeGreaterThan(0);
  const said = [ran, ...after].map(({ stdout, stderr }) => stdout + stderr);
  expect(`${said.join('')}${await written(project.directory)}${await written(cache)}`).not.toMatch(CANARY);
  await rm(cache, { recursive: true, force: true });
});

/** The text of all files in a folder, without the project itself and the warehouse. */
async function written(folder: string): Promise<string> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = files
    .filter(({ name, parentPath }) => !name.startsWith('warehouse.') && !/fixtures/.test(parentPath))
    .filter((file) => file.isFile())
    .map((file) => readFile(join(file.parentPath, file.name), 'latin1'));
  return (await Promise.all(texts)).join('\n');
}

/** The same text on every machine: times, versions, the folder and what ends first are what differs. */
function steady(text: string, directory: string): string {
  return (
    text
      .replaceAll(directory, 'example-project')
      .replace(/\d+\.\d\d s/g, '0.00 s')
      // Masks are tried beside all the rest, and mostly before Postgres has started.
      .replace(/(✓ project .*\n)([\s\S]*?)(✓ masks .*\n)/, '$1$3$2')
      .replace(/(?:system|pinned) \d[^\n|,]*?(?= 0\.00 s)/g, 'system 16.4')
  );
}
