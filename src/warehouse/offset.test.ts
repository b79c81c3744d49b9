import fc from 'fast-check';
import { expect, expectTypeOf, test } from 'vitest';
import { type ByteOffset, byteOffset, byteOffsetToIndex, codePointOffsetToIndex, openByteOffsets } from './offset.ts';

test.each([
  ['letters of one byte', 'select x', 7, 7],
  ['a letter of two bytes', "'é', x", 6, 5],
  ['a sign of three bytes', "'…', x", 7, 5],
  ['an emoji, two UTF-16 units and four bytes', "'🐘', x", 8, 6],
  ['behind the end', 'é', 9, 1],
])('%s', (_, text, bytes, index) => {
  expect(byteOffsetToIndex(text, byteOffset(bytes))).toBe(index);
  expect(openByteOffsets(text)(byteOffset(bytes))).toBe(index);
});

test('an index is what its bytes and its code points say', () => {
  const wellFormed = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(wellFormed, wellFormed, (before, behind) => {
      const text = before + behind;
      expect(byteOffsetToIndex(text, byteOffset(Buffer.byteLength(before)))).toBe(before.length);
      expect(codePointOffsetToIndex(text, [...before].length)).toBe(before.length);
    }),
  );
});

test('a text that is read once gives every offset the same index', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const indexOf = openByteOffsets(text);
      for (let bytes = 0; bytes < 2 * text.length + 2; bytes += 1) {
        expect(indexOf(byteOffset(bytes))).toBe(byteOffsetToIndex(text, byteOffset(bytes)));
      }
    }),
  );
});

test('bytes do not compile where an index is meant, nor an index where bytes are', () => {
  expectTypeOf<ByteOffset>().not.toExtend<number>();
  expectTypeOf<number>().not.toExtend<ByteOffset>();
});
