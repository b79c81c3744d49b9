import { expect, test } from 'vitest';
import { placeInJson } from './json-place.ts';

const TEXT = '{"a": [1, {"b, \\"c\\"": "}"}, null], "d": {}, "é\\u0041": [true]}';

test.each([
  { name: 'the whole', path: [], value: '{"a"' },
  { name: 'a member', path: ['a'], value: '[1, {' },
  { name: 'the first item', path: ['a', '0'], value: '1, {' },
  { name: 'an item behind another', path: ['a', '1'], value: '{"b,' },
  { name: 'a key with signs in it', path: ['a', '1', 'b, "c"'], value: '"}"}' },
  { name: 'what comes behind brackets in a string', path: ['a', '2'], value: 'null' },
  { name: 'an empty object', path: ['d'], value: '{}, ' },
  { name: 'a key with an escape', path: ['éA', '0'], value: 'true' },
  { name: 'what is not there, by what is around it', path: ['a', '1', 'z', 'y'], value: '{"b,' },
])('finds $name', ({ path, value }) => {
  const offset = placeInJson(TEXT, path);

  expect(TEXT.slice(offset, offset + value.length)).toBe(value);
});
