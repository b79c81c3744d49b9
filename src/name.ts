/**
 * A name in SQL as DuckDB compares it: ASCII letters in either case are the same letter, every other character is only
 * itself, so that `É` and `é` are two columns of one table. Several names, such as those of a catalog, a schema and a
 * table, make one key.
 *
 * DuckDB: `StringUtil::CIEquals`
 */
export function nameKey(...names: readonly string[]): string {
  const key = names.join('\u0000');
  return /[A-Z]/.test(key) ? key.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()) : key;
}

/** Whether two names are one for DuckDB. */
export function sameName(a: string, b: string): boolean {
  return a === b || nameKey(a) === nameKey(b);
}
