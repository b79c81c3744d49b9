/** DuckDB counts in UTF-8 bytes, JavaScript in UTF-16 units. An offset behind the end is the end. */
export function byteOffsetToIndex(text: string, bytes: number): number {
  let rest = bytes;
  let index = 0;
  for (const character of text) {
    if (rest <= 0) break;
    rest -= utf8Length(character.codePointAt(0) ?? 0);
    index += character.length;
  }
  return index;
}

export function codePointOffsetToIndex(text: string, codePoints: number): number {
  let rest = codePoints;
  let index = 0;
  for (const character of text) {
    if (rest <= 0) break;
    rest -= 1;
    index += character.length;
  }
  return index;
}

function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
