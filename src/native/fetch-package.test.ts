import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EnvironmentError } from '../environment-error.ts';
import { type FetchedPackage, fetchPackage, type NativePackage } from './fetch-package.ts';

/** A registry of one package, which records its requests. */
interface Registry {
  readonly address: string;
  readonly requests: IncomingMessage[];
  answer(request: IncomingMessage, response: ServerResponse): void;
}

let folder: string;
let tarball: Buffer;
let nativePackage: NativePackage;
let registry: Registry;
let server: Server;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 's-'));
  await mkdir(join(folder, 'package/lib'), { recursive: true });
  await writeFile(join(folder, 'package/package.json'), '{"name":"@a/b"}');
  await writeFile(join(folder, 'package/lib/native.node'), 'x'.repeat(100_000));
  await create({ cwd: folder, file: join(folder, 'b.tgz'), gzip: true }, ['package']);
  tarball = await readFile(join(folder, 'b.tgz'));
  nativePackage = { name: '@a/b', version: '1.0.0', integrity: integrityOf(tarball) };
  const requests: IncomingMessage[] = [];
  registry = { address: '', requests, answer: (_request, response) => response.end(tarball) };
  server = createServer((request, response) => {
    requests.push(request);
    registry.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  registry = {
    ...registry,
    address: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/npm/`,
  };
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

function integrityOf(bytes: Buffer): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}

function answerWith(answer: Registry['answer']): void {
  registry = { ...registry, answer };
}

function ask(environment: Record<string, string> = {}, signal?: AbortSignal): Promise<FetchedPackage> {
  return fetchPackage(nativePackage, {
    environment: {
      PATH: process.env['PATH'],
      HOME: folder,
      FENCELINE_CACHE: join(folder, 'cache'),
      npm_config_registry: registry.address,
      ...environment,
    },
    stage: 'postgres',
    signal,
  });
}

async function failure(work: Promise<unknown>): Promise<EnvironmentError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof EnvironmentError) return error;
  throw new Error('the work did not fail as expected', { cause: error });
}

test('a package is fetched once and then comes from the cache', async () => {
  const first = await ask();
  expect(await readFile(join(first.directory, 'lib/native.node'), 'utf8')).toHaveLength(100_000);
  expect(await ask()).toEqual({ directory: first.directory, fetched: false });
  expect(registry.requests.map(({ url }) => url)).toEqual(['/npm/@a/b/-/b-1.0.0.tgz']);
  expect(await readdir(join(folder, 'cache'))).toHaveLength(1);
});

test('many runs at once all get the whole package', async () => {
  const results = await Promise.all(Array.from({ length: 8 }, () => ask()));
  expect(new Set(results.map(({ directory }) => directory)).size).toBe(1);
  expect(await readdir(join(folder, 'cache'))).toHaveLength(1);
  expect(await readFile(join(results[0]?.directory ?? '', 'package.json'), 'utf8')).toBe('{"name":"@a/b"}');
});

test('an entry that lost something is fetched again', async () => {
  const { directory } = await ask();
  await truncate(join(directory, 'lib/native.node'), 10);
  expect((await ask()).fetched).toBe(true);
  await rm(join(directory, 'package.json'));
  expect((await ask()).fetched).toBe(true);
  await writeFile(join(directory, '.fenceline.json'), '{"half');
  expect((await ask()).fetched).toBe(true);
  expect(await readFile(join(directory, 'lib/native.node'), 'utf8')).toHaveLength(100_000);
});

test('other content than the pinned one is never unpacked', async () => {
  const other = Buffer.from(tarball);
  other[other.length - 9] = 255 - (other[other.length - 9] ?? 0);
  answerWith((_request, response) => response.end(other));
  expect((await failure(ask())).message).toBe(
    'what the npm registry sends as @a/b 1.0.0 is not what Fenceline was built with',
  );
  expect(registry.requests).toHaveLength(3);
  await expect(readdir(join(folder, 'cache'))).rejects.toThrow();
});

test('a download that breaks is tried again', async () => {
  answerWith((_request, response) => {
    if (registry.requests.length === 1) {
      response.writeHead(200, { 'content-length': tarball.length });
      response.write(tarball.subarray(0, 50));
      setTimeout(() => response.destroy(), 20);
    } else if (registry.requests.length === 2) response.writeHead(503).end();
    else response.end(tarball);
  });
  expect((await ask()).fetched).toBe(true);
});

test('a registry without the package says so at once', async () => {
  answerWith((_request, response) => response.writeHead(404).end());
  const error = await failure(ask());
  expect(error.message).toBe('@a/b 1.0.0 cannot be fetched from the npm registry (E404)');
  expect(error.fix).toContain('FENCELINE_CACHE');
  expect(registry.requests).toHaveLength(1);
});

test('without a network the error says what to do', async () => {
  const error = await failure(ask({ npm_config_registry: 'http://127.0.0.1:1/', npm_config_fetch_retries: '0' }));
  expect(error.message).toBe('@a/b 1.0.0 cannot be fetched from the npm registry (ECONNREFUSED)');
});

test('registry and credentials come from the user’s .npmrc, and go to that host only', async () => {
  const host = registry.address.replace('http:', '');
  await writeFile(
    join(folder, '.npmrc'),
    `@a:registry=${registry.address}\n${host}:_authToken=\${TOKEN}\n//other.invalid/:_authToken=wrong\n`,
  );
  await ask({
    npm_config_registry: 'http://127.0.0.1:1/',
    npm_config_userconfig: join(folder, '.npmrc'),
    TOKEN: 'abc',
  });
  expect(registry.requests[0]?.headers.authorization).toBe('Bearer abc');
});

test('the .npmrc of the project is not read', async () => {
  const directory = process.cwd();
  await writeFile(join(folder, 'package.json'), '{}');
  await writeFile(join(folder, '.npmrc'), 'registry=http://127.0.0.1:1/\n');
  try {
    process.chdir(folder);
    expect((await ask({ HOME: join(folder, 'home'), npm_config_userconfig: join(folder, 'none') })).fetched).toBe(true);
  } finally {
    process.chdir(directory);
  }
});

test('a proxy is used', async () => {
  const host = registry.address;
  await ask({ npm_config_registry: 'http://registry.invalid/', npm_config_proxy: host, npm_config_noproxy: '' });
  expect(registry.requests[0]?.url).toBe('http://registry.invalid/@a/b/-/b-1.0.0.tgz');
});

test('a cache that cannot be written is named', async () => {
  await writeFile(join(folder, 'file'), '');
  const error = await failure(ask({ FENCELINE_CACHE: join(folder, 'file/cache') }));
  expect(error.message).toBe(`@a/b 1.0.0 cannot be unpacked into ${join(folder, 'file/cache')}`);
});

test('an abort ends a download that hangs', async () => {
  answerWith(() => undefined);
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('enough')), 100);
  await expect(ask({}, stop.signal)).rejects.toThrow('enough');
});
