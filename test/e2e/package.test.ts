import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import manifest from '../../src/native/manifest.json' with { type: 'json' };
import { nativePlatform } from '../../src/native/platform.ts';
import { copyExample } from './cli.ts';
import { sharedPostgres } from './shared-postgres.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let postgres: Awaited<ReturnType<typeof sharedPostgres>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fenceline-pack-'));
  postgres = await sharedPostgres();
});
afterAll(async () => {
  await postgres[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Programs of npm are scripts, which only a shell starts on Windows. No registry can be reached. */
function run(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
  return promisify(execFile)(program, [...args], {
    cwd,
    env: {
      ...process.env,
      NO_COLOR: '1',
      npm_config_registry: 'http://127.0.0.1:1/',
      npm_config_offline: 'true',
      ...env,
    },
    shell: process.platform === 'win32',
  });
}

/** The one thing that a run fetches: DuckDB's library, taken here from the repository's own packages. */
function duckdbLibrary(): string {
  const { name } = manifest.duckdb[nativePlatform() as keyof typeof manifest.duckdb];
  return createRequire(import.meta.url).resolve(`${name}/duckdb.node`);
}

test('the npm package installs nothing beside itself, and its command runs the example', async () => {
  await using project = await copyExample();
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], ROOT);
  const [{ filename, files }] = JSON.parse(stdout) as [
    { readonly filename: string; readonly files: readonly { readonly path: string }[] },
  ];
  await writeFile(join(folder, 'package.json'), '{"private": true}');

  await run('npm', ['install', '--no-audit', '--no-fund', join(folder, filename)], folder);

  const installed = await readdir(join(folder, 'node_modules'));
  expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['fenceline']);
  const command = join(folder, 'node_modules/.bin/fenceline');
  const finished = await run(command, ['run', project.directory, ...postgres.args], folder, {
    FENCELINE_DUCKDB_BINDING: duckdbLibrary(),
  });
  expect(finished.stdout).toMatch(/^PASS/m);
  expect(files.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'dist/cli.cjs', 'schema/fenceline.schema.json']),
  );
  expect(files.filter(({ path }) => /^(src|test|example-project|bench|dist\/action)/.test(path))).toEqual([]);
});
