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

beforeAll(async () => {
  server = await startPostgres();
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
  await renew(0);
});
afterAll(() => server[Symbol.asyncDispose]());

/** The table `halves` is large enough that two connections read it. */
const NAMES = ['plain', 'parts', 'halves', 'seen', 'over_kept', 'kept'];
const MODES = ['full', 'incremental', 'sample'] as const;
type Mode = (typeof MODES)[number];

/** The entries of fenceline.yml for all tables. In a sample, `plain` has only a part of its rows. */
function tablesIn(mode: Mode) {
  return NAMES.map((name) => ({
    ...table(name, `public.${name}`, ...(['plain', 'parts', 'halves'].includes(name) ? ['secret'] : [])),
    ...(mode === 'incremental' && { incremental: { cursor: 'gen', key: ['id'], deletes: true } }),
    ...(mode === 'sample' && name === 'plain' && { sample: { kind: 'percent', percent: 30, seed: 1 } as const }),
  }));
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
  'no row is lost, doubled, rounded or torn when the network breaks and tables are renewed at random moments ($seed)',
  async ({ seed }) => {
    const next = random(seed);
    const fault = (['silence', 'end', 'reset'] satisfies Fault[])[Math.floor(next() * 3)] ?? 'end';
    const user = next() < 0.5 ? 'half' : 'postgres';
    const mode = MODES[seed % MODES.length] ?? 'full';
    const breaks = Math.floor(next() * 3);
    const afterBytes = Math.floor(next() * 1_000_000);
    const tables = tablesIn(mode);
    await using warehouse = await openWithFiles(':memory:');
    await using faulty = await openFaultyServer(server, { fault, afterBytes, connections: breaks });
    const as = { ...faulty.server, connection: { ...faulty.server.connection, user } };
    const generations: number[] = [seed * 10];
    await renew(seed * 10);
    const undisturbed = { ...server, connection: { ...server.connection, user } };
    await sync(undisturbed, tables, warehouse);
    const { gen: before, ...sizes } = await oneGeneration(warehouse);
    const missing = NAMES.length * ROWS - sizes.rows;
    if (mode === 'sample') expect(missing / ROWS).toBeCloseTo(0.7, 1);
    else expect(missing).toBe(0);
    let isOver = false;
    const writing = (async () => {
      for (let round = 1; round < 3 && !isOver; round++) {
        await new Promise((resolve) => setTimeout(resolve, next() * 400));
        generations.push(seed * 10 + round);
        await renew(seed * 10 + round);
      }
    })();

    const outcome = await sync(as, tables, warehouse, { silence: 500 }).catch((error: unknown) => error);
    isOver = true;
    await writing;

    if (outcome instanceof Error) {
      expect(outcome).toBeInstanceOf(EnvironmentError);
      expect(await oneGeneration(warehouse)).toEqual({ gen: before, ...sizes });
    } else {
      const { gen, ...same } = await oneGeneration(warehouse);
      expect(generations).toContain(gen);
      expect(same).toEqual(sizes);
    }
    await sync(undisturbed, tables, warehouse);
    expect(await oneGeneration(warehouse)).toEqual({ gen: generations.at(-1), ...sizes });
  },
);

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
