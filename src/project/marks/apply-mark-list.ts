import { sameName } from '../../name.ts';
import { didYouMean } from '../../nearest-name.ts';
import type { Mistakes } from '../load/mistakes.ts';
import type { Columns, Meta, Source, TableNode } from '../node.ts';
import type { ListedMark } from './read-mark-list.ts';

/** What can be marked. */
type Markable = Source | TableNode;

/**
 * Marks tables and columns as a list says, as if their own YAML said so with `meta: {pii: true}`. A name that no table has is
 * a mistake: the mark would protect nothing.
 */
export function applyMarkList<Table extends Markable>(
  tables: readonly Table[],
  marks: readonly ListedMark[],
  mistakes: Mistakes,
): readonly Table[] {
  const names = tables.map(nameOf);
  for (const { table, location } of marks) {
    if (names.some((name) => sameName(name, table))) continue;
    mistakes.push({
      code: 'unknown-table',
      message: `the list of personal columns names '${table}', which is no source, model, seed or snapshot.${didYouMean(table, names)}`,
      location,
      fix: 'write the name as source.table, or the name of a model, seed or snapshot',
    });
  }
  return tables.map((table) => {
    const own = marks.filter((mark) => sameName(mark.table, nameOf(table)));
    return own.length === 0 ? table : own.reduce(withMark, table);
  });
}

function nameOf(table: Markable): string {
  return table.resourceType === 'source' ? `${table.sourceName}.${table.name}` : table.name;
}

function withMark<Table extends Markable>(table: Table, mark: ListedMark): Table {
  if (mark.column === '*') return { ...table, meta: markedMeta(table.meta, mark) };
  return { ...table, columns: markedColumns(table.columns, mark) };
}

function markedColumns(columns: Columns, mark: ListedMark): Columns {
  const known = [...columns.values()].find(({ name }) => sameName(name, mark.column));
  const { column: name, location } = mark;
  const column = known ?? { name, description: '', dataType: undefined, tags: [], meta: {}, location };
  return new Map(columns).set(column.name, { ...column, meta: markedMeta(column.meta, mark) });
}

function markedMeta(meta: Meta, { piiType }: ListedMark): Meta {
  return { ...meta, pii: true, ...(piiType !== undefined && { pii_type: piiType }) };
}
