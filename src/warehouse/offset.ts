/**
 * A place in a text as DuckDB counts it, in UTF-8 bytes from 0. It is an object, so that nobody mixes it up with an
 * index into a JavaScript string, which counts UTF-16 units. {@link byteOffsetToIndex} converts it.
 */
export interface ByteOffset {
  readonly utf8Bytes: number;
}

export function byteOffset(utf8Bytes: number): ByteOffset {
  return { utf8Bytes };
}

/** Index in UTF-16 units from 0. An offset behind the end gives the length of the text. */
export function byteOffsetToIndex(text: string, { utf8Bytes }: ByteOffset): number {
  return indexBehind(text, utf8Bytes, utf8Length);
}

/** Index in UTF-16 units from 0, for a place in code points: the parser's errors count those. */
export function codePointOffsetToIndex(text: string, codePoints: number): number {
  return indexBehind(text, codePoints, () => 1);
}

function indexBehind(text: string, units: number, lengthOf: (codePoint: number) => number): number {
  let rest = units;
  let index = 0;
  for (const character of text) {
    if (rest <= 0) break;
    rest -= lengthOf(character.codePointAt(0) ?? 0);
    index += character.length;
  }
  return index;
}

function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
