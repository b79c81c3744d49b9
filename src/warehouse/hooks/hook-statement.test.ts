import { describe, expect, test } from 'vitest';
import { openDuckDB } from '../duckdb.ts';
import { SqlError } from '../sql-error.ts';
import { testSql } from '../testing/test-sql.ts';
import { readHook, splitStatements } from './hook-statement.ts';

/** The statements of a hook, as `kind: sql`, or the message of the refusal. */
async function read(text: string): Promise<readonly string[]> {
  await using warehouse = await openDuckDB(':memory:');
  await warehouse.run(testSql('create table t (a int, b varchar)'));
  try {
    const statements = await readHook(text, warehouse);
    return statements.map(({ kind, sql }) => `${kind}: ${sql.text.replaceAll(/\s+/g, ' ').trim()}`);
  } catch (error) {
    if (error instanceof SqlError) return [`${error.kind}: ${error.message.split('\n')[0]}`];
    throw error;
  }
}

const READ: readonly (readonly [string, readonly string[]])[] = [
  ['select 1', ['harmless: select 1']],
  [' -- nothing\n ; ', []],
  ['analyze', ['harmless: analyze']],
  ['ANALYZE main.t;', ['harmless: analyze "main"."t"']],
  ['create macro deco(x) as x || 1', ['macro: create or replace macro "deco"("x") as ( x || 1 )']],
  [
    'create or replace function main.twice(x, n := 2) as (x * n)',
    ['macro: create or replace macro "main"."twice"("x","n" := ( 2 )) as ( (x * n) )'],
  ],
  ['create macro many(n) as table select n', ['macro: create or replace macro "many"("n") as table select n']],
  ['create table x as select 1 as id', ['create: create table "x" as select 1 as id']],
  [
    'create table if not exists main.x (id int, n varchar)',
    ['create: create table if not exists "main"."x" ("id" INTEGER,"n" VARCHAR)'],
  ],
  ['insert into t values (1, 2)', ['insert: insert into "t" values (1, 2)']],
  [
    'insert into main.t (a) select 1; delete from t',
    ['insert: insert into "main"."t" ("a") select 1', 'delete: delete from "main"."t"'.replace('"main".', '')],
  ],
  ['delete from t where a > 1', ['delete: delete from "t" where ( a > 1 )']],
  [
    'update t set a = 1, b = upper(b) where a = 2',
    ['update: update "t" set "a" = ( 1 ),"b" = ( upper(b) ) where ( a = 2 )'],
  ],
  ['create unique index i on t (a, lower(b))', ['annotation: create unique index "i" on "t" ("a",( lower(b) ))']],
  ["comment on column main.t.a is 'it''s; a'", ['annotation: comment on column "main"."t"."a" is \'it\'\'s; a\'']],
  ['create schema if not exists extra', ['annotation: create schema if not exists "extra"']],
  ['drop table if exists main.x', ['drop: drop table if exists "main"."x"']],
];

test.each(READ)('a hook may say: %s', async (text, expected) => {
  const statements = await read(text);
  expect(statements.map((line) => line.replaceAll(', ', ','))).toEqual(
    expected.map((line) => line.replaceAll(', ', ',')),
  );
});

describe('a hook may not say', () => {
  test.each([
    "set memory_limit = '1GB'",
    'reset all',
    'pragma database_list',
    "attach 'x.db'",
    "copy t to 'x.csv'",
    "export database 'x'",
    'install httpfs',
    'load httpfs',
    'create schema s',

    'create schema if not exists s authorization x',
    "create type mood as enum ('a')",
    'create secret s (type s3)',
    'create sequence q',
    'drop schema main cascade',
    'drop table t',
    'alter table t add column c int',
    'grant select on all tables in schema x to y',
    'call pragma_version()',
    "insert into t select * from read_csv('x.csv')",
    'create macro deco(x) as current_setting(x)',
    'create macro lower(x) as x',
    'create macro deco(x) as x; select 1) as y',
    'create macro deco(x) as (select 1); drop table t',
    'create table x as select 1); drop table t; --',
    "insert into t select 1, 'a' on conflict do nothing",
    'insert into t select 1, 2 returning a',
    'delete from t where a = 1 returning b',
    'update t set a = (select 1) from t as u',
    "comment on table t is getenv('x')",
    'create index i on t using art (a)',
    'begin transaction',
    'commit',
    'explain analyze select 1',
    'prepare p as select 1',
    'use main',
    'checkpoint',
  ])('%s', async (text) => {
    const [refusal] = await read(text);
    expect(refusal).toMatch(/^(permission|parser|catalog|binder|not implemented|syntax): /);
  });
});

test('statements end at semicolons outside of texts, names, comments and brackets', () => {
  expect(splitStatements(`a ';' "; " /* ; */ -- ;\n ; $$;$$ (;) b;;`).map((part) => part.trim())).toEqual([
    `a ';' "; " /* ; */ -- ;`,
    '$$;$$ (;) b',
  ]);
});
