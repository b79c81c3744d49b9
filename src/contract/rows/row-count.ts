/** A number of rows for a report. A number below the smallest group may be personal itself, and so is not given exactly. */
export type RowCount = { readonly exactly: number } | { readonly below: number };

/** The smallest group where fenceline.yml names none: a common choice. */
const SMALLEST_GROUP = 5;

export function rowCount(rows: number, smallestGroup: number | undefined): RowCount {
  const below = smallestGroup ?? SMALLEST_GROUP;
  return rows < below ? { below } : { exactly: rows };
}
