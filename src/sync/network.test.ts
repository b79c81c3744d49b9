import { afterAll, beforeAll, expect, test } from 'vitest';
import { EnvironmentError } from '../environment-error.ts';
import type { PostgresServer } from '../postgres/server.ts';
import { sql } from '../sql.ts';
import { openWithFiles } from '../warehouse/duckdb.ts';
import { query, startPostgres, sync, table } from './testing/postgres.ts';
import { type Fault, openFaultyServer } from './testing/proxy.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
  await query(
    server,
    `create table big as select n as id, repeat(md5(n::text), 6) as pad from generate_series(1, 60000) n;
     create table small as select 1 as id;
     create view slow as select n as id from generate_series(1, 3) n, (select pg_sleep(2.5)) nap`,
  );
});
afterAll(() => server[Symbol.asyncDispose]());

const faults: readonly Fault[] = ['silence', 'end', 'reset'];

test.each(faults)('after %s of a connection all is copied once more', async (fault) => {
  await using faulty = await openFaultyServer(server, { fault, afterBytes: 3_000_000, connections: 1 });
  await using warehouse = await openWithFiles(':memory:');
  const tables = [table('big', 'public.big'), table('small', 'public.small')];
  const { steps } = await sync(faulty.server, tables, warehouse, { silence: 1_000 });

  expect(faulty.broken()).toBe(1);
  expect(steps[0]).toMatch(
    /^public\.big cannot be read from Postgres: (no byte came for too long|the connection was lost|ECONNRESET|EPIPE); all tables are copied once more$/,
  );
  expect(await warehouse.rows(sql`select count(distinct id) as n from raw_big`)).toEqual([{ n: 60_000 }]);
});

test.each(faults)(
  '%s of each connection is an error in little time, and leaves the tables as they were',
  async (fault) => {
    await using warehouse = await openWithFiles(':memory:');
    await sync(server, [table('big', 'public.small')], warehouse);
    await using faulty = await openFaultyServer(server, { fault, afterBytes: 3_000_000, connections: 99 });
    const started = performance.now();
    const failure = await sync(faulty.server, [table('big', 'public.big')], warehouse, { silence: 1_000 }).catch(
      (error: unknown) => error,
    );

    expect(failure).toBeInstanceOf(EnvironmentError);
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(await warehouse.rows(sql`from raw_big`)).toEqual([{ id: 1 }]);
    await expect
      .poll(() => query(server, "select query from pg_stat_activity where application_name <> '' or query ~ '^copy'"), {
        timeout: 10_000,
      })
      .toEqual([]);
  },
);

test('silence from the first byte on is an error in little time', async () => {
  await using faulty = await openFaultyServer(server, { fault: 'silence', afterBytes: 1_000, connections: 99 });
  await using warehouse = await openWithFiles(':memory:');
  await expect(sync(faulty.server, [table('big', 'public.big')], warehouse, { silence: 1_000 })).rejects.toThrow(
    EnvironmentError,
  );
});

test('a view that computes for longer than the network may be silent is waited for', async () => {
  await using warehouse = await openWithFiles(':memory:');
  const { steps } = await sync(server, [table('slow', 'public.slow')], warehouse, { silence: 500 });
  expect(steps).toEqual(['raw_slow: 3 rows']);
});

test('an interrupt ends the wait for a silent network within two seconds', async () => {
  await using faulty = await openFaultyServer(server, { fault: 'silence', afterBytes: 3_000_000, connections: 99 });
  await using warehouse = await openWithFiles(':memory:');
  const interrupted = new AbortController();
  const copying = sync(faulty.server, [table('big', 'public.big')], warehouse, { signal: interrupted.signal });
  await expect.poll(faulty.broken, { timeout: 10_000 }).toBeGreaterThan(0);
  const started = performance.now();
  interrupted.abort(new Error('enough'));

  await expect(copying).rejects.toThrow('enough');
  expect(performance.now() - started).toBeLessThan(2_000);
});

test('a copy that takes too long is ended, and says by which limit', async () => {
  await using warehouse = await openWithFiles(':memory:');
  await expect(sync(server, [table('slow', 'public.slow')], warehouse, { seconds: 1 })).rejects.toThrow(
    'the copy from Postgres takes more than 1 s, which is limits.sync_seconds in fenceline.yml',
  );
});
