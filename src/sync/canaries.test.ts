import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sql } from '../sql.ts';
import { openWithFiles } from '../warehouse/duckdb.ts';
import { query, startPostgres, sync, table } from './testing/postgres.ts';
import { openRecordedServer } from './testing/recorder.ts';

test('what is excluded, masked, filtered, not sampled or new is on no wire and in no file', async () => {
  await using own = await startPostgres();
  await query(
    own,
    `create table person (id int primary key, email text, phone text, ssn text, note text, state text);
     create table visit (id int primary key, person_id int references person, note text);
     insert into person select n, 'canary-email-' || n || '@home.test', 'canary-phone-' || n, 'canary-ssn-' || n, 'row-' || n || '-end',
       case when n % 10 = 0 then 'canary-state' else 'in' end from generate_series(1, 2000) n;
     insert into visit select n, n % 2000 + 1, 'visit-' || n || '-end' from generate_series(1, 4000) n`,
  );
  await query(own, "create table fresh (id int, note text); insert into fresh values (1, 'canary-fresh')");
  await query(own, 'create database far');
  await query(
    { ...own, connection: { ...own.connection, database: 'far' } },
    "create table person (id int, ssn text); insert into person values (1, 'canary-far')",
  );
  await using recorded = await openRecordedServer(own);
  const folder = await mkdtemp(join(tmpdir(), 'canaries-'));
  try {
    const tables = [
      {
        ...table('person', 'public.person', 'ssn'),
        mask: { email: 'hash', phone: null } as const,
        where: "state <> 'old' and state = 'in'",
        sample: { kind: 'percent', percent: 20, seed: 1 } as const,
      },
      table('visit', 'public.visit'),
      { ...table('far', 'public.person', 'ssn'), from: { database: 'far', schema: 'public', table: 'person' } },
    ];
    const { location } = table('all', 'public.*');
    const all = { from: { schema: 'public', table: '*' }, to: { schema: undefined, table: 'raw_*' } };
    const patterns = [{ name: 'all', ...all, except: [], exclude: [], location }];
    const connection = { ...recorded.server.connection, database: 'far' };
    const databases = [{ name: 'far', server: { ...recorded.server, connection } }];
    let persons: ReadonlySet<number>;
    let visits: ReadonlySet<number>;
    {
      await using warehouse = await openWithFiles(join(folder, 'warehouse.duckdb'));
      // Texts can be found in the file only if they are as they are.
      await warehouse.run(sql`set force_compression = 'uncompressed'`);
      await sync(recorded.server, tables, warehouse, { patterns, databases });
      await query(own, "alter table person add added text default 'canary-added'");
      const { steps } = await sync(recorded.server, tables, warehouse, { patterns, databases });
      expect(steps).toContain("public.*: a table is in no source's YAML and left out: fresh");
      const ids = async (rows: Awaited<ReturnType<typeof warehouse.rows>>) => new Set(rows.map(({ id }) => Number(id)));
      persons = await ids(await warehouse.rows(sql`select id from raw_person`));
      visits = await ids(await warehouse.rows(sql`select id from raw_visit`));
    }
    expect(persons.size).toBeGreaterThan(200);
    expect(persons.size).toBeLessThan(600);
    const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'latin1')));
    for (const bytes of [recorded.wire(), ...files]) {
      expect(bytes).not.toContain('canary-');
      const [first = 0] = persons;
      expect(bytes).toContain(`row-${first}-end`);
      const found = (pattern: RegExp) => new Set([...bytes.matchAll(pattern)].map(([, id]) => Number(id)));
      expect(found(/row-(\d+)-end/g)).toEqual(persons);
      expect(found(/visit-(\d+)-end/g)).toEqual(visits);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
