import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SyncTable } from '../config/fenceline-config.ts';
import type { PostgresServer } from '../postgres/server.ts';
import { identifier, type Sql, sql } from '../sql.ts';
import { openWithFiles } from '../warehouse/duckdb.ts';
import { maskSql } from './source-mask.ts';
import { query, startPostgres, sync, table } from './testing/postgres.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
  await query(
    server,
    `create table person (id int, email text, born date, seen timestamptz, score numeric(6,2), state text, done boolean, ssn text);
     insert into person values (1, 'ann@clinic.test', '1980-05-06', now(), 1.50, 'new', true, 'canary-1'),
       (2, 'bob@home.test', '1990-12-31', now() - interval '3 years', -2.50, 'old', false, 'canary-2'),
       (3, null, null, null, null, null, null, null), (4, 'no address', 'infinity', 'infinity', 0, 'it''s \\', true, 'canary-4')`,
  );
});
afterAll(() => server[Symbol.asyncDispose]());

function person(config: Partial<SyncTable>): SyncTable {
  return { ...table('person', 'public.person'), exclude: ['ssn'], ...config };
}

const conditions: readonly { readonly where: string; readonly ids: readonly number[] }[] = [
  { where: "seen > now() - interval '2 years'", ids: [1, 4] },
  { where: "born between '1980-01-01'::date and date '1990-12-31' and done", ids: [1] },
  { where: 'id in (1, 2, 7) and not (score = -2.50 or score is null)', ids: [1] },
  { where: "email not like '%@home.test' and lower(email) is not null", ids: [1, 4] },
  { where: 'state is distinct from $$new$$ and id <> 3', ids: [2, 4] },
  { where: "state = 'it''s \\'", ids: [4] },
  { where: 'coalesce(done, false) = true -- or true', ids: [1, 4] },
  { where: 'abs(score) + 1 >= 2.5e0 * 1', ids: [1, 2] },
  { where: 'id < 1 + 1 or id = 1 + 3', ids: [1, 4] },
  { where: 'born > current_date and done', ids: [4] },
];

test.each(conditions)('where $where', async ({ where, ids }) => {
  await using warehouse = await openWithFiles(':memory:');
  await sync(server, [person({ where })], warehouse);
  expect((await warehouse.rows(sql`select id from raw_person order by 1`)).map(({ id }) => id)).toEqual(ids);
  // The rules for values count within the condition, too.
  const lenient = person({ where, values: { type: {}, nan: {}, onBad: { '*': null } } });
  expect((await sync(server, [lenient], warehouse)).tables[0]?.rows).toBe(ids.length);
});

test.each([
  { where: 'true) union select ssn from person where (true', says: 'it is not one condition' },
  { where: 'true; drop table person', says: 'it is not one condition' },
  { where: 'id in (select 1)', says: 'it holds subquery' },
  { where: "ssn = 'canary-1'", says: 'it reads ssn, which is no copied column without a mask' },
  { where: "email = 'ann@clinic.test'", says: 'it reads email, which is no copied column without a mask' },
  { where: 'person.id = 1', says: 'it names a column with a table before it' },
  { where: 'pg_sleep(10) is null', says: 'it has the function pg_sleep' },
  { where: 'id = 1 / 0', says: 'it has the operator /' },
  { where: 'id::regclass is null', says: 'it casts to a type with settings, or tries to cast' },
  { where: 'prize = 1', says: 'it reads prize' },
])('where $where is refused', async ({ where, says }) => {
  await using warehouse = await openWithFiles(':memory:');
  await expect(sync(server, [person({ where, mask: { email: 'hash' } })], warehouse)).rejects.toMatchObject({
    mistakes: [{ code: 'refused-where', message: expect.stringContaining(says), location: { line: 7 } }],
  });
});

test('masked values arrive masked, and the line says so', async () => {
  await using warehouse = await openWithFiles(':memory:');
  const config = { mask: { id: 'hash', email: 'domain', born: 'year', state: null, seen: null } as const };
  const { steps } = await sync(server, [person({ ...config, columns: ['id', 'email', 'born', 'state'] })], warehouse, {
    maskKey: 'key',
  }).catch((error) => Promise.reject(error.mistakes ?? error));
  const rows = await warehouse.rows(sql`select id, email, born::varchar as born, state from raw_person`);
  expect(rows.map((row) => Object.values(row))).toEqual([
    // printf 1 | openssl dgst -sha256 -hmac key
    ['6da91fb91517be1f5cdcf3af91d7d40c717dd638a306157606fb2e584f7ae926', 'clinic.test', '1980-01-01', null],
    [expect.any(String), 'home.test', '1990-01-01', null],
    [expect.any(String), null, null, null],
    [expect.any(String), null, 'infinity', null],
  ]);
  expect(steps).toEqual([
    'raw_person: 4 rows, masked by hash: id, masked by domain: email, masked by year: born, masked by null: state',
  ]);
});

