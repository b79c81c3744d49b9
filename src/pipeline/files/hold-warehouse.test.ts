import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ProgressEvent } from '../../progress.ts';
import { sql } from '../../sql.ts';
import { openDuckDB } from '../../warehouse/duckdb.ts';
import { holdWarehouse } from './hold-warehouse.ts';

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'fenceline-held-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Another process that has a database open for writing until it is killed. */
async function openElsewhere(path: string) {
  const program = `import { DuckDBInstance } from '@duckdb/node-api';
    const instance = await DuckDBInstance.create(process.argv[1]); await instance.connect();
    setInterval(() => {}, 1000); process.stdout.write('ready')`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, path], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

test.each([
  { name: 'another command, which holds the lock beside the warehouse', file: '.warehouse.duckdb.lock' },
  { name: 'a program that knows nothing of the lock', file: 'warehouse.duckdb' },
])('a second writer waits for $name, says for whom, and goes on when that is killed', async ({ file }) => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'warehouse.duckdb');
  {
    await using warehouse = await openDuckDB(path);
    await warehouse.run(sql`create table old (id int)`);
  }
  const holder = await openElsewhere(join(folder.path, file));
  const events: ProgressEvent[] = [];
  let isHeld = false;
  const holding = holdWarehouse(path, 'sync', {
    progress: (event) => void events.push(event),
    signal: new AbortController().signal,
  }).then((held) => {
    isHeld = true;
    return held;
  });
  await expect.poll(() => events.length, { timeout: 10_000 }).toBe(1);
  expect(events[0]).toMatchObject({
    status: 'warn',
    text: `waiting for node (PID ${holder.pid}), which writes to warehouse.duckdb`,
  });
  expect(isHeld).toBe(false);

  holder.kill('SIGKILL');

  await using _held = await holding;
});

test('an interrupt ends the wait', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'warehouse.duckdb');
  const holder = await openElsewhere(join(folder.path, '.warehouse.duckdb.lock'));
  const interrupted = new AbortController();
  const holding = holdWarehouse(path, 'sync', {
    progress: () => interrupted.abort(),
    signal: interrupted.signal,
  });
  await expect(holding).rejects.toThrow();
  holder.kill('SIGKILL');
});
