import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CANARY, type Edit, fenceline } from '../e2e/cli.ts';
import { SALT } from './attack.ts';
import { type SyncedExample, syncExample } from './synced-example.ts';

/**
 * Functions that see or do more than their arguments say. An attack fails when nothing that was built or printed holds a
 * raw value or the secret, nothing was written to the machine, and the run says which call was refused, and where.
 */
let example: SyncedExample;
beforeAll(async () => {
  example = await syncExample();
});
afterAll(() => example[Symbol.asyncDispose]());

const USERS = "{{ source('raw', 'raw_user') }}";
const TABLE = "{{ config(materialized='table', schema='marts') }}";

interface Attack {
  readonly name: string;
  /** The SQL of a model outside of every tier; absent where `edits` make the attack. */
  readonly sql?: string;
  readonly edits?: readonly Edit[];
  /** The message with which the run refuses the attack. */
  readonly refuses: RegExp;
}

const model = (sql: string): Edit => ({ file: 'models/attack.sql', text: `${TABLE}\n${sql}\n` });

async function attack({ sql, edits = [] }: Attack) {
  await using project = await example.copy([...edits, ...(sql === undefined ? [] : [model(sql)])]);
  const ran = await fenceline(['build', project.directory, '--select', 'attack'], {
    env: { DBT_PII_SALT: SALT },
  });
  return { ...ran, built: await textsOf(join(project.directory, 'target/warehouse.duckdb')) };
}

/** All values in the table of the attack; empty where it was not built. */
async function textsOf(path: string): Promise<string> {
  return inFile(path, 'READ_ONLY', async (connection) => {
    const places = await connection.runAndReadAll(
      "select schema_name from duckdb_tables() where table_name = 'attack'",
    );
    const tables = places.getRowsJson().map(([schema]) => connection.runAndReadAll(`from "${String(schema)}".attack`));
    return (await Promise.all(tables)).map((table) => JSON.stringify(table.getRowsJson())).join('\n');
  });
}

/** Changes a warehouse file by the engine, without Fenceline, as somebody who may write the file could. */
async function inFile<Result>(
  path: string,
  mode: 'READ_ONLY' | 'READ_WRITE',
  work: (connection: DuckDBConnection) => Promise<Result>,
): Promise<Result> {
  const instance = await DuckDBInstance.create(path, { access_mode: mode });
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.disconnectSync();
    instance.closeSync();
  }
}

const logging: readonly Attack[] = [
  {
    name: 'in two CTEs of a model',
    sql: `with turned_on as (select * from enable_logging(storage = 'stdout')) select write_log(email) as x from ${USERS}, turned_on`,
    refuses:
      /models\/attack\.sql:2:\d+.*enable_logging\(\) is refused|enable_logging\(\) is refused.*models\/attack\.sql:2:\d+/,
  },
  {
    name: 'by its name in quotes and capitals',
    sql: `select "WRITE_LOG"(email) as x from ${USERS}`,
    refuses: /write_log\(\) is refused/,
  },
  {
    name: 'as a method of a column',
    sql: `select u.email.write_log() as x from ${USERS} as u`,
    refuses: /write_log\(\) is refused/,
  },
  {
    name: 'behind its catalog',
    sql: `select system.main.write_log(email) as x from ${USERS}`,
    refuses: /write_log\(\) is refused/,
  },
  {
    name: 'in a lambda of a list of values',
    sql: `select list_transform(list(email), lambda e: write_log(e)) as x from ${USERS}`,
    refuses: /write_log\(\) is refused/,
  },
  {
    name: 'in a PIVOT over the data, behind a comment',
    sql: `pivot (select is_active, email from ${USERS}) on is_active using max(write_log/* /* */ */(email))`,
    refuses: /write_log\(\) is refused/,
  },
  {
    name: 'in a query that is text',
    sql: "from query('select write_log(email) as x from main.raw_' || 'user')",
    refuses: /query\(\) is refused/,
  },
  {
    name: 'in the arguments of a window',
    sql: `select lag(write_log(email)) over (order by id) as x from ${USERS}`,
    refuses: /write_log\(\) is refused/,
  },
  {
    name: 'in a query of a template',
    sql: `{% set turned_on = run_query("select * from enable_logging(storage = 'stdout')") %}select 1 as x`,
    refuses: /enable_logging\(\) is refused/,
  },
  {
    name: 'in a test',
    edits: [{ file: 'tests/attack.sql', text: `select write_log(email) as x from ${USERS} where false\n` }],
    refuses: /write_log\(\) is refused.*tests\/attack\.sql:1:8/,
  },
  {
    name: 'in what a test counts',
    edits: [
      {
        file: 'tests/attack.sql',
        text: `{{ config(fail_calc='count(write_log(email))') }}select email from ${USERS}\n`,
      },
    ],
    refuses: /write_log\(\) is refused/,
  },
  {
    name: 'in the configuration of a snapshot',
    edits: [
      {
        file: 'snapshots/attack.sql',
        text: `{% snapshot attack %}{{ config(target_schema='marts', strategy='timestamp', unique_key='write_log(email)', updated_at='date_joined') }}select * from ${USERS}{% endsnapshot %}\n`,
      },
    ],
    refuses: /write_log\(\) is refused/,
  },
];

