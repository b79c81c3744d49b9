import { DatabaseError } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EnvironmentError } from '../environment-error.ts';
import type { PostgresServer } from '../postgres/server.ts';
import { sql } from '../sql.ts';
import { openWithFiles } from '../warehouse/duckdb.ts';
import { query, startPostgres, sync, table } from './testing/postgres.ts';
import { type Fault, openFaultyServer } from './testing/proxy.ts';

const RUNS = process.env['MODE'] === 'long' ? 200 : 6;
const ROWS = 20_000;
let server: PostgresServer;
/** A second database of the same server. */
let far: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
  await query(server, 'create database far');
  far = { ...server, connection: { ...server.connection, database: 'far' } };
  await query(far, 'create table far (id int, gen int, amount numeric(10,4), secret text)');
  await query(
    server,
    `create table plain (id int primary key, gen int, amount numeric(10,4), secret text);
     create table halves (id int primary key, gen int, amount numeric(10,4), secret text) with (fillfactor = 10);
     create table behind (id int, gen int, amount numeric(10,4), secret text);
     create table parts (id int, gen int, amount numeric(10,4), secret text) partition by hash (id);
     create table parts_0 partition of parts for values with (modulus 2, remainder 0);
     create table parts_1 partition of parts for values with (modulus 2, remainder 1);
     create view seen as select id, gen, amount from behind;
     create materialized view kept as select id, gen, amount from behind;
     create view over_kept as select id, gen, amount from kept;
     create role half login; grant select (id, gen, amount) on plain, halves, behind, parts, seen, kept, over_kept to half`,
  );
  await query(far, 'grant select (id, gen, amount) on far to half');
  await renew(0);
});
afterAll(() => server[Symbol.asyncDispose]());

/** The table `halves` is large enough that two connections read it. */
const NAMES = ['plain', 'parts', 'halves', 'seen', 'over_kept', 'kept'];
const MODES = ['full', 'incremental', 'sample', 'databases'] as const;
/** What happens to connections: the network breaks, the server ends them in the middle of a copy, or a table is locked by somebody. */
const FAULTS = ['silence', 'end', 'reset', 'terminate', 'lock'] as const;
type Mode = (typeof MODES)[number];

/** The entries of fenceline.yml for all tables. In a sample, `plain` has only a part of its rows. */
function tablesIn(mode: Mode) {
  const other = table('far', 'public.far', 'secret');
  const others = mode === 'databases' ? [{ ...other, from: { ...other.from, database: 'far' } }] : [];
  const own = NAMES.map((name) => ({
    ...table(name, `public.${name}`, ...(['plain', 'parts', 'halves'].includes(name) ? ['secret'] : [])),
    ...(mode === 'incremental' && { incremental: { cursor: 'gen', key: ['id'], deletes: true } }),
    ...(mode === 'sample' && name === 'plain' && { sample: { kind: 'percent', percent: 30, seed: 1 } as const }),
  }));
  return [...own, ...others];
}

/** The second database behind the same network and with the same user. */
function databasesIn(mode: Mode, { connection }: PostgresServer) {
  return mode === 'databases'
    ? [{ name: 'far', server: { ...far, connection: { ...connection, database: 'far' } } }]
    : [];
}

/** Fills all tables with rows of a generation, in one transaction and in a way that takes the old rows from readers. */
async function renew(generation: number): Promise<void> {
  const rows = `select n, ${generation}, n + 0.1234, 'canary' from generate_series(1, ${ROWS}) n`;
  const ways = [
    `truncate plain; insert into plain ${rows}; truncate parts_0, parts_1; insert into parts ${rows}`,
    `alter table plain rename to gone; create table plain (like gone including indexes); grant select (id, gen, amount) on plain to half;
       insert into plain ${rows}; drop table gone; delete from parts; insert into parts ${rows}`,
    `update plain set gen = ${generation}, amount = id + 0.1234; alter table plain alter secret type varchar using secret || '';
       update parts set gen = ${generation}; alter table parts detach partition parts_1;
       alter table parts attach partition parts_1 for values with (modulus 2, remainder 1)`,
  ];
  const transaction = `begin; ${generation === 0 ? ways[0] : ways[generation % ways.length]};
     truncate halves; insert into halves select n, ${generation}, n + 0.1234, repeat('canary', 24) from generate_series(1, ${ROWS}) n;
     truncate behind; insert into behind ${rows}; refresh materialized view kept; commit`;
  await query(far, `begin; truncate far; insert into far ${rows}; commit`);
  for (;;) {
    try {
      await query(server, transaction);
      return;
    } catch (error) {
      // Postgres ends one of two transactions that wait for each other. A writer then tries again, as it would anywhere.
      if (!(error instanceof DatabaseError && error.code === '40P01')) throw error;
    }
  }
}

