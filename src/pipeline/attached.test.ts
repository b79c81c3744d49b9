import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { BUILT_IN_EXTENSIONS } from '../config/profiles.ts';
import { type Files, writeProject } from '../project/testing/small-project.ts';
import { type Sql, sql } from '../sql.ts';
import { openDuckDB, openWithFiles } from '../warehouse/duckdb.ts';
import { analyze } from './pipeline.ts';
import { optionsFor } from './testing/repository.ts';

const ROWS = {
  select: [],
  exclude: [],
  fullRefresh: false,
  postgres: { mode: 'auto', url: undefined, version: undefined, setup: undefined },
} as const;

const CONTRACT = 'version: 1\ncontract:\n  tiers: {safe: {path: safe, allow: aggregate}}\n';
const profile = (attach: string) =>
  `app:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: dev.duckdb, schema: main, extensions: [parquet, httpfs], attach: ${attach}}\n`;
const SOURCE = (more: string) =>
  `sources: [{name: crm, database: crm, schema: main, tables: [{name: people, columns: [{name: id}, {name: email${more}}]}]}]`;
const PEOPLE = sql`create table people (id int, email varchar); insert into people values (1, 'a@mail.example')`;

interface Case {
  readonly name: string;
  readonly files: Files;
  readonly databases?: { readonly [path: string]: Sql };
  readonly finds: readonly string[];
  readonly remarks?: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: 'a source in an attached file has the columns of its table there, and its own marks',
    files: {
      'profiles.yml': profile("[{path: 'lake/crm.duckdb'}]"),
      'models/s.yml': SOURCE(', tags: [pii]'),
      'models/stage.sql': "select * from {{ source('crm', 'people') }}",
      'models/safe/m.sql': "select id, email as contact from {{ ref('stage') }}",
    },
    databases: { 'lake/crm.duckdb': PEOPLE },
    finds: ['error pii-in-tier m.contact'],
    remarks: ['not loaded: the extension httpfs'],
  },
  {
    name: 'a table of the same name in the warehouse is another one',
    files: {
      'profiles.yml': profile("[{path: 'crm.duckdb', alias: crm}]"),
      'models/s.yml': `${SOURCE('')}\n`,
      'models/t.yml':
        'sources: [{name: own, schema: main, tables: [{name: people, columns: [{name: phone, tags: [pii]}]}]}]',
      'models/safe/m.sql': "select * from {{ source('crm', 'people') }}",
      'models/safe/n.sql': "select * from {{ source('own', 'people') }}",
    },
    databases: { 'crm.duckdb': PEOPLE, 'dev.duckdb': sql`create table people (phone varchar)` },
    finds: ['error pii-in-tier n.phone'],
  },
  {
    name: 'a table of an attached file that no source names is unknown, as one of the warehouse is',
    files: {
      'profiles.yml': profile("[{path: 'crm.duckdb', alias: crm}]"),
      'models/safe/m.sql': 'select email from crm.main.people',
    },
    databases: { 'crm.duckdb': PEOPLE },
    finds: ['error unknown-flow m'],
  },
  {
    name: 'the warehouse under a second name does not cut the lineage of its models',
    files: {
      'profiles.yml': profile("[{path: './dev.duckdb', alias: old}]"),
      'models/s.yml': `sources:
  - {name: crm, schema: main, tables: [{name: people, columns: [{name: id}, {name: email, tags: [pii]}]}]}
  - {name: old, database: old, schema: main, tables: [{name: stage, columns: [{name: contact, data_type: text}]}]}`,
      'models/stage.sql': "select email as contact from {{ source('crm', 'people') }}",
      'models/safe/m.sql': "select contact from {{ source('old', 'stage') }}",
    },
    databases: { 'dev.duckdb': PEOPLE },
    finds: ['error pii-in-tier m.contact'],
  },
  {
    name: 'what is missing, elsewhere or out of the repository is not attached, and unknown without types',
    files: {
      'profiles.yml': profile(
        "[{path: 'gone.duckdb', alias: crm}, {path: 'md:x'}, {path: '/etc/x.duckdb'}, {path: y, type: sqlite}]",
      ),
      'models/s.yml': SOURCE(', tags: [pii]'),
      'models/safe/m.sql': "select 1 as n from {{ source('crm', 'people') }}",
    },
    finds: ['error unknown-flow m'],
    remarks: [
      'the database crm is not attached: there is no such file',
      'the database md:x is not attached: it is no file of DuckDB',
      'the database x is not attached: its path leads out of the repository',
      'the database y is not attached: it is no file of DuckDB',
    ],
  },
];

