import { expect, test } from 'vitest';
import { ParseCache } from './parse-cache.ts';

const answer = { ok: false, kind: 'parser' } as const;

test('what was parsed last stays', () => {
  const cache = new ParseCache();
  cache.put('first', answer, 3_000_000);
  cache.put('second', answer, 3_000_000);
  cache.put('third', answer, 3_000_000);

  expect(['first', 'second', 'third'].map((text) => cache.get(text))).toEqual([undefined, answer, answer]);
});

test('what is larger than all the room is not kept, and costs nothing its place', () => {
  const cache = new ParseCache();
  cache.put('small', answer, 10);
  cache.put('huge', answer, 9_000_000);

  expect(cache.get('small')).toBe(answer);
  expect(cache.get('huge')).toBeUndefined();
});
