import { expect, test } from 'vitest';
import { ParseCache } from './parse-cache.ts';

const answer = { ok: false, kind: 'parser' } as const;

/** Reads a text through the cache, with a parse tree of this size in characters. Returns whether it was parsed. */
async function isParsed(cache: ParseCache, text: string, size: number): Promise<boolean> {
  let isCalled = false;
  const cached = await cache.answer(text, async () => {
    isCalled = true;
    return { answer, size };
  });
  expect(cached).toBe(answer);
  return isCalled;
}

test('what was parsed last stays', async () => {
  const cache = new ParseCache();
  for (const text of ['first', 'second', 'third']) await isParsed(cache, text, 3_000_000);

  expect([await isParsed(cache, 'second', 10), await isParsed(cache, 'third', 10)]).toEqual([false, false]);
  expect(await isParsed(cache, 'first', 10)).toBe(true);
});

test('what is larger than all the room is not kept, and costs nothing its place', async () => {
  const cache = new ParseCache();
  await isParsed(cache, 'small', 10);
  await isParsed(cache, 'huge', 9_000_000);

  expect(await isParsed(cache, 'small', 10)).toBe(false);
  expect(await isParsed(cache, 'huge', 9_000_000)).toBe(true);
});

test('who wants the same text at the same time waits for one answer', async () => {
  const cache = new ParseCache();

  const parsed = await Promise.all([1, 2, 3].map(() => isParsed(cache, 'select 1', 10)));

  expect(parsed).toEqual([true, false, false]);
});

test('a session that is closed while it parses fails alone', async () => {
  const cache = new ParseCache();
  const closed = cache.answer('select 1', () => Promise.reject(new Error('closed')));
  const other = isParsed(cache, 'select 1', 10);

  await expect(closed).rejects.toThrow('closed');
  expect(await other).toBe(true);
});
