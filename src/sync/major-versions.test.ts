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
  ...[
    'xid',
    'cid',
    'xid8',
    'numeric(18,18)',
    'numeric(19,18)',
    'numeric(38,0)',
    'numeric(38,38)',
    'numeric(1000,500)',
  ].map((type) => [type, "'0'"] as const),
  ['numeric(39,0)', "'123456789012345678901234567890123456789'"],
  ['tid', "'(1,2)'"],
  ['pg_snapshot', "'10:20:10,14,15'"],
  ['txid_snapshot', "'10:20:10,14,15'"],
  ['oidvector', "'1 2'"],
  ['int2vector', "'1 2'"],
  ['regproc', "'pg_catalog.now'"],
  ['regprocedure', "'pg_catalog.abs(int4)'"],
  ['regoper', "'pg_catalog.||/'"],
  ['regoperator', "'pg_catalog.+(int4,int4)'"],
  ['regtype', "'int4'"],
  ['regrole', "'postgres'"],
  ['regnamespace', "'public'"],
  ['regconfig', "'simple'"],
  ['regdictionary', "'simple'"],
  ['regcollation', '\'"C"\''],
  ['varchar', "'a''\\b'"],
  ['bpchar', "'ab '"],
  ['tsquery', "'a & !b'"],
  ['refcursor', "'ab'"],
  ['macaddr', "'08:00:2b:01:02:03'"],
  ['line', "'{1,2,3}'"],
  ['lseg', "'[(1,2),(3,4)]'"],
  ['box', "'(3,4),(1,2)'"],
  ['polygon', "'((1,2),(3,4),(5,6))'"],
  ['timestamp(3)', "'2024-01-01 10:00:00.1234'"],
  ['timestamptz(0)', "'2024-01-01 10:00:00.6+02'"],
  ['time(3)', "'10:00:00.1234'"],
  ['interval day to second', "'1 day 2 hours'"],
  ...['int8range', 'numrange', 'int4multirange', 'int8multirange', 'nummultirange'].map(
    (type) => [type, type.endsWith('multirange') ? "'{[1,5),[7,9)}'" : "'[1,5)'"] as const,
  ),
  ...['tsrange', 'daterange', 'tsmultirange', 'tstzmultirange', 'datemultirange'].map(
    (type) =>
      [type, type.endsWith('multirange') ? "'{[2024-01-01,2024-02-01)}'" : "'[2024-01-01,2024-02-01)'"] as const,
  ),
  ...[
    'smallint',
    'bigint',
    'oid',
    'real',
    'float8',
    'numeric',
    'numeric(10,2)',
    'money',
    'varchar',
    'varchar(9)',
    'name',
    'bit(2)',
  ].map((type) => [`${type}[]`, "'{10,null,01}'"] as const),
  ['float8[]', "'{NaN,-0,Infinity,1e-300}'"],
  ['bool[]', "'{t,null,f}'"],
  ['"char"[]', "'{a,b}'"],
  ['char(3)[]', "'{a,b }'"],
  ['uuid[]', "'{00000000-0000-4000-8000-000000000001,null}'"],
  ['time[]', "'{24:00:00,00:00:00.000001}'"],
  ['timetz[]', "'{12:00:00-15:59}'"],
  ['date[]', '\'{infinity,"0044-03-15 BC"}\''],
  ['timestamp[]', "'{2024-01-01 00:00:00.000001}'"],
  ['json[]', '\'{"{\\"a\\": 1}",null}\''],
  ['xml[]', "'{<a/>}'"],
  ...['inet', 'cidr'].map((type) => [`${type}[]`, "'{10.0.0.1,2001:db8::}'"] as const),
  ['macaddr[]', "'{08:00:2b:01:02:03}'"],
  ['point[]', '\'{"(1,2)"}\''],
  ['int4range[]', '\'{"[1,5)"}\''],
  ['tsvector[]', "'{a,b}'"],
  ['regtype[]', "'{int4,text}'"],
  ['mood', "'so\\so'"],
  ['mood[]', "'{ok}'"],
  ['pair', "row(1, 'x')::pair"],
  ['pair[]', "array[row(1, 'x')::pair]"],
  ['price', "'1.50'"],
  ['net_price', "'1.50'"],
  ['price[]', "'{1.50}'"],
  ['tags', "'{a,b}'"],
  ['span', "'[1,5)'"],
];

async function copyOf(mode: 'auto' | 'pinned') {
  await using server = await startPostgres([], mode);
  const columns = VALUES.map(([type], index) => `c${index} ${type}`);
  const values = VALUES.map(([, value]) => value);
  await query(
    server,
    `alter role postgres set timezone = 'UTC'; create type mood as enum ('ok', 'so\\so'); create type pair as (a int, b text); create domain price as numeric(8, 2);
     create domain net_price as price; create domain tags as text[]; create domain span as int4range;
     create table every_type (${columns.join(', ')}); insert into every_type values (${values.join(', ')}), (${values.map(() => 'null').join(', ')});
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
  const printed = VALUES.map((_, index) => `format('%s', c${index})`);
  const [texts = []] = await query(server, `select ${printed.join(', ')} from every_type where c0 is not null`);
  const [row = {}] = every.filter(({ c0 }) => c0 !== null);
  const different = types.filter(
    ({ name, type }, index) => type === 'VARCHAR' && row[name] !== String(texts[index]).replace(/^(ab) +$/, '$1'),
  );
  return {
    major: Number.parseInt(server.version, 10),
    every,
    sampled,
    rest,
    types,
    different,
    step: steps.find((text) => text.startsWith('raw_changed')),
  };
}

test('the table of types has every kind', () => {
  expect(new Set(VALUES.map(([type]) => type)).size).toBeGreaterThanOrEqual(124);
});

test('every type, mask, sample and increment arrives the same from two major versions', async () => {
  const { major, ...installed } = await copyOf('auto');
  const { major: other, ...pinned } = await copyOf('pinned');
  expect(pinned).toEqual(installed);
  // A value that arrives as a text is the text that Postgres prints, without the trailing blanks of char(n).
  expect(installed.different).toEqual([]);
  expect(installed.rest.length).toBe(269);
  expect(installed.step).toBe('raw_changed: 269 rows, 3 read since the last copy, 1 removed');
  expect(other).toBeGreaterThanOrEqual(18);
  expect(major).toBeGreaterThanOrEqual(14);
});
