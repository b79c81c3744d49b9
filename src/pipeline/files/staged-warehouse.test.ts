import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { EnvironmentError } from '../../environment-error.ts';
import { sql } from '../../sql.ts';
import { openDuckDB, openReadOnly } from '../../warehouse/duckdb.ts';
import { testSql } from '../../warehouse/testing/test-sql.ts';
import { removeAbandonedCopies, stageWarehouse } from './staged-warehouse.ts';

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'fenceline-staged-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function run(path: string, sql: string): Promise<void> {
  await using warehouse = await openDuckDB(path);
  await warehouse.run(testSql(sql));
}

async function tables(path: string): Promise<unknown[]> {
  await using warehouse = await openReadOnly(path);
  return (await warehouse.rows(sql`select table_name from information_schema.tables order by 1`)).map(
    (row) => row['table_name'],
  );
}

test('what is published is in the place of the warehouse, with what it held before', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'warehouse.duckdb');
  await run(path, 'create table old (id int)');
  {
    await using staged = await stageWarehouse(path);
    await run(staged.path, 'create table fresh (id int)');
    await staged.publish();
  }

  expect(await tables(path)).toEqual(['fresh', 'old']);
  expect(await readdir(folder.path)).toEqual(['warehouse.duckdb']);
});

test('what a run left that was killed is removed, and what one that lives works on is not', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'warehouse.duckdb');
  const place = `.fenceline-${hostname().replace(/[^\w-]/g, '_')}`;
  const { pid = 0 } = spawnSync(process.execPath, ['--version']);
  for (const name of [
    `${place}-${pid}-aaaaaa`,
    `${place}-${process.pid}-bbbbbb`,
    `.fenceline-elsewhere-${pid}-cccccc`,
  ]) {
    await mkdir(join(folder.path, name));
    await writeFile(join(folder.path, name, 'warehouse.duckdb'), 'rows');
  }
  {
    await using _staged = await stageWarehouse(path);
  }

  expect((await readdir(folder.path)).map((name) => name.slice(-6)).sort()).toEqual(['bbbbbb', 'cccccc']);
});

test('any command removes what a killed run left, also of another machine once it is a day old', async () => {
  await using folder = await temporaryFolder();
  const { pid = 0 } = spawnSync(process.execPath, ['--version']);
  const own = `.fenceline-${hostname().replace(/[^\w-]/g, '_')}-${pid}-aaaaaa`;
  const [old, fresh] = [`.fenceline-elsewhere-${pid}-bbbbbb`, `.fenceline-elsewhere-${pid}-cccccc`];
  for (const name of [own, old, fresh, '.fenceline-notes']) await mkdir(join(folder.path, name));
  const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000);
  for (const name of [old, '.fenceline-notes']) await utimes(join(folder.path, name), twoDaysAgo, twoDaysAgo);

  await removeAbandonedCopies(join(folder.path, 'warehouse.duckdb'));

  expect((await readdir(folder.path)).sort()).toEqual([fresh, '.fenceline-notes'].sort());
});

test.skipIf(process.platform === 'win32')('a process that is killed leaves no copy', async () => {
  await using folder = await temporaryFolder();
  const staging = join(folder.path, 'staging');
  await mkdir(staging);
  await writeFile(join(staging, 'warehouse.duckdb'), 'rows');
  const { outputFiles } = await build({
    stdin: {
      contents: `import { removeWhenKilled } from './remove-when-killed.ts';
        removeWhenKilled(process.argv[1] ?? ''); setInterval(() => {}, 1000); process.stdout.write('ready')`,
      resolveDir: import.meta.dirname,
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    write: false,
  });
  const child = spawn(process.execPath, ['-e', outputFiles[0]?.text ?? '', staging], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');

  child.kill('SIGKILL');

  await expect.poll(() => readdir(folder.path), { timeout: 10_000 }).toEqual([]);
});

test('what is not published leaves the warehouse as it was, and no file', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'warehouse.duckdb');
  await run(path, 'create table old (id int)');
  {
    await using staged = await stageWarehouse(path);
    await run(staged.path, 'drop table old');
  }

  expect(await tables(path)).toEqual(['old']);
  expect(await readdir(folder.path)).toEqual(['warehouse.duckdb']);
});

test('the database in the copy has the name of the original, since compiled SQL holds it', async () => {
  await using folder = await temporaryFolder();
  await using staged = await stageWarehouse(join(folder.path, 'clinic.duckdb'));
  await using warehouse = await openDuckDB(staged.path);

  expect(await warehouse.rows(sql`select current_database() as name`)).toEqual([{ name: 'clinic' }]);
});

test('a file that is no warehouse is refused, and stays', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'warehouse.duckdb');
  await writeFile(path, 'this is no database at all, but somebody may need it');

  await expect(stageWarehouse(path)).rejects.toThrow(EnvironmentError);
  expect(await readdir(folder.path)).toEqual(['warehouse.duckdb']);
});

test('what was replaced is not in the published file', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'warehouse.duckdb');
  await run(path, "create table person as select 'canary-' || md5(range::varchar) as name from range(200000)");
  {
    await using staged = await stageWarehouse(path);
    await run(staged.path, "create or replace table person as select 'nobody' as name");
    await staged.publish();
  }

  expect((await readFile(path)).toString('latin1')).not.toContain('canary-');
  expect(await tables(path)).toEqual(['person']);
});

test('the work of another program is not replaced by a copy that is older', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'warehouse.duckdb');
  await run(path, 'create table old (id int)');
  {
    await using staged = await stageWarehouse(path);
    await run(path, 'create table newer (id int)');
    await expect(staged.publish()).rejects.toThrow('was written by another program meanwhile');
  }

  expect(await tables(path)).toEqual(['newer', 'old']);
});
