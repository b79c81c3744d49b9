import { sameName } from '../../name.ts';
import { genericTestOf, type Node } from '../../project/node.ts';
import { tokenize } from '../../sql-tokens.ts';
import type { ColumnType } from '../../warehouse/warehouse.ts';
import type { ColumnRef } from '../flow.ts';
import { ROWS } from '../plan/flows/local-flow.ts';
import type { QueryTrace } from '../query-trace.ts';

export interface Declarations {
  readonly nodes: ReadonlyMap<string, Node>;
  /** Queries of the models traced so far. */
  readonly queries: ReadonlyMap<string, QueryTrace>;
  readonly columnsOf: (uniqueId: string) => readonly ColumnType[] | undefined;
}

/**
 * All values that a column may have, as text, in the order in which a PIVOT over the data would name its columns. They
 * come from the type ENUM, or from an `accepted_values` test on the column or on the column it copies. `undefined` if
 * neither declares them.
 */
export function declaredValues(column: ColumnRef, declarations: Declarations): readonly string[] | undefined {
  const values = enumValues(column, declarations) ?? acceptedValues(column, declarations.nodes);
  if (values) return [...new Set(values)].sort(compareBytes);
  const origin = copiedFrom(column, declarations.queries);
  return origin && declaredValues(origin, declarations);
}

/** Values that ENUM types and `accepted_values` tests declare for any column of these tables. */
export function declaredIn(tables: readonly string[], declarations: Declarations): readonly string[] {
  const values = tables.flatMap((uniqueId) =>
    (declarations.columnsOf(uniqueId) ?? []).flatMap(
      ({ name }) => declaredValues({ uniqueId, column: name }, declarations) ?? [],
    ),
  );
  return [...new Set(values)];
}

function enumValues({ uniqueId, column }: ColumnRef, { columnsOf }: Declarations): readonly string[] | undefined {
  const type = columnsOf(uniqueId)?.find(({ name }) => sameName(name, column))?.type;
  if (!type?.startsWith('ENUM(')) return undefined;
  return tokenize(type).flatMap(({ kind, value }) =>
    kind === 'text' ? [value.slice(1, -1).replaceAll("''", "'")] : [],
  );
}

/** dbt: accepted_values. A test with `where` does not count, since other rows may have other values. */
function acceptedValues(
  { uniqueId, column }: ColumnRef,
  nodes: ReadonlyMap<string, Node>,
): readonly string[] | undefined {
  for (const node of nodes.values()) {
    const test = genericTestOf(node);
    if (test?.testName !== 'accepted_values') continue;
    const { attachedNode, columnName, kwargs } = test;
    if (attachedNode !== uniqueId || !sameName(columnName ?? '', column) || node.config.where !== undefined) continue;
    const values = textsOf(kwargs['values'], kwargs['quote'] !== false);
    if (values) return values;
  }
  return undefined;
}

/** Declared values as text. `undefined` where there are texts without `quote`, since these are expressions. */
function textsOf(values: unknown, areQuoted: boolean): readonly string[] | undefined {
  const written: readonly unknown[] = Array.isArray(values) ? values : [];
  const texts = written.flatMap((value) => {
    if (typeof value === 'string') return areQuoted ? [value] : [];
    return typeof value === 'boolean' || typeof value === 'bigint' || Number.isSafeInteger(value)
      ? [String(value)]
      : [];
  });
  return texts.length > 0 && texts.length === written.length ? texts : undefined;
}

function copiedFrom({ uniqueId, column }: ColumnRef, queries: ReadonlyMap<string, QueryTrace>): ColumnRef | undefined {
  const flows = queries.get(uniqueId)?.columns.find(({ name }) => sameName(name, column))?.flows ?? [];
  return flows[0] && flows.every(isCopyOf(flows[0].source)) && flows[0].source.uniqueId !== uniqueId
    ? flows[0].source
    : undefined;
}

/** Whether a flow is a column's own value and nothing else. */
export function isCopyOf({ uniqueId, column }: ColumnRef) {
  return ({
    subtype,
    source,
    masks,
  }: {
    readonly subtype: string;
    readonly source: ColumnRef;
    readonly masks: readonly string[];
  }): boolean =>
    subtype === 'IDENTITY' &&
    masks.length === 0 &&
    column !== ROWS &&
    source.uniqueId === uniqueId &&
    sameName(source.column, column);
}

/** The order of texts in DuckDB, which compares their UTF-8 bytes. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
