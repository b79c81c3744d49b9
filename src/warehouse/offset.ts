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

/** {@link byteOffsetToIndex} for many offsets of one text, which it reads only once. */
export function openByteOffsets(text: string): (offset: ByteOffset) => number {
  const bytes = Buffer.byteLength(text);
  if (bytes === text.length) return ({ utf8Bytes }) => Math.min(Math.max(0, utf8Bytes), bytes);
  const indexes = new Uint32Array(bytes + 1);
  let behind = 0;
  let index = 0;
  for (const character of text) {
    // An offset within a character counts as the end of that character.
    const first = behind;
    behind += utf8Length(character.codePointAt(0) ?? 0);
    indexes[first] = index;
    index += character.length;
    indexes.fill(index, first + 1, behind + 1);
  }
  return ({ utf8Bytes }) => indexes[Math.max(0, utf8Bytes)] ?? text.length;
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
