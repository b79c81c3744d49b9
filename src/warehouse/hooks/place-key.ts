import { nameKey, sameName } from '../../name.ts';
import type { WrittenName } from './statement-text.ts';

/** Key of the table that a name means: a name without a schema means `main`, as in the engine. */
export function placeKey(name: WrittenName, { database }: { readonly database: string }): string {
  const [first, second, third] = name;
  if (third !== undefined) return nameKey(first, second ?? '', third);
  if (second === undefined) return nameKey(database, 'main', first);
  return sameName(first, database) ? nameKey(database, 'main', second) : nameKey(database, first, second);
}
