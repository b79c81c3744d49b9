import type { Location } from '../../location.ts';
import { sameName } from '../../name.ts';
import { didYouMean } from '../../nearest-name.ts';
import type { Mistake } from '../../user-error.ts';
import type { Mistakes } from '../load/mistakes.ts';
import { type Columns, isDeclared, isQueryNode, type Meta, type Source, type TableNode } from '../node.ts';
import type { ListedMark } from './read-mark-list.ts';

/** A source or node whose columns a list of personal columns may mark. */
type Markable = Source | TableNode;

/** Adds the marks of a list to tables and columns, as if their own YAML had `meta: {pii: true}`. */
export function applyMarkList<Table extends Markable>(
  tables: readonly Table[],
  marks: readonly ListedMark[],
): readonly Table[] {
  return tables.map((table) => marks.filter((mark) => isCalled(table, mark.table)).reduce(withMark, table));
}

/** Notes a mistake for each mark of a list that would have no effect: on an unknown table, or on a model as a whole. */
export function noteUnknownTables(marks: readonly ListedMark[], tables: readonly Markable[], mistakes: Mistakes): void {
  const names = tables.map(nameOf);
  for (const { table, column, location } of marks) {
    const found = tables.filter((candidate) => isCalled(candidate, table));
    if (column === '*' && found.some((candidate) => candidate.resourceType !== 'source' && isQueryNode(candidate)))
      mistakes.push(wholeModel(table, location));
    if (found.length > 0) continue;
    mistakes.push({
      code: 'unknown-table',
      message: `the list of personal columns names '${table}', which is no source, model, seed or snapshot.${didYouMean(table, names)}`,
      location,
      fix: 'write the name as source.table, or the name of a model, seed or snapshot',
    });
  }
}

function wholeModel(table: string, location: Location): Mistake {
  return {
    code: 'whole-model',
    message: `the list of personal columns marks '${table}' as a whole, which is made by a query.`,
    location,
    fix: 'name its columns one by one, or mark the sources that it reads',
  };
}

/** Whether a name in a list of personal columns is that of a table. A file that SQL reads itself is also named by its path. */
function isCalled(table: Markable, name: string): boolean {
  const isPath = table.resourceType === 'source' && !isDeclared(table) && table.name === name;
  return isPath || sameName(nameOf(table), name);
}

function nameOf(table: Markable): string {
  return table.resourceType === 'source' ? `${table.sourceName}.${table.name}` : table.name;
}

function withMark<Table extends Markable>(table: Table, mark: ListedMark): Table {
  if (mark.column === '*') return { ...table, meta: markedMeta(table.meta, mark) };
  return { ...table, columns: markedColumns(table.columns, mark) };
}

function markedColumns(columns: Columns, mark: ListedMark): Columns {
  const declared = [...columns.values()].find(({ name }) => sameName(name, mark.column));
  const { column: name, location } = mark;
  const column = declared ?? { name, description: '', dataType: undefined, tags: [], meta: {}, location };
  return new Map(columns).set(column.name, { ...column, meta: markedMeta(column.meta, mark) });
}

function markedMeta(meta: Meta, { piiType }: ListedMark): Meta {
  return { ...meta, pii: true, ...(piiType !== undefined && { pii_type: piiType }) };
}
