import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LEAKING } from '../../site/testing/sample-site.ts';
import { servePage } from './serve-page.ts';
import { writePageAgain } from './write-page.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fenceline-docs-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function siteFile(content: unknown): Promise<string> {
  const file = join(folder, 'site.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

test('the page of a site.json is made again beside it, with the same bytes each time, and without SQL on request', async () => {
  const file = await siteFile(LEAKING);

  const page = await writePageAgain(file, 'with-sql');
  const first = await readFile(page, 'utf8');
  await writePageAgain(file, 'with-sql');

  expect(page).toBe(join(folder, 'index.html'));
  expect(await readFile(page, 'utf8')).toBe(first);
  await writePageAgain(file, 'without-sql');
  expect((await readFile(page, 'utf8')).length).toBeLessThan(first.length);
});

test.each([
  ['no JSON', '{', 'is no site.json of this version'],
  ['another version', { ...LEAKING, version: 2 }, 'is no site.json of this version (/version)'],
  ['a key too many', { ...LEAKING, rows: [] }, 'is no site.json of this version'],
  [
    'a hop to a node that is not there',
    { ...LEAKING, nodes: LEAKING.nodes.slice(0, 3) },
    'is no site.json of this version',
  ],
])('%s is refused', async (_, content, message) => {
  const file = await siteFile(content);

  await expect(writePageAgain(file, 'with-sql')).rejects.toThrow(message);
});

test('a file that is not there is refused, and says who writes one', async () => {
  await expect(writePageAgain(join(folder, 'gone.json'), 'with-sql')).rejects.toThrow('is not there');
});

test('the page is served on the loopback address alone, to nobody who came by another name, until it is ended', async () => {
  const file = join(folder, 'index.html');
  await writeFile(file, '<!doctype html>page');
  const stop = new AbortController();
  let served: Promise<void> | undefined;
  const address = await new Promise<string>((resolve) => {
    served = servePage(file, 0, stop.signal, resolve);
  });

  const page = await fetch(address);
  const other = await fetch(`${address}etc/passwd`);
  const rebound = await statusFor(address, 'evil.example');

  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(await page.text()).toBe('<!doctype html>page');
  expect(other.status).toBe(404);
  expect(rebound).toBe(403);
  stop.abort();
  await served;
  await expect(fetch(address)).rejects.toThrow();
});

/** Status of an answer to a request by another name of the host; `fetch` sends none but the real one. */
function statusFor(address: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(address, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
