/**
 * A place in a text as DuckDB counts it, in UTF-8 bytes from 0. It is no number, so that it cannot stand where an index
 * into a JavaScript string is meant, which counts UTF-16 units: {@link byteOffsetToIndex} makes the one of the other.
 */
export interface ByteOffset {
  readonly utf8Bytes: number;
}

export function byteOffset(utf8Bytes: number): ByteOffset {
  return { utf8Bytes };
}

/** In UTF-16 units from 0. An offset behind the end is the end. */
export function byteOffsetToIndex(text: string, { utf8Bytes }: ByteOffset): number {
  return indexBehind(text, utf8Bytes, utf8Length);
}

/** In UTF-16 units from 0: DuckDB's parser counts in code points where it reports an error. */
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
