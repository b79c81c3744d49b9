import { expect, test } from 'vitest';
import { Mistakes } from './mistakes.ts';
import { nodeConfig } from './node-config.ts';

function limitOf(written: unknown) {
  const mistakes = new Mistakes();
  const location = { file: 'tests/t.sql', line: 1, column: 1 };
  const { limit } = nodeConfig(new Map([['limit', written]]), { materialized: 'test', location }, mistakes);
  return { limit, mistakes: mistakes.all.map(({ message }) => message) };
}

test.each([
  { written: 10, limit: 10 },
  { written: '10', limit: 10 },
  { written: 0, limit: 0 },
  { written: null, limit: undefined },
])('limit $written', ({ written, limit }) => {
  expect(limitOf(written)).toEqual({ limit, mistakes: [] });
});

test.each(['abc', '1; drop table x', -1, 1.5, true, '', { a: 1 }, Number.NaN, Number.POSITIVE_INFINITY])(
  'a limit that is no whole number is a mistake: %j',
  (written) => {
    expect(limitOf(written)).toEqual({ limit: undefined, mistakes: ["config 'limit' must be a whole number."] });
  },
);
