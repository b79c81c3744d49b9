import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUNDLE, copyExample, type Edit } from './cli.ts';
import { sharedPostgres } from './shared-postgres.ts';

let postgres: Awaited<ReturnType<typeof sharedPostgres>>;
beforeAll(async () => {
  postgres = await sharedPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

const TABLE = "{{ config(materialized='table') }}";
const FIRST: Edit = { file: 'models/a_first.sql', text: `${TABLE}select 1 as one\n` };

/** A query over endless rows, which hears an interrupt. */
const ENDLESS_ROWS: Edit = {
  file: 'models/endless.sql',
  text: `${TABLE}select count(*) as n from range(10000000000) as a, range(100000) as b\n`,
};
/** The engine computes a constant while it prepares a statement, and hears no interrupt before it is done. */
const CONSTANT =
  'list_sum(list_transform(range(10000000), lambda x: list_sum(list_transform(range(2000), lambda y: (x * y) % 7))))';
const ENDLESS_CONSTANT: Edit = { file: 'models/endless.sql', text: `${TABLE}select ${CONSTANT} as n\n` };
const ENDLESS_MASK: Edit = {
  file: 'macros/hash_pii.sql',
  text: `{% macro hash_pii(column) %}sha256({{ column }} || ${CONSTANT}::varchar || '{{ var("pii_salt") }}'){% endmacro %}\n`,
};

/** Templates that are each within the limits, and take long all together. */
const LONG_TEMPLATES: Edit = {
  file: 'models/endless.sql',
  text: `{% set x = [] %}{% for i in range(900) %}{% for j in range(900) %}{% set y = ('a' * 50) | upper | reverse %}{% endfor %}{% endfor %}select 1 as one\n`,
};

const FEW = ['--select', 'a_first', 'endless', '--threads', '1', '--verbose'];
const cases: readonly {
  readonly command: 'run' | 'build' | 'check';
  readonly endless: Edit;
  readonly args: readonly string[];
  /** Matches the last text on stderr before the statement begins; absent where there is none. */
  readonly before?: string;
}[] = [
  { command: 'run', endless: ENDLESS_ROWS, args: FEW, before: 'main.a_first' },
  { command: 'build', endless: ENDLESS_ROWS, args: FEW, before: 'main.a_first' },
  { command: 'build', endless: ENDLESS_CONSTANT, args: FEW, before: 'main.a_first' },
  { command: 'check', endless: ENDLESS_MASK, args: [], before: 'project' },
  { command: 'check', endless: LONG_TEMPLATES, args: [] },
];

test.each([
  ...cases.flatMap((one) => [
    { ...one, signal: 'SIGTERM', status: 143 } as const,
    { ...one, signal: 'SIGINT', status: 130 } as const,
  ]),
  ...cases.slice(0, 1).map((one) => ({ ...one, signal: 'SIGHUP', status: 129 }) as const),
])(
  '$signal ends $command within two seconds in the middle of $endless.file',
  async ({ command, endless, args, before, signal, status }) => {
    await using project = await copyExample([FIRST, endless]);
    const target = join(project.directory, 'target');
    await mkdir(target);
    const temporary = await mkdtemp(join(tmpdir(), 'fl-'));
    const server = command === 'run' ? postgres.args : [];
    const child = spawn(process.execPath, [BUNDLE, command, project.directory, ...args, ...server], {
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    using _killed = { [Symbol.dispose]: () => child.kill('SIGKILL') };
    const ended = new Promise<number>((resolve) =>
      child.once('close', (code, by) => resolve(code ?? (by === signal ? status : -1))),
    );
    await new Promise<void>((resolve) => {
      let stderr = '';
      child.stderr.on('data', (text) => {
        stderr += text;
        if (before && stderr.includes(before)) resolve();
      });
      if (!before) resolve();
    });
    // Templates end by themselves, at their limit, after about a second on a fast machine: the signal must come before.
    await new Promise((resolve) => setTimeout(resolve, before ? 1_500 : 600));

    const started = performance.now();
    child.kill(signal);

    expect(await ended).toBe(status);
    // A second more than promised: other tests keep the machine busy.
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(await readdir(temporary)).toEqual([]);
    expect((await readdir(target)).filter((name) => !/^\.?warehouse\.duckdb/.test(name))).toEqual([]);
    await rm(temporary, { recursive: true, force: true });
  },
);