test.each(cases)('$name', async ({ files, databases = {}, finds, remarks = [] }) => {
  using project = writeProject({ 'fenceline.yml': CONTRACT, ...files });
  await Promise.all(
    Object.entries(databases).map(([path, content]) => writeDatabase(join(project.directory, path), content)),
  );
  for (const rows of [undefined, ROWS]) {
    const { contract, project: loaded } = await analyze({ ...optionsFor(project.directory), rows });
    const findings = contract.findings.filter(({ rule }) => rule !== 'pii-in-schema' && rule !== 'value-leak');
    const found = findings.flatMap((finding) => {
      const { severity, rule } = finding;
      const model = 'model' in finding ? ` ${finding.model}` : '';
      return severity === 'error'
        ? [`${severity} ${rule}${model}${'column' in finding ? `.${finding.column}` : ''}`]
        : [];
    });
    expect(found).toEqual(finds);
    for (const remark of remarks) expect(loaded.remarks.map(({ message }) => message).join('\n')).toContain(remark);
  }
});

test('a file whose macros take the place of functions is not attached', async () => {
  using project = writeProject({
    'fenceline.yml': CONTRACT,
    'profiles.yml': profile('[{path: crm.duckdb}]'),
    'models/safe/m.sql': "select lower('X') as x",
  });
  await writeDatabase(join(project.directory, 'crm.duckdb'), sql`create macro lower(x) as x`);
  await expect(analyze({ ...optionsFor(project.directory), rows: ROWS })).rejects.toThrow(
    'take the place of functions',
  );
});

test('sources in an attached Postgres are copied as if they were listed', async () => {
  using project = writeProject({
    'fenceline.yml': CONTRACT,
    'profiles.yml': profile("[{path: 'postgres:host=db.example', alias: crm}]"),
    'models/s.yml': `${SOURCE(', tags: [pii], data_type: text').replace('{name: id}', '{name: id, data_type: int}')}
`,
    'models/safe/m.sql': "select email from {{ source('crm', 'people') }}",
  });
  const { contract, config } = await analyze(optionsFor(project.directory));
  expect(config.sync.tables.map(({ from, to }) => [from, to])).toEqual([
    [
      { schema: 'main', table: 'people' },
      { schema: 'main', table: 'people' },
    ],
  ]);
  expect(contract.findings.map(({ rule }) => rule)).toContain('pii-in-tier');
});

test('a file that cannot be read ends no run: what reads it is unknown, also after a run that could read it', async () => {
  using project = writeProject({
    'fenceline.yml': CONTRACT,
    'data/people.csv': 'id,email\n1,a@mail.example\n',
    'data/staff.csv': 'id,email\n1,b@mail.example\n',
    'models/s.yml': `sources:
  - name: files
    meta: {external_location: "data/{name}.csv"}
    tables: [{name: people, columns: [{name: email, tags: [pii]}]}, {name: staff, columns: [{name: email, tags: [pii]}]}]`,
    'models/safe/m.sql': "select id from {{ source('files', 'people') }}",
    'models/safe/n.sql': "select email from {{ source('files', 'staff') }}",
  });
  const warnings: string[] = [];
  const run = async () => {
    const { contract, rows } = await analyze({
      ...optionsFor(project.directory),
      rows: ROWS,
      progress: (event) => {
        if (event.kind === 'step' && event.status === 'warn') warnings.push(event.text);
      },
    });
    const errors = contract.findings.filter(({ rule }) => rule === 'unknown-flow' || rule === 'pii-in-tier');
    const found = errors.map((finding) => `${finding.rule} ${'model' in finding ? finding.model : ''}`);
    return { found: found.sort(), built: rows?.build.map(({ uniqueId, status }) => `${uniqueId} ${status}`).sort() };
  };
  expect(await run()).toEqual({
    found: ['pii-in-tier n'],
    built: ['model.app.m success', 'model.app.n success'],
  });
  rmSync(join(project.directory, 'data/people.csv'));
  warnings.length = 0;
  expect(await run()).toEqual({
    found: ['pii-in-tier n', 'unknown-flow m'],
    built: ['model.app.m error', 'model.app.n success'],
  });
  expect(warnings.join('\n')).toContain("source('files', 'people') cannot be read from its external_location");
});

async function writeDatabase(file: string, content: Sql): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  await using warehouse = await openDuckDB(file);
  await warehouse.run(content);
}

test('the extensions that are not left out are those that the engine has built in', async () => {
  // The warehouse is opened with access to files, since the list of extensions reads a folder.
  await using warehouse = await openWithFiles(':memory:');
  const rows = await warehouse.rows(
    sql`select extension_name as name from duckdb_extensions() where loaded order by all`,
  );
  expect(rows.map(({ name }) => name)).toEqual(BUILT_IN_EXTENSIONS);
});
