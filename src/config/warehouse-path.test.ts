import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../user-error.ts';
import { loadProfile } from './profiles.ts';

let parent: string;
let project: string;
let elsewhere: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'fenceline-profile-'));
  [project, elsewhere] = [join(parent, 'repository/dbt'), join(parent, 'home/.dbt')];
  for (const folder of ['repository/.git', 'repository/dbt/data', 'repository/data', 'home/.dbt', 'outside']) {
    await mkdir(join(parent, folder), { recursive: true });
  }
  await symlink(join(parent, 'outside'), join(project, 'linked'));
  await symlink(join(parent, 'outside/x.duckdb'), join(project, 'dangling.duckdb'));
  await symlink(join(project, 'data'), join(project, 'own'));
});
afterAll(() => rm(parent, { recursive: true }));

async function pathOf(written: string, { folder = project, value }: { folder?: string; value?: string } = {}) {
  await writeFile(
    join(folder, 'profiles.yml'),
    `app:\n  target: dev\n  outputs: { dev: { type: duckdb, path: ${JSON.stringify(written)} } }\n`,
  );
  return loadProfile({
    profileName: 'app',
    targetName: undefined,
    directories: [folder],
    projectDirectory: project,
    render(text, location) {
      const [, name, fallback] = /^\{\{ env_var\('(\w+)'(?:, '([^']*)')?\) \}\}/.exec(text) ?? [];
      const read = (name === 'DUCKDB_PATH' ? value : undefined) ?? fallback;
      if (read === undefined) throw new UserError({ code: 'no-variable', message: 'not set', location });
      return text.replace(/^\{\{.*?\}\}/, () => read);
    },
  }).path;
}

test.each(['w.duckdb', 'data/w.duckdb', '../data/w.duckdb', 'target/w.duckdb', './a/../w.duckdb', '.gitx/w.duckdb'])(
  'a profile in the repository may name %s',
  async (written) => {
    expect(await pathOf(written)).toBe(join(project, written));
  },
);

describe('a profile in the repository may not name', () => {
  test.each([
    '../.git/w.duckdb',
    '../.git/hooks/post-checkout',
    '../.GIT/w.duckdb',
    'linked/w.duckdb',
    'linked/deeper/w.duckdb',
    'own/w.duckdb',
    'dangling.duckdb',
  ])('%s', async (written) => {
    await expect(pathOf(written, { value: '/data' })).rejects.toThrow(
      /^profiles\.yml:3:\d+ (the path of the warehouse|.* is a link)/,
    );
  });
});

test.each([
  '../../w.duckdb',
  '../../outside/w.duckdb',
  '/tmp/w.duckdb',
  "{{ env_var('OTHER', '/tmp/w.duckdb') }}",
  "{{ env_var('DUCKDB_PATH') }}/../../../../w.duckdb",
  "{{ env_var('DUCKDB_PATH') }}/w.duckdb",
])('instead of %s, a profile in the repository gets a file in target/', async (written) => {
  expect(await pathOf(written, { value: '/data' })).toBe(join(project, 'target/w.duckdb'));
});

test('one variable may be the whole path', async () => {
  expect(await pathOf("{{ env_var('DUCKDB_PATH', 'w.duckdb') }}", { value: '/data/w.duckdb' })).toBe('/data/w.duckdb');
});

test('a profile that lies elsewhere may name any file but one in .git', async () => {
  expect(await pathOf('/data/w.duckdb', { folder: elsewhere })).toBe('/data/w.duckdb');
  await expect(pathOf('/data/.git/w.duckdb', { folder: elsewhere })).rejects.toThrow('into the folder .git');
});
