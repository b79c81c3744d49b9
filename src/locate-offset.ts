/** Line and column, both from 1, of a character by its UTF-16 offset from 0. `\n` and `\r\n` end a line. */
export function locateOffset(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - start + 1 };
}
