import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import manifest from './manifest.json' with { type: 'json' };
import { nativePlatform } from './platform.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 's-'));
  program = join(folder, 'query.cjs');
  // Bundled as scripts/build.mjs does.
  await build({
    absWorkingDir: root,
    stdin: {
      resolveDir: root,
      loader: 'ts',
      contents: `import { ensureDuckDB } from './src/native/ensure-duckdb.ts';
        async function main() {
          const { origin } = await ensureDuckDB({ environment: process.env });
          const { DuckDBInstance } = await import('@duckdb/node-api');
          const connection = await (await DuckDBInstance.create(':memory:')).connect();
          const reader = await connection.runAndReadAll('select version()');
          console.log(JSON.stringify({ origin, version: reader.getRows()[0][0] }));
        }
        main().catch((error) => { console.error(error.message + ' | ' + error.fix); process.exitCode = 3; });`,
    },
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    alias: { '@duckdb/node-bindings': './src/native/duckdb-bindings-shim.cjs' },
    define: { 'import.meta.url': 'import_meta_url' },
    banner: { js: "const import_meta_url = require('node:url').pathToFileURL(__filename).href;" },
    logLevel: 'error',
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function query(environment: Record<string, string>): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: folder, FENCELINE_CACHE: join(folder, 'cache'), ...environment };
  return run(process.execPath, [program], { cwd: folder, env }).then(
    ({ stdout }) => JSON.parse(stdout).origin,
    (error: { readonly stderr: string }) => error.stderr.trim(),
  );
}

const version = manifest.duckdb['linux-x64'].version;

test('a bundle with nothing around it fetches DuckDB, keeps it, and replaces a spoiled copy', async () => {
  expect(await query({})).toBe(`fetched ${version}`);
  expect(await query({})).toBe(`cache ${version}`);

  const [entry = ''] = await readdir(join(folder, 'cache'));
  const library = join(folder, 'cache', entry, 'duckdb.node');
  const { size } = await (await import('node:fs/promises')).stat(library);
  await writeFile(library, Buffer.alloc(size));
  expect(await query({})).toBe(`fetched ${version}`);
});

test('FENCELINE_DUCKDB_BINDING names the library that is loaded', async () => {
  const { name } = manifest.duckdb[nativePlatform() as keyof typeof manifest.duckdb];
  const library = createRequire(import.meta.url).resolve(`${name}/duckdb.node`);
  expect(await query({ FENCELINE_DUCKDB_BINDING: library })).toBe('file');
  expect(await query({ FENCELINE_DUCKDB_BINDING: '/nowhere/duckdb.node' })).toContain('FENCELINE_DUCKDB_BINDING names');
});

test('without network and cache the error says what to do', async () => {
  const offline = {
    FENCELINE_CACHE: join(folder, 'none'),
    npm_config_registry: 'http://127.0.0.1:1/',
    npm_config_fetch_retries: '0',
  };
  expect(await query(offline)).toMatch(/cannot be fetched from the npm registry \(ECONNREFUSED\) \| .*FENCELINE_CACHE/);
});

test('every platform is pinned as npm locked it', async () => {
  await run(process.execPath, ['scripts/native-manifest.mjs', '--check'], { cwd: root });
  expect(Object.keys(manifest.duckdb)).toEqual([
    'darwin-arm64',
    'darwin-x64',
    'linux-arm64',
    'linux-arm64-musl',
    'linux-x64',
    'linux-x64-musl',
    'win32-arm64',
    'win32-x64',
  ]);
  expect(Object.keys(manifest.postgres)).toEqual(
    expect.arrayContaining(['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-x64']),
  );
});
