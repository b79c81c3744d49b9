import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { create } from 'tar';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '../user-error.ts';
import { installPackages } from './install-packages.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fenceline-packages-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function read(path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

/** Writes a dbt project into a folder below that of the test. */
function writePackage(path: string, name: string, more: { readonly [file: string]: string } = {}): void {
  const files = {
    'dbt_project.yml': `name: ${name}\n`,
    'macros/m.sql': `{% macro ${name}_m() %}1{% endmacro %}`,
    ...more,
  };
  for (const [file, text] of Object.entries(files)) write(`${path}/${file}`, text);
}

function git(path: string, ...args: readonly string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.test'];
  return execFileSync('git', ['-C', join(folder, path), ...identity, ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();
}

function writeRepository(path: string, name: string): string {
  writePackage(path, name);
  git(path, 'init', '--quiet', '--initial-branch=main');
  git(path, 'add', '.');
  git(path, 'commit', '--quiet', '--message=one');
  git(path, 'tag', '1.0.0');
  return git(path, 'rev-parse', 'HEAD');
}

function install(packages: string, options: { readonly upgrade?: boolean; readonly environment?: object } = {}) {
  write('app/dbt_project.yml', 'name: app\n');
  write('app/packages.yml', packages);
  return installPackages({
    directory: join(folder, 'app'),
    upgrade: options.upgrade ?? false,
    cache: join(folder, 'cache'),
    environment: { PATH: process.env['PATH'], ...options.environment },
    signal: new AbortController().signal,
  });
}

/** A server that answers as the hub does, for versions of `acme/tools`. */
async function openHub(versions: { readonly [version: string]: Buffer }, packages: readonly object[] = []) {
  const server = createServer(({ url = '' }, response) => {
    const { port } = server.address() as AddressInfo;
    const [, version = ''] = /^\/tools-(.*)\.tar\.gz$/.exec(url) ?? [];
    const index = Object.fromEntries(
      Object.keys(versions).map((one) => [
        one,
        { packages, downloads: { tarball: `http://127.0.0.1:${port}/tools-${one}.tar.gz` } },
      ]),
    );
    if (url === '/api/v1/acme/tools.json') response.end(JSON.stringify({ name: 'tools', versions: index }));
    else if (versions[version]) response.end(versions[version]);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => new Promise((resolve) => server.close(resolve));
  const { port } = server.address() as AddressInfo;
  return {
    environment: { DBT_PACKAGE_HUB_URL: `http://127.0.0.1:${port}` },
    close,
    [Symbol.asyncDispose]: async () => {
      if (server.listening) await close();
    },
  };
}

/** The archive of a package as GitHub packs it: one folder at its top. */
function archiveOf(name: string, more: { readonly [file: string]: string } = {}): Buffer {
  writePackage(`pack/${name}-1`, name, more);
  const file = join(folder, `${name}.tgz`);
  create({ cwd: join(folder, 'pack'), file, gzip: true, sync: true }, [`${name}-1`]);
  return readFileSync(file);
}

test('a local folder is copied under the name of its project', async () => {
  writePackage('shared/tools', 'acme_tools');

  const installed = await install('packages: [{local: ../shared/tools}]');

  expect(installed.map(({ name }) => name)).toEqual(['acme_tools']);
  expect(read('app/dbt_packages/acme_tools/macros/m.sql')).toContain('acme_tools_m');
  expect(read('app/package-lock.yml')).toMatch(
    /^packages:\n {2}- local: \.\.\/shared\/tools\n {4}name: acme_tools\nsha1_hash: [0-9a-f]{40}\n$/,
  );
});

test.each([
  { name: 'a tag', revision: 'revision: 1.0.0' },
  { name: 'a branch', revision: 'revision: main' },
  { name: 'the commit', revision: 'revision: COMMIT' },
  { name: 'nothing', revision: 'warn-unpinned: false' },
])('a repository at $name is installed at its commit, and again without it', async ({ revision }) => {
  const commit = writeRepository('repository', 'acme_tools');
  const packages = `packages: [{git: ../repository, ${revision.replace('COMMIT', commit)}}]`;

  await install(packages);

  expect(read('app/package-lock.yml')).toContain(`revision: ${commit}`);
  expect(existsSync(join(folder, 'app/dbt_packages/acme_tools/.git'))).toBe(false);
  rmSync(join(folder, 'repository'), { recursive: true });
  rmSync(join(folder, 'app/dbt_packages'), { recursive: true });
  await install(packages);
  expect(read('app/dbt_packages/acme_tools/dbt_project.yml')).toBe('name: acme_tools\n');
});

test('a lock file holds a branch at its commit, until it is upgraded', async () => {
  const first = writeRepository('repository', 'acme_tools');
  const packages = 'packages: [{git: ../repository, revision: main}]';
  await install(packages);
  write('repository/macros/n.sql', '');
  git('repository', 'add', '.');
  git('repository', 'commit', '--quiet', '--message=two');

  await install(packages);
  expect(read('app/package-lock.yml')).toContain(first);

  await install(packages, { upgrade: true });
  expect(read('app/package-lock.yml')).toContain(git('repository', 'rev-parse', 'HEAD'));
});

test('the hub gives the newest version that all conditions allow, and the cache the same without it', async () => {
  const archive = archiveOf('acme_tools');
  await using hub = await openHub({ '1.0.0': archive, '1.2.0': archive, '1.3.0-rc1': archive, '2.0.0': archive });
  const packages = "packages: [{package: acme/tools, version: ['>=1.0.0', '<2.0.0']}]";

  const [tools] = await install(packages, hub);

  expect(tools).toMatchObject({ name: 'acme_tools', entry: { package: 'acme/tools', version: '1.2.0' } });
  expect(read('app/package-lock.yml')).toMatch(
    /version: 1\.2\.0\n[\s\S]*# sha256 of acme\/tools 1\.2\.0: [0-9a-f]{64}\n$/,
  );
  await hub.close();
  rmSync(join(folder, 'app/dbt_packages'), { recursive: true });
  await install(packages, hub);
  expect(existsSync(join(folder, 'app/dbt_packages/acme_tools'))).toBe(true);
});

test('what a package needs itself is installed, too', async () => {
  writePackage('tools', 'acme_tools', { 'packages.yml': 'packages: [{local: ../base}]' });
  writePackage('base', 'acme_base');

  const installed = await install('packages: [{local: ../tools}]');

  expect(installed.map(({ name }) => name)).toEqual(['acme_tools', 'acme_base']);
});

test('an archive that changed under its version is refused', async () => {
  const packages = 'packages: [{package: acme/tools, version: 1.0.0}]';
  {
    await using hub = await openHub({ '1.0.0': archiveOf('acme_tools') });
    await install(packages, hub);
  }
  rmSync(join(folder, 'cache'), { recursive: true });
  await using changed = await openHub({ '1.0.0': archiveOf('acme_tools', { 'macros/evil.sql': 'x' }) });

  await expect(install(packages, changed)).rejects.toThrow('is another than when package-lock.yml was written');
});

/** Bytes of a hostile tar archive: one entry with any path and type, which no tool would pack. */
function tarWith(path: string, type: string, link = ''): Buffer {
  const header = Buffer.alloc(512);
  header.write(path, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write('00000000000\0', 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write(type, 156);
  header.write(link, 157);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, Buffer.alloc(1024)]);
}

test.each([
  { name: 'a link', bytes: tarWith('p/link', '2', '/etc/passwd'), says: 'holds a link: p/link' },
  { name: 'a hard link', bytes: tarWith('p/link', '1', '../x'), says: 'holds a link' },
  { name: 'a device', bytes: tarWith('p/null', '3'), says: 'holds a file of a special kind' },
  { name: 'an absolute path', bytes: tarWith('/etc/x', '0'), says: 'leads out of its folder' },
  { name: 'a path upwards', bytes: tarWith('p/../../x', '0'), says: 'leads out of its folder' },
  { name: 'no archive', bytes: Buffer.from('hello'), says: 'cannot be read' },
  { name: 'nothing', bytes: Buffer.alloc(1024), says: 'cannot be read' },
])('an archive with $name is refused, and nothing of it is written', async ({ bytes, says }) => {
  await using hub = await openHub({ '1.0.0': bytes });

  await expect(install('packages: [{package: acme/tools, version: 1.0.0}]', hub)).rejects.toThrow(says);
  expect(existsSync(join(folder, 'app/dbt_packages'))).toBe(false);
});

test('a repository with a link is refused', async () => {
  writeRepository('repository', 'acme_tools');
  symlinkSync('/etc/passwd', join(folder, 'repository/macros/link.sql'));
  git('repository', 'add', '.');
  git('repository', 'commit', '--quiet', '--message=link');

  await expect(install('packages: [{git: ../repository, revision: main}]')).rejects.toThrow('holds a link');
});

test.each([
  { name: 'no entry of a kind', packages: 'packages: [{}]', says: 'packages.yml:1:12 this entry names no package' },
  { name: 'a private package', packages: 'packages: [{private: a/b}]', says: 'private packages are not supported' },
  { name: 'a program', packages: "packages: [{git: 'ext::sh -c id'}]", says: 'is not allowed' },
  { name: 'an option', packages: "packages: [{git: '--upload-pack=id'}]", says: 'is not allowed' },
  { name: 'a folder that is not there', packages: 'packages: [{local: ../nowhere}]', says: 'there is no folder' },
  {
    name: 'a version that is none',
    packages: 'packages: [{package: acme/tools, version: new}]',
    says: "'new' is no version",
  },
  {
    name: 'a version that the hub lacks',
    packages: "packages: [{package: acme/tools, version: '>=3.0.0'}]",
    says: 'no version of acme/tools meets >=3.0.0',
  },
  {
    name: 'a package that the hub lacks',
    packages: 'packages: [{package: acme/tool, version: 1.0.0}]',
    says: 'the hub has no package',
  },
  {
    name: 'a variable that is not set',
    packages: 'packages: [{git: "https://{{ env_var(\'TOKEN\') }}@x.test/y.git"}]',
    says: 'the variable TOKEN is not set',
  },
])('$name is a mistake with its place', async ({ packages, says }) => {
  await using hub = await openHub({ '1.0.0': archiveOf('acme_tools') });

  const refused = install(packages, hub);

  await expect(refused).rejects.toThrow(UserError);
  await expect(refused).rejects.toThrow(says);
});
