import { lineIndexOf, lineStartsOf } from '../../line-starts.ts';
import type { Location } from '../../location.ts';

/** A template's text with line ends as `\n`, and its place in its file. */
export interface Source {
  readonly file: string;
  readonly text: string;
  /** Place in its file at which the text begins: a template in a YAML file begins in its middle. */
  readonly start: Location;
  /** The offset each line of `text` begins at. */
  readonly lineStarts: readonly number[];
}

/**
 * Makes a source of a text, with line ends as `\n`. `firstLine` and `firstColumn`, from 1, are where it begins in its
 * file.
 */
export function openSource(file: string, text: string, firstLine = 1, firstColumn = 1): Source {
  const normalized = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  const start = { file, line: firstLine, column: firstColumn };
  return { file, text: normalized, start, lineStarts: lineStartsOf(normalized) };
}

/** The place in the file of an offset into the text, in UTF-16 units from 0. */
export function locationAt({ file, start, lineStarts }: Source, offset: number): Location {
  const index = lineIndexOf(lineStarts, offset);
  const column = offset - (lineStarts[index] ?? 0) + (index === 0 ? start.column : 1);
  return { file, line: start.line + index, column };
}

/** The inverse of {@link locationAt}. */
export function offsetOf({ start, lineStarts }: Source, { line, column }: Location): number {
  const index = line - start.line;
  return (lineStarts[index] ?? 0) + column - (index === 0 ? start.column : 1);
}

/** The line of a place with a caret below it, as compilers show it. Empty for a place outside the source. */
export function excerpt({ text, start, lineStarts }: Source, { line, column }: Location): string {
  const index = line - start.line;
  const from = lineStarts[index];
  if (from === undefined) return '';
  const end = text.indexOf('\n', from);
  const content = text.slice(from, end === -1 ? undefined : end);
  const position = Math.max(0, column - (index === 0 ? start.column : 1));
  // Tabs stay tabs, so that the caret stands under its character at any tab width.
  const indent = content.slice(0, position).replace(/[^\t]/g, ' ');
  const gutter = `${line} | `;
  return `${gutter}${content}\n${' '.repeat(gutter.length)}${indent}^`;
}
