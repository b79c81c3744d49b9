/**
 * A number of rows fit for a report: a small one is personal itself, so of one below the smallest group only that is
 * said.
 */
export type RowCount = { readonly exactly: number } | { readonly below: number };

/** Where fenceline.yml names no smallest group, five is a common one. */
const SMALLEST_GROUP = 5;

export function rowCount(rows: number, smallestGroup: number | undefined): RowCount {
  const below = smallestGroup ?? SMALLEST_GROUP;
  return rows < below ? { below } : { exactly: rows };
}
