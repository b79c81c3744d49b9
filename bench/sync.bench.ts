import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresServer } from '../src/postgres/server.ts';
import { query, startPostgres, sync, table } from '../src/sync/testing/postgres.ts';
import { openWithFiles } from '../src/warehouse/duckdb.ts';

// Compares sync with psql's COPY to nowhere (the limit of Postgres), with DuckDB's own extension and with dlt. `SCALE=0.1`
// copies a tenth of the rows. `PYTHON` names a Python with duckdb, duckdb-extension-postgres-scanner and dlt[duckdb,sql_database].
// Each tool runs in a process of its own, whose CPU and memory are measured. Postgres and the tool share the machine's cores.
const scale = Number(process.env['SCALE'] ?? 1);
const rows = (whole: number) => Math.round(whole * scale);
const small = Array.from({ length: 40 }, (_, index) => `small_${index}`);

const SETUP = `create table narrow as select n as id, n % 1000 as user_id, md5(n::text) as name, timestamptz '2024-01-01' + n * interval '1 s' as at,
     n % 3 = 0 as done from generate_series(1, ${rows(5_000_000)}) n;
   create table wide as select n as id, n::bigint * 7 as big, (n % 100)::smallint as few, n / 7.0::float8 as ratio,
     (n / 100.0)::numeric(12, 2) as price, md5(n::text) as token, 'name ' || n as name, 'a\\b' || n as path, date '2020-01-01' + n % 2000 as day,
     timestamp '2024-01-01' + n * interval '1 s' as at, timestamptz '2024-01-01' + n * interval '1 min' as seen, n % 2 = 0 as done,
     md5(n::text)::uuid as key, jsonb_build_object('n', n, 's', 'text "' || n) as data, array[n, n + 1] as numbers, array['a', 'b' || n] as tags,
     n * interval '1 s' as took, decode(md5(n::text), 'hex') as bytes, '10.0.0.1'::inet as ip from generate_series(1, ${rows(500_000)}) n;
   create table decimals as select n as id, (n * 1234567890.123456789)::numeric(38, 18) as a, (n * 123456789.1234)::numeric(20, 4) as b
     from generate_series(1, ${rows(300_000)}) n;
   ${small.map((name) => `create table ${name} as select n as id, md5(n::text) as name from generate_series(1, 10000) n;`).join('\n')}
   analyze`;

const WORKS = [
  { name: 'narrow', tables: ['narrow'] },
  { name: 'wide', tables: ['wide'] },
  { name: 'decimals', tables: ['decimals'] },
  { name: '40 tables', tables: small },
];

const USED = `
import resource, json
own, below = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({'cpu': own.ru_utime + own.ru_stime + below.ru_utime + below.ru_stime, 'megabytes': max(own.ru_maxrss, below.ru_maxrss) / 1024}))`;

const EXTENSION = `import duckdb, duckdb_extension_postgres_scanner as e, glob, os, sys
c = duckdb.connect(sys.argv[1], config={'allow_unsigned_extensions': 'true', 'threads': 2})
c.execute("load '%s'" % glob.glob(os.path.dirname(e.__file__) + '/**/*.duckdb_extension', recursive=True)[0])
c.execute("attach 'host=%s user=postgres dbname=postgres' as p (type postgres, read_only)" % sys.argv[2])
for t in sys.argv[3:]: c.execute('create table %s as from p.public.%s' % (t, t))
c.close()${USED}`;

const DLT = `import dlt, sys
from dlt.sources.sql_database import sql_database
tables = sql_database('postgresql+psycopg2://postgres@/postgres?host=' + sys.argv[2], schema='public', table_names=sys.argv[3:], backend='pyarrow', chunk_size=100000)
dlt.pipeline('bench', pipelines_dir=sys.argv[1] + '.state', destination=dlt.destinations.duckdb(sys.argv[1]), dataset_name='raw').run(tables)${USED}`;

/** JSON of the job of a child process: the tables to copy with Fenceline, the server and the DuckDB file. */
const job = process.env['BENCH_JOB'];
if (job === undefined) await compare();
else {
  const { host, file, tables } = JSON.parse(job);
  const connection = { host, user: 'postgres', database: 'postgres' };
  await copy(
    { connection, version: '', origin: '', startMilliseconds: 0, [Symbol.asyncDispose]: async () => {} },
    file,
    tables,
  );
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  console.log(JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 }));
}

async function copy(server: PostgresServer, file: string, tables: readonly string[]): Promise<void> {
  await using warehouse = await openWithFiles(file, { threads: 2 });
  await sync(
    server,
    tables.map((each) => table(each, `public.${each}`)),
    warehouse,
  );
}

async function compare(): Promise<void> {
  const server = await startPostgres();
  const host = String(server.connection.host);
  const folder = mkdtempSync(join(tmpdir(), 'fenceline-bench-'));
  try {
    await query(server, SETUP);
    for (const { name, tables } of WORKS) {
      const file = join(folder, 'copy.duckdb');
      const python = process.env['PYTHON'];
      const runs = [
        measure('psql', 'psql', [
          '-h',
          host,
          '-U',
          'postgres',
          '-q',
          'postgres',
          ...tables.flatMap((each) => ['-c', `copy ${each} to stdout`]),
        ]),
        ...(python === undefined ? [] : [measure('extension', python, ['-c', EXTENSION, file, host, ...tables])]),
        ...(python === undefined ? [] : [measure('dlt', python, ['-c', DLT, `${file}.dlt`, host, ...tables])]),
        measure('fenceline', process.execPath, [process.argv[1] ?? ''], {
          BENCH_JOB: JSON.stringify({ host, file: `${file}.own`, tables }),
        }),
      ];
      const lowest = runs[0]?.seconds ?? 0;
      for (const { who, seconds, used } of runs) {
        const ratio = `${(seconds / lowest).toFixed(1)} times psql`;
        const more = used && `, ${used.cpu.toFixed(1)} s of CPU, at most ${Math.round(used.megabytes)} MB`;
        console.log(
          `sync ${name}: ${who} ${Number.isNaN(seconds) ? 'fails' : `${seconds.toFixed(1)} s, ${ratio}${more ?? ''}`}`,
        );
      }
      for (const left of readdirSync(folder)) rmSync(join(folder, left), { recursive: true });
    }
  } finally {
    rmSync(folder, { recursive: true });
    await server[Symbol.asyncDispose]();
  }
}

interface Run {
  readonly who: string;
  /** Seconds of wall time; NaN if the process failed. */
  readonly seconds: number;
  /** CPU seconds and memory, which the process prints as its last line; `undefined` if it printed none. */
  readonly used: { readonly cpu: number; readonly megabytes: number } | undefined;
}

function measure(who: string, command: string, given: readonly string[], more: NodeJS.ProcessEnv = {}): Run {
  const started = performance.now();
  const stdout = who === 'psql' ? 'ignore' : 'pipe';
  const child = spawnSync(command, [...given], {
    stdio: ['ignore', stdout, 'pipe'],
    env: { ...process.env, ...more },
    encoding: 'utf8',
  });
  if (child.status !== 0) {
    console.log(`sync: ${who} says ${child.stderr.trim().split('\n').at(-1)?.slice(0, 200)}`);
    return { who, seconds: Number.NaN, used: undefined };
  }
  const line = child.stdout?.trim().split('\n').at(-1);
  return { who, seconds: (performance.now() - started) / 1000, used: line ? JSON.parse(line) : undefined };
}
