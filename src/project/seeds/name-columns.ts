import type { Location } from '../../location.ts';
import { nameKey } from '../../name.ts';
import { UserError } from '../../user-error.ts';

/**
 * The names of a seed's columns as dbt makes them (agate: deduplicate, letter_name). A column without a name gets a
 * letter by
 * its position, `a`, `b` and so on, and a repeated name gets a number, `id`, `id_2`.
 * @param location place of the file
 * @throws {UserError} for a file that begins with an empty line, and for names that are equal for DuckDB
 */
export function nameColumns(header: readonly string[], location: Location): readonly string[] {
  if (header.join('') === '' && header.length < 2) {
    throw new UserError({
      code: 'bad-seed',
      message: 'the first line of the file names no column.',
      location,
      fix: 'write the names of the columns into the first line',
    });
  }
  const names: string[] = [];
  for (const [index, written] of header.entries()) names.push(unusedName(written || letterName(index), names));
  const [first, second] = equalNames(names);
  if (first !== undefined) {
    throw new UserError({
      code: 'bad-seed',
      message: `the columns '${first}' and '${second}' of the file have one name for DuckDB, which reads names without case.`,
      location,
      fix: 'rename one of them',
    });
  }
  return names;
}

function unusedName(name: string, used: readonly string[]): string {
  let candidate = name;
  for (let count = 2; used.includes(candidate); count++) candidate = `${name}_${count}`;
  return candidate;
}

/** The name of an unnamed column: a, b, …, z, aa, bb, …, as in agate. */
function letterName(index: number): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  return letters.charAt(index % letters.length).repeat(Math.floor(index / letters.length) + 1);
}

function equalNames(names: readonly string[]): readonly string[] {
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(nameKey(name));
    if (other !== undefined) return [other, name];
    seen.set(nameKey(name), name);
  }
  return [];
}
