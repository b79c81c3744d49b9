import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUNDLE, copyExample, fenceline } from '../e2e/cli.ts';
import { sharedPostgres } from '../e2e/shared-postgres.ts';

/** The server for all cases. These look at the files of runs: no rows after a kill, and nothing outside of the project. */
let postgres: Awaited<ReturnType<typeof sharedPostgres>>;
beforeAll(async () => {
  postgres = await sharedPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

const copies = async (project: string) =>
  (await readdir(join(project, 'target')).catch(() => [])).filter((name) => name.startsWith('.fenceline-'));

const stages = [
  { stage: 'the copy of tables', before: /✓ postgres/ },
  { stage: 'the build', before: /✓ check/ },
];

describe.skipIf(process.platform === 'win32')('a run that is killed leaves no rows', () => {
  test.each(stages)('in $stage', async ({ before }) => {
    await using project = await copyExample([
      {
        file: 'models/endless.sql',
        text: "{{ config(materialized='table') }}select count(*) as n from range(10000000000) as a, range(100000) as b\n",
      },
    ]);
    const child = spawn(process.execPath, [BUNDLE, 'run', project.directory, ...postgres.args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
      detached: true,
    });
    let output = '';
    for await (const text of child.stderr) {
      output += String(text);
      if (before.test(output)) break;
    }
    expect(await copies(project.directory)).toHaveLength(1);

    // The whole group, as when a job is cancelled.
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await once(child, 'exit');

    await expect.poll(() => copies(project.directory), { timeout: 10_000 }).toEqual([]);
  });
});

test.each(['ls', 'check', 'compile', 'lineage', 'build'])(
  'what a killed run left goes with the next %s',
  async (command) => {
    await using project = await copyExample();
    const { pid = 0 } = spawnSync(process.execPath, ['--version']);
    const left = join(project.directory, 'target', `.fenceline-${hostname().replace(/[^\w-]/g, '_')}-${pid}-aaaaaa`);
    await mkdir(left, { recursive: true });
    await writeFile(join(left, 'warehouse.duckdb'), 'rows');
    const server = await mkdtemp(join(tmpdir(), 'fenceline-pg-'));
    await writeFile(join(server, 'owner.json'), JSON.stringify({ pid, host: hostname() }));
    await writeFile(join(server, 'heap'), 'rows');

    await fenceline([command, project.directory]);

    expect(existsSync(left)).toBe(false);
    expect(existsSync(server)).toBe(false);
  },
);

interface Trap {
  readonly name: string;
  /** Prepares the project folder; `outside` is a folder beside it. */
  readonly set: (project: string, outside: string) => Promise<unknown>;
  readonly says: RegExp;
  /** The commands that write there; absent for `check` and `sync`. */
  readonly commands?: readonly string[];
  /** Their exit code; absent for 2. */
  readonly code?: number;
}

const link = (to: string, at: string) => symlink(to, at).catch(() => undefined);

const traps: readonly Trap[] = [
  {
    name: 'target/ is a link',
    set: (project, outside) => link(outside, join(project, 'target')),
    says: /target is a link/,
  },
  {
    name: 'target/ is a link into .git',
    set: async (project) => {
      await mkdir(join(project, '.git/hooks'), { recursive: true });
      await link(join(project, '.git/hooks'), join(project, 'target'));
    },
    says: /target is a link/,
  },
  {
    name: 'target/ is a link to nothing',
    set: (project, outside) => link(join(outside, 'new'), join(project, 'target')),
    says: /target is a link/,
  },
  {
    name: 'target/fenceline/ is a link',
    set: async (project, outside) => {
      await mkdir(join(project, 'target'));
      await link(outside, join(project, 'target/fenceline'));
    },
    says: /target\/fenceline is a link/,
    commands: ['check'],
  },
  ...[
    '../.git/hooks/post-checkout',
    '.git/warehouse.duckdb',
    '../outside/warehouse.duckdb',
    '/tmp/fenceline-outside/warehouse.duckdb',
    'linked/warehouse.duckdb',
  ].map(
    (path): Trap => ({
      name: `the profile names ${path}`,
      set: async (project, outside) => {
        await mkdir(join(project, '.git'), { recursive: true });
        await link(outside, join(project, 'linked'));
        const profile = join(project, 'profiles.yml');
        await writeFile(profile, (await readFile(profile, 'utf8')).replace('target/warehouse.duckdb', path));
      },
      says: /profiles\.yml:\d+:\d+ (the path of the warehouse leads|linked is a link)/,
      // A file of the same name in target/ is used in place of one outside, and a line says so.
      ...(/^(\.\.\/outside|\/tmp)\//.test(path) && { code: 0 }),
    }),
  ),
];

describe('nothing is written outside of the project where', () => {
  test.each(traps)('$name', async ({ set, says, commands = ['check', 'sync'], code: expected = 2 }) => {
    await using project = await copyExample();
    const outside = join(dirname(project.directory), 'outside');
    await mkdir(outside);
    await set(project.directory, outside);

    for (const command of commands) {
      const others = command === 'sync' ? postgres.args : [];
      const { code, stderr } = await fenceline([command, project.directory, ...others]);
      expect({ command, code, stderr }).toEqual({ command, code: expected, stderr: expect.stringMatching(says) });
    }

    expect(await readdir(outside)).toEqual([]);
    expect(existsSync('/tmp/fenceline-outside')).toBe(false);
    const inGit = await readdir(join(project.directory, '.git'), { recursive: true }).catch(() => []);
    expect(inGit.filter((name) => name !== 'hooks')).toEqual([]);
  });
});

test.each(['report.json.new', 'lineage.json.new', 'comment.md.new'])(
  'a link in the place of %s goes, and what it leads to stays',
  async (name) => {
    await using project = await copyExample();
    const precious = join(dirname(project.directory), 'precious');
    await writeFile(precious, 'old');
    await mkdir(join(project.directory, 'target/fenceline'), { recursive: true });
    await symlink(precious, join(project.directory, 'target/fenceline', name));

    const { code } = await fenceline(['check', project.directory]);

    expect(code).toBe(0);
    expect(await readFile(precious, 'utf8')).toBe('old');
  },
);
