/** A place in a file of the project, as editors and GitHub count: lines and columns from 1, columns in UTF-16 units. */
export interface Location {
  /** Relative to the project folder, with `/` on every platform. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The position behind the last character of the place; absent for a place that has only a beginning. */
  readonly end?: { readonly line: number; readonly column: number };
}

/** `models/marts/safe/funnel.sql:12:8`, which terminals and editors turn into a link. */
export function formatLocation({ file, line, column }: Location): string {
  return `${file}:${line}:${column}`;
}
