import type { ColumnRef } from '../flow.ts';

/** Source columns with a flow into each output column, and into the rows, as `table.column`. */
export interface Claims {
  readonly columns: readonly ReadonlySet<string>[];
  readonly rows: ReadonlySet<string>;
}

/** The source columns of flows, as `table.column`: the table is the last part of the unique id. */
export function sourcesOf(flows: Iterable<{ readonly source: ColumnRef }>): ReadonlySet<string> {
  return new Set([...flows].map(({ source }) => `${source.uniqueId.split('.').at(-1)}.${source.column}`));
}
