import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { query, startPostgres, sync, table } from '../src/sync/testing/postgres.ts';
import { openWithFiles } from '../src/warehouse/duckdb.ts';

// Sync beside the limit of Postgres: the same rows by psql's COPY to nowhere. `SCALE=0.1` copies a tenth of the rows;
// `PYTHON` names a Python with duckdb and duckdb-extension-postgres-scanner, for DuckDB's own way to read Postgres.
const scale = Number(process.env['SCALE'] ?? 1);
const rows = (whole: number) => Math.round(whole * scale);
const small = Array.from({ length: 40 }, (_, index) => `small_${index}`);

const server = await startPostgres();
await query(
  server,
  `create table narrow as select n as id, n % 1000 as user_id, md5(n::text) as name, timestamptz '2024-01-01' + n * interval '1 s' as at,
     n % 3 = 0 as done from generate_series(1, ${rows(5_000_000)}) n;
   create table wide as select n as id, n::bigint * 7 as big, (n % 100)::smallint as few, n / 7.0::float8 as ratio,
     (n / 100.0)::numeric(12, 2) as price, md5(n::text) as token, 'name ' || n as name, 'a\\b' || n as path, date '2020-01-01' + n % 2000 as day,
     timestamp '2024-01-01' + n * interval '1 s' as at, timestamptz '2024-01-01' + n * interval '1 min' as seen, n % 2 = 0 as done,
     md5(n::text)::uuid as key, jsonb_build_object('n', n, 's', 'text "' || n) as data, array[n, n + 1] as numbers, array['a', 'b' || n] as tags,
     n * interval '1 s' as took, decode(md5(n::text), 'hex') as bytes, '10.0.0.1'::inet as ip from generate_series(1, ${rows(500_000)}) n;
   create table decimals as select n as id, (n * 1234567890.123456789)::numeric(38, 18) as a, (n * 123456789.1234)::numeric(20, 4) as b
     from generate_series(1, ${rows(300_000)}) n;
   ${small.map((name) => `create table ${name} as select n as id, md5(n::text) as name from generate_series(1, 10000) n;`).join('\n')}
   analyze`,
);

const works = [
  { name: 'narrow', tables: ['narrow'] },
  { name: 'wide', tables: ['wide'] },
  { name: 'decimals', tables: ['decimals'] },
  { name: '40 tables', tables: small },
];
const folder = mkdtempSync(join(tmpdir(), 'fenceline-bench-'));
try {
  for (const { name, tables } of works) {
    const lowest = seconds(() => psql(tables));
    const extension = process.env['PYTHON'] ? seconds(() => python(tables)) : undefined;
    const cpu = process.cpuUsage();
    const started = performance.now();
    {
      await using warehouse = await openWithFiles(join(folder, `${name}.duckdb`), { threads: 2 });
      await sync(
        server,
        tables.map((each) => table(each, `public.${each}`)),
        warehouse,
      );
    }
    const wall = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const peak = Math.round(process.resourceUsage().maxRSS / 1024);
    console.log(
      `sync ${name}: ${wall.toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of CPU, at most ${peak} MB; psql ${lowest.toFixed(1)} s, ratio ${(wall / lowest).toFixed(1)}${
        extension === undefined
          ? ''
          : `; DuckDB's extension ${extension.toFixed(1)} s, ratio ${(wall / extension).toFixed(1)}`
      }`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
  await server[Symbol.asyncDispose]();
}

function seconds(work: () => void): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
}

function psql(tables: readonly string[]): void {
  const copies = tables.flatMap((name) => ['-c', `copy ${name} to stdout`]);
  run('psql', ['-h', String(server.connection.host), '-U', 'postgres', 'postgres', ...copies]);
}

function python(tables: readonly string[]): void {
  const program = `import duckdb, duckdb_extension_postgres_scanner as e, glob, os, sys
c = duckdb.connect(sys.argv[1], config={'allow_unsigned_extensions': 'true', 'threads': 2})
c.execute("load '%s'" % glob.glob(os.path.dirname(e.__file__) + '/**/*.duckdb_extension', recursive=True)[0])
c.execute("attach 'host=%s user=postgres dbname=postgres' as p (type postgres, read_only)" % sys.argv[2])
for t in sys.argv[3:]: c.execute('create table %s as from p.public.%s' % (t, t))`;
  const file = join(folder, 'extension.duckdb');
  run(process.env['PYTHON'] ?? 'python3', ['-c', program, file, String(server.connection.host), ...tables]);
  rmSync(file);
}

function run(command: string, given: readonly string[]): void {
  const { status, stderr } = spawnSync(command, [...given], { stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
}