/** A generator of numbers from 0 to 1 that gives the same ones for a seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test.each(Array.from({ length: RUNS }, (_, seed) => ({ seed })))(
  'no row is lost, doubled, rounded or torn when connections fail and tables are renewed at random moments ($seed)',
  async ({ seed }) => {
    const next = random(seed);
    const fault = FAULTS[seed % FAULTS.length] ?? 'end';
    const user = next() < 0.5 ? 'half' : 'postgres';
    const mode = MODES[seed % MODES.length] ?? 'full';
    const network: Fault = fault === 'terminate' || fault === 'lock' ? 'end' : fault;
    const breaks = network === fault ? Math.floor(next() * 3) : 0;
    const afterBytes = Math.floor(next() * 1_000_000);
    const tables = tablesIn(mode);
    await using warehouse = await openWithFiles(':memory:');
    await using faulty = await openFaultyServer(server, { fault: network, afterBytes, connections: breaks });
    const as = { ...faulty.server, connection: { ...faulty.server.connection, user } };
    const generations: number[] = [seed * 10];
    await renew(seed * 10);
    const undisturbed = { ...server, connection: { ...server.connection, user } };
    await sync(undisturbed, tables, warehouse, { databases: databasesIn(mode, undisturbed) });
    const { gen: before, ...sizes } = await oneGeneration(warehouse);
    const missing = NAMES.length * ROWS - sizes.rows;
    if (mode === 'sample') expect(missing / ROWS).toBeCloseTo(0.7, 1);
    else expect(missing).toBe(0);
    let isOver = false;
    const writing = (async () => {
      for (let round = 1; round < 3 && !isOver; round++) {
        await new Promise((resolve) => setTimeout(resolve, next() * 400));
        generations.push(seed * 10 + round);
        await (fault === 'terminate' ? endCopies() : fault === 'lock' ? lock(next() * 1000) : undefined);
        await renew(seed * 10 + round);
      }
    })();

    const databases = databasesIn(mode, as);
    const outcome = await sync(as, tables, warehouse, { silence: 500, databases }).catch((error: unknown) => error);
    isOver = true;
    await writing;

    if (outcome instanceof Error) {
      expect(outcome).toBeInstanceOf(EnvironmentError);
      const { gen, ...same } = await oneGeneration(warehouse);
      expect(same).toEqual(sizes);
      // Only a file is replaced as one: in memory the first database has arrived when the second one fails.
      expect(mode === 'databases' ? generations : [before]).toContain(gen);
    } else {
      const { gen, ...same } = await oneGeneration(warehouse);
      expect(generations).toContain(gen);
      expect(same).toEqual(sizes);
    }
    if (mode === 'databases') expect(generations).toContain(await farGeneration(warehouse));
    await sync(undisturbed, tables, warehouse, { databases: databasesIn(mode, undisturbed) });
    expect(await oneGeneration(warehouse)).toEqual({ gen: generations.at(-1), ...sizes });
    if (mode === 'databases') expect(await farGeneration(warehouse)).toBe(generations.at(-1));
  },
);

/** Ends the processes of the server that copy. */
async function endCopies(): Promise<void> {
  await query(
    server,
    "select pg_terminate_backend(pid) from pg_stat_activity where query like 'copy (%' and state = 'active'",
  );
}

/** Locks a table for some milliseconds, as a migration does. */
async function lock(milliseconds: number): Promise<void> {
  const text = `begin; lock table plain in access exclusive mode; select pg_sleep(${milliseconds / 1000}); commit`;
  await query(server, text);
}

/** Checks that all rows of the table of the second database are whole and of one generation, which it gives. */
async function farGeneration(warehouse: Parameters<typeof sync>[2]): Promise<number> {
  const [row] =
    await warehouse.rows(sql`select count(*)::int as rows, count(distinct id)::int as ids, min(gen)::int as gen,
    count(distinct gen)::int as generations, count(*) filter (where amount <> id + 0.1234)::int as wrong from raw_far`);
  expect(row).toMatchObject({ rows: ROWS, ids: ROWS, generations: 1, wrong: 0 });
  return Number(row?.['gen']);
}

/** Checks that all rows of all tables are whole and of one generation. Gives this generation and the number of rows. */
async function oneGeneration(warehouse: Parameters<typeof sync>[2]) {
  const [row] = await warehouse.rows(sql`
    select count(*)::int as rows, count(distinct (name, id))::int as distinct_rows, count(distinct gen)::int as generations,
      min(gen)::int as gen, count(*) filter (where amount <> id + 0.1234)::int as wrong
    from (
      select 'plain' as name, id, gen, amount from raw_plain union all select 'parts', * from raw_parts union all select 'halves', * from raw_halves union all
      select 'seen', * from raw_seen union all select 'kept', * from raw_kept union all select 'over', * from raw_over_kept
    )`);
  expect(row).toMatchObject({ distinct_rows: row?.['rows'], generations: 1, wrong: 0 });
  return { gen: Number(row?.['gen']), rows: Number(row?.['rows']) };
}