const texts: readonly Attack[] = [
  {
    name: 'of the statement that runs',
    sql: `select current_query() as x, {{ hash_pii('email') }} as y from ${USERS}`,
    refuses: /current_query\(\) is refused/,
  },
  {
    name: 'of an expression',
    sql: `select alias({{ hash_pii('email') }}) as x from ${USERS}`,
    refuses: /alias\(\) is refused/,
  },
  {
    name: 'of views',
    sql: 'select sql as x from duckdb_views() where not internal',
    refuses: /duckdb_views\(\) is refused/,
  },
  {
    name: 'of views, as SQLite has them',
    sql: 'select sql as x from sqlite_master',
    refuses: /sqlite_master is refused/,
  },
  {
    name: 'of views, as Postgres has them',
    sql: 'select definition as x from PG_CATALOG."pg_VIEWS"',
    refuses: /pg_views is refused/,
  },
  {
    name: 'of views, as the standard has them',
    sql: 'select view_definition as x from system.information_schema.views',
    refuses: /information_schema\.views is refused/,
  },
  {
    name: 'of views, by their number',
    sql: 'select pg_get_viewdef(oid) as x from pg_class',
    refuses: /pg_get_viewdef\(\) is refused/,
  },
  {
    name: 'of what is prepared',
    sql: 'from duckdb_prepared_statements()',
    refuses: /duckdb_prepared_statements\(\) is refused/,
  },
  {
    name: 'that JSON is made of',
    sql: `from json_execute_serialized_sql(json_serialize_sql('select 1 as x'))`,
    refuses: /json_(execute_serialized|serialize)_sql\(\) is refused/,
  },
];

const others: readonly Attack[] = [
  { name: 'settings', sql: "select current_setting('temp_directory') as x", refuses: /current_setting\(\) is refused/ },
  { name: 'all settings', sql: 'select value as x from duckdb_settings()', refuses: /duckdb_settings\(\) is refused/ },
  {
    name: 'settings, as Postgres has them',
    sql: 'select setting as x from pg_settings',
    refuses: /pg_settings is refused/,
  },
  { name: 'a variable', sql: "select getvariable('x') as x", refuses: /getvariable\(\) is refused/ },
  { name: 'secrets', sql: "from which_secret('s3://x/y', 's3')", refuses: /which_secret\(\) is refused/ },
  {
    name: 'paths of the machine',
    sql: 'select path as x from duckdb_databases()',
    refuses: /duckdb_databases\(\) is refused/,
  },
  {
    name: 'files',
    sql: "select content as x from read_text('/proc/self/environ')",
    refuses: /read_text\(\) is refused/,
  },
  { name: 'names of files', sql: "from glob('/home/*')", refuses: /glob\(\) is refused/ },
  {
    name: 'values of rows that it leaves out',
    sql: `select stats(email) as x from ${USERS} where false`,
    refuses: /stats\(\) is refused/,
  },
  {
    name: 'values in the storage',
    sql: "select stats as x from pragma_storage_info('raw_user')",
    refuses: /pragma_storage_info\(\) is refused/,
  },
  { name: 'the seed of chance', sql: 'select setseed(0.5) as x', refuses: /setseed\(\) is refused/ },
  { name: 'the storage', sql: 'from force_checkpoint()', refuses: /force_checkpoint\(\) is refused/ },
  {
    name: 'a profile of the run',
    sql: "from enable_profiling(save_location = '/tmp/profile.json')",
    refuses: /enable_profiling\(\) is refused/,
  },
  {
    name: 'the process, by a state that is made up',
    sql: "select finalize('\\x00'::blob) as x",
    refuses: /finalize\(\) is refused/,
  },
  {
    name: 'the process, by a part of the engine',
    sql: `select list_aggr(list(id), 'sum_no' || '_overflow') as x from ${USERS}`,
    refuses: /list_aggr\(\) is refused/,
  },
  { name: 'time', sql: 'select pg_sleep(100000) as x', refuses: /pg_sleep\(\) is refused/ },
];

