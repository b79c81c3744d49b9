import { expect, test } from 'vitest';
import { essence } from './mask-piece.ts';
import { valueSets } from './mask-values.ts';

const sets = valueSets().map((set) => ({ ...set, name: `${set.kind} as ${set.type}` }));

test.each(sets)('values of $name are different, long enough, and the same in every run', ({ values, kind, type }) => {
  const again = valueSets().find((set) => set.kind === kind && set.type === type);

  expect(new Set(values.map(({ text }) => text)).size).toBe(values.length);
  expect(Math.min(...values.map(({ text }) => essence(text).length))).toBeGreaterThanOrEqual(6);
  expect(again?.values).toEqual(values);
});

test.each(sets)('two values of one person are one value of $name in two cases', ({ values }) => {
  const essences = new Map(values.map(({ person, text }) => [person, essence(text)]));

  expect(values.filter(({ person, text }) => essences.get(person) !== essence(text))).toEqual([]);
});
