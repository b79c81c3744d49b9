import { lineIndexOf, lineStartsOf } from './line-starts.ts';

interface LineAndColumn {
  readonly line: number;
  readonly column: number;
}

/** Line and column, both from 1, of a character by its UTF-16 offset from 0. `\n` and `\r\n` end a line. */
export function locateOffset(text: string, offset: number): LineAndColumn {
  return openLines(text)(offset);
}

/** {@link locateOffset} for many offsets of one text, whose lines it finds only once. */
export function openLines(text: string): (offset: number) => LineAndColumn {
  const starts = lineStartsOf(text);
  return (offset) => {
    const index = lineIndexOf(starts, offset);
    return { line: index + 1, column: offset - (starts[index] ?? 0) + 1 };
  };
}