describe('the log of the engine gets no value', () => {
  test.each(logging)('$name', hold);
});

describe('nothing shows or runs the text of a statement', () => {
  test.each(texts)('$name', hold);
});

describe('nothing sees or changes', () => {
  test.each(others)('$name', hold);
});

async function hold(one: Attack): Promise<void> {
  const { code, stdout, stderr, built } = await attack(one);

  expect({ code, output: stdout + stderr }).toEqual({ code: 1, output: expect.stringMatching(one.refuses) });
  for (const text of [stdout, stderr, built]) {
    expect(text).not.toMatch(CANARY);
    expect(text).not.toContain(SALT);
  }
  expect(built).toBe('');
}

/** A warehouse that lies in the repository may be what the pull request made of it. */
const files = [
  {
    name: 'a macro in the place of lower()',
    sql: 'create macro lower(x) as x',
    says: /macros that take the place of functions of the engine: lower/,
  },
  {
    name: 'a macro in the place of an operator',
    sql: 'create macro "||"(a, b) as a',
    says: /functions of the engine: \|\|/,
  },
  {
    name: 'a macro in the place of what lists macros',
    sql: 'create macro duckdb_functions() as table select 1',
    says: /functions of the engine: duckdb_functions/,
  },
  {
    name: 'a macro in the place of the parser',
    sql: `create macro json_serialize_sql(x) as '{"error":false,"statements":[{}]}'`,
    says: /functions of the engine: json_serialize_sql/,
  },
  {
    name: 'a view that logs',
    sql: 'create view main.attack_view as select write_log(email) as x from main.raw_user',
    says: /the view main\.attack_view of the warehouse calls write_log\(\)/,
  },
  {
    name: 'a check that logs',
    sql: 'create table main.t (a varchar check (write_log(a) is null))',
    says: /a check of the table main\.t of the warehouse calls write_log\(\)/,
  },
];

describe('a warehouse file is not built in that has', () => {
  test.each(files)('$name', async ({ sql, says }) => {
    await using project = await example.copy([model(`select lower(email) || 'x' as x from ${USERS}`)]);
    const path = join(project.directory, 'target/warehouse.duckdb');
    await inFile(path, 'READ_WRITE', (connection) => connection.run(sql));

    const { code, stdout, stderr } = await fenceline(['build', project.directory, '--select', 'attack']);

    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringMatching(says) });
    expect(stdout + stderr).not.toMatch(CANARY);
  });
});

test('a macro in the warehouse is not called', async () => {
  await using project = await example.copy([model(`select own(email) as x from ${USERS}`)]);
  const path = join(project.directory, 'target/warehouse.duckdb');
  await inFile(path, 'READ_WRITE', (connection) => connection.run('create macro own(x) as write_log(x::varchar)'));

  const { code, stdout, stderr } = await fenceline(['build', project.directory, '--select', 'attack']);

  expect({ code, output: stdout + stderr }).toEqual({
    code: 1,
    output: expect.stringContaining('a macro of the warehouse is refused'),
  });
});
