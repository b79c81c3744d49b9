import { asMapping } from '../mapping.ts';
import type { Quoting } from '../node.ts';

/** The quoting of a relation: its own `quoting` overrides that of the root project (dbt: Relation.create_from). */
export function mergeQuoting(base: Quoting, written: unknown): Quoting {
  const keys = asMapping(written);
  const part = (key: keyof Quoting) => {
    const value = keys?.get(key);
    return typeof value === 'boolean' ? value : base[key];
  };
  return { database: part('database'), schema: part('schema'), identifier: part('identifier') };
}

/** The default of dbt-duckdb: all parts of a name are quoted. */
export const EVERY_NAME: Quoting = { database: true, schema: true, identifier: true };
