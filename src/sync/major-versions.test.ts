import { expect, test } from 'vitest';
import { sql } from '../sql.ts';
import { openWithFiles } from '../warehouse/duckdb.ts';
import { query, startPostgres, sync, table } from './testing/postgres.ts';

/** Types and a value of each, as SQL. */
const VALUES: readonly (readonly [type: string, value: string])[] = [
  ...[
    'smallint',
    'int',
    'bigint',
    'oid',
    'numeric(10,2)',
    'numeric(38,18)',
    'numeric(20,4)',
    'numeric',
    'real',
    'float8',
    'money',
  ].map((type) => [type, "'12'"] as const),
  ...['numeric', 'real', 'float8'].flatMap(
    (type) =>
      [
        [type, "'NaN'"],
        [type, "'-1e-30'"],
      ] as const,
  ),
  ...['text', 'varchar(9)', 'char(9)', 'name', '"char"', 'xml', 'tsvector'].map((type) => [type, "'ab'"] as const),
  ...['date', 'timestamp', 'timestamptz'].flatMap(
    (type) =>
      [
        [type, "'infinity'"],
        [type, "'2024-02-29'"],
        [type, "'0044-03-15 BC'"],
      ] as const,
  ),
  ['jsonpath', "'$.a'"],
  ['time', "'24:00:00'"],
  ['timetz', "'12:00:00.000001-15:59'"],
  ['interval', "'-1 year -2 mons +3 days 04:05:06.000007'"],
  ['bool', 'true'],
  ['uuid', "'00000000-0000-4000-8000-000000000001'"],
  ['bytea', "'\\x00ff5c'"],
  ['json', '\'{"a": 1,  "a": "x\\\\n"}\''],
  ['jsonb', '\'{"a": 1e5, "b": null}\''],
  ...['inet', 'cidr'].flatMap(
    (type) =>
      [
        [type, "'10.0.0.1'"],
        [type, "'2001:db8::'"],
      ] as const,
  ),
  ['macaddr8', "'08:00:2b:01:02:03:04:05'"],
  ['bit(3)', "'101'"],
  ['varbit', "'1'"],
  ['point', "'(1,2.5)'"],
  ['path', "'((1,2),(3,4))'"],
  ['circle', "'<(1,2),3>'"],
  ['int4range', "'[1,5]'"],
  ['tstzrange', "'[2024-01-01 00:00+00,)'"],
  ['pg_lsn', "'16/B374D848'"],
  ['regclass', "'pg_catalog.pg_class'"],
  ['int[]', "'{1,null}'"],
  ['int[][]', "'{{1,2},{3,4}}'"],
  ['text[]', '\'{a,"b\\"c",null}\''],
  ['numeric(30,2)[]', "'{0.10}'"],
  ['timestamptz[]', "'{2024-01-01 00:00+02}'"],
  ['bytea[]', '\'{"\\\\x005c"}\''],
  ['interval[]', "'{1 day}'"],
  ['jsonb[]', '\'{"{}",null,"null"}\''],
];

async function copyOf(mode: 'auto' | 'pinned') {
  await using server = await startPostgres([], mode);
  const columns = VALUES.map(([type], index) => `c${index} ${type}`);
  const values = VALUES.map(([, value]) => value);
  await query(
    server,
    `create table every_type (${columns.join(', ')}); insert into every_type values (${values.join(', ')}), (${values.map(() => 'null').join(', ')});
     create table person (id int primary key, boss int references person, email text, at timestamptz);
     insert into person select n, nullif(n / 2, 0), 'p' || n || '@home.test', timestamptz '2024-01-01' + n * interval '1 day' from generate_series(1, 300) n`,
  );
  await using warehouse = await openWithFiles(':memory:');
  await warehouse.run(sql`set timezone = 'UTC'`);
  const person = {
    ...table('person', 'public.person'),
    mask: { email: 'hash', at: 'year' } as const,
    sample: { kind: 'rows', rows: 40, seed: 7 } as const,
  };
  const changed = {
    ...table('changed', 'public.person'),
    where: '"at" >= \'2024-02-01\'::timestamptz',
    incremental: { cursor: 'at', key: ['id'], overlap: '2 days', deletes: true },
  };
  const everyType = table('every', 'public.every_type');
  await sync(server, [everyType, person], warehouse);
  const sampled = await warehouse.rows(sql`from raw_person order by id`);
  await sync(server, [changed], warehouse);
  await query(
    server,
    "update person set at = '2026-01-01', email = 'new' where id = 200; delete from person where id = 299",
  );
  const { steps } = await sync(server, [changed, everyType], warehouse);
  const every = await warehouse.rows(sql`select columns(*)::varchar from raw_every`);
  const rest = await warehouse.rows(sql`from raw_changed order by id`);
  const types = await warehouse.describe(sql`from raw_every`);
  return {
    major: Number.parseInt(server.version, 10),
    every,
    sampled,
    rest,
    types,
    step: steps.find((text) => text.startsWith('raw_changed')),
  };
}

test('every type, mask, sample and increment arrives the same from two major versions', async () => {
  const { major, ...installed } = await copyOf('auto');
  const { major: other, ...pinned } = await copyOf('pinned');
  expect(pinned).toEqual(installed);
  expect(installed.rest.length).toBe(269);
  expect(installed.step).toBe('raw_changed: 269 rows, 3 read since the last copy, 1 removed');
  expect(other).toBeGreaterThanOrEqual(18);
  expect(major).toBeGreaterThanOrEqual(13);
});
