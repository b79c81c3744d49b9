import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { BUNDLE, EXAMPLE } from './cli.ts';

function start(args: readonly string[], stdout: 'pipe' | number) {
  return spawn(process.execPath, [BUNDLE, ...args], {
    stdio: ['ignore', stdout, 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
}

async function ended(child: ReturnType<typeof start>): Promise<{ code: number; stderr: string }> {
  const code = new Promise<number>((resolve) => child.once('close', resolve));
  return { stderr: child.stderr ? await text(child.stderr) : '', code: await code };
}

describe('output that cannot be written', () => {
  test.each([['--help'], ['ls', EXAMPLE]])('a reader that leaves is no failure: %s', async (...args) => {
    const child = start(args, 'pipe');
    child.stdout?.destroy();

    const { code, stderr } = await ended(child);
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/error|EPIPE|failed/i);
  });

  test('output that fails otherwise is a failure of the environment, and no verdict', async () => {
    // Opened for reading, a file refuses what is written to it on every system.
    const { code, stderr } = await ended(start(['ls', EXAMPLE], openSync(BUNDLE, 'r')));

    expect(code).toBe(3);
    expect(stderr).toContain('The output cannot be written (EBADF).');
  });
});