test.each([
  {
    name: 'a hash of a number with digits behind the point',
    mask: { score: 'hash' } as const,
    says: 'the mask hash is not for',
  },
  { name: 'a year of a text', mask: { email: 'year' } as const, says: 'public.person.email, which is text' },
  { name: 'a mask of no column', mask: { mail: 'hash' } as const, says: "Did you mean 'email'?" },
])('$name is a mistake', async ({ mask, says }) => {
  await using warehouse = await openWithFiles(':memory:');
  await expect(sync(server, [person({ mask })], warehouse)).rejects.toThrow(says);
});

test('masks give the same in both engines', async () => {
  const unicode = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\u0000', ''));
  const address = fc.tuple(unicode, fc.constantFrom('@', '@@', '', '\n@'), unicode).map((parts) => parts.join(''));
  const day = fc
    .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString());
  await using warehouse = await openWithFiles(':memory:');
  await warehouse.run(sql`set timezone = 'UTC'`);
  await query(
    server,
    'create table random (n int, t text, d date, ts timestamp, tz timestamptz, i bigint, u uuid, k text)',
  );
  const property = fc.asyncProperty(
    fc.array(fc.tuple(address, day, fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.uuid()), {
      minLength: 1,
      maxLength: 200,
    }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }).map((key) => `k${key}`),
    async (rows, key) => {
      await query(server, 'truncate random');
      await query(
        server,
        `insert into random select n, t, d::timestamptz at time zone 'UTC', d::timestamptz at time zone 'UTC', d::timestamptz, i, u, null
         from unnest($1::text[], $2::text[], $3::bigint[], $4::uuid[]) with ordinality as r (t, d, i, u, n)`,
        [0, 1, 2, 3].map((index) => rows.map((row) => String(row[index]))),
      );
      const plain = table('plain', 'public.random');
      const hash = { t: 'hash', i: 'hash', u: 'hash', d: 'year', ts: 'year', tz: 'year' } as const;
      const masked = { ...table('masked', 'public.random'), mask: hash };
      const domains = { ...table('domains', 'public.random'), mask: { t: 'domain' } as const };
      await sync(server, [plain, masked, domains], warehouse, { maskKey: key });
      const here = (column: string, mask: 'hash' | 'domain' | 'year'): Sql =>
        maskSql(mask, { name: column }).duckdb(identifier(column), key);
      const [differences] = await warehouse.rows(sql`select count(*) as n
        from raw_plain as p join raw_masked as m using (n) join raw_domains as o using (n)
        where m.t is distinct from (select ${here('t', 'hash')} from (select p.t)) or o.t is distinct from (select ${here('t', 'domain')} from (select p.t))
          or m.i is distinct from (select ${here('i', 'hash')} from (select p.i)) or m.u is distinct from (select ${here('u', 'hash')} from (select p.u))
          or m.d is distinct from (select ${here('d', 'year')} from (select p.d)) or m.ts is distinct from (select ${here('ts', 'year')} from (select p.ts))
          or m.tz is distinct from (select ${here('tz', 'year')} from (select p.tz))`);
      expect(differences).toEqual({ n: 0 });
    },
  );
  await fc.assert(property, { numRuns: 8 });
});

test('the key of masks is in no log of the server, and no masked value leaves it', async () => {
  await query(server, "alter system set log_statement = 'all'");
  await query(server, "alter system set log_min_messages = 'debug5'");
  await query(server, 'alter system set log_connections = on');
  await query(server, 'select pg_reload_conf()');
  await using warehouse = await openWithFiles(':memory:');
  const key = 'the key of masks, which no log may hold';
  await sync(server, [person({ mask: { email: 'hash' } })], warehouse, { maskKey: key });
  const [[folder]] = (await query(server, 'show data_directory')) as [[string]];
  const log = await readFile(join(folder, '..', 'log'), 'utf8');
  expect(log).toContain('copy (select 1');
  const first = Buffer.from(Buffer.from(key.slice(0, 32)).map((byte) => byte ^ 0x36)).toString('hex');
  for (const secret of [key, Buffer.from(key).toString('hex'), first]) expect(log).not.toContain(secret);
});

test('only declared columns arrive, also in a first copy, where nothing can be compared', async () => {
  await using warehouse = await openWithFiles(':memory:');
  const declared = person({ exclude: [], onlyDeclared: true, declared: ['ID', 'state', 'not_there'] });
  const { tables, steps } = await sync(server, [declared], warehouse);
  expect(tables[0]?.columns.map(({ name }) => name)).toEqual(['id', 'state']);
  expect(steps).toEqual(['raw_person: 4 rows']);
  const none = person({ onlyDeclared: true, declared: [] });
  await expect(sync(server, [none], warehouse)).rejects.toThrow('public.person has no column to copy');
});
