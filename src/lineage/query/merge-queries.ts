import { nameKey } from '../../name.ts';
import type { Flow, FlowKind } from '../flow.ts';
import type { ComparedFlows, QueryTrace } from '../query-trace.ts';

/**
 * Merges the traces of two queries that fill the same table, such as the first and the later query of an incremental
 * model: each column has the flows of both.
 */
export function mergeQueries(first: QueryTrace, later: QueryTrace): QueryTrace {
  const added = new Map(later.columns.map((column) => [nameKey(column.name), column]));
  const columns = first.columns.map((column) => {
    const other = added.get(nameKey(column.name));
    added.delete(nameKey(column.name));
    return other ? { ...column, ...mergeFlows(column, other) } : column;
  });
  const names = [...(first.names ?? []), ...(later.names ?? [])];
  return {
    columns: [...columns, ...added.values()],
    dataset: [...first.dataset, ...later.dataset],
    size: mergeFlows(first.size, later.size),
    ...(names.length > 0 && { names }),
  };
}

function mergeFlows(a: ComparedFlows, b: ComparedFlows): ComparedFlows {
  return { flows: [...a.flows, ...b.flows], compared: [...a.compared, ...b.compared] };
}

/**
 * Adds the influence of a unique key: a new row replaces the old row with the same key, so the key decides which rows
 * there are.
 */
export function withReplacedRows(query: QueryTrace, uniqueKey: readonly string[]): QueryTrace {
  const keys = new Set(uniqueKey.map((name) => nameKey(name)));
  const named = query.columns.filter(({ name }) => keys.has(nameKey(name)));
  // A key that is not a list of columns is an expression, which may read any column.
  const read = named.length === keys.size ? named : query.columns;
  const matched = read.flatMap(({ flows }) => flows).map((flow): Flow => ({ ...flow, ...joining(flow) }));
  return { ...query, dataset: [...query.dataset, ...matched] };
}

/** SQL over the rows of a table and the new rows, and the name of that table. */
export interface Condition {
  readonly text: string;
  readonly alias: string;
}

/**
 * Adds the influence of conditions on which rows are replaced: SQL over the columns of the table and of the new rows. It may
 * compare a value with any text, so each column that it may name is taken for one that it gives away.
 */
export function withConditions(query: QueryTrace, conditions: readonly Condition[]): QueryTrace {
  const read = query.columns.filter(({ name }) => conditions.some((condition) => mayName(condition, name)));
  const tested = read.flatMap(({ flows }) => flows).map((flow): Flow => ({ ...flow, ...filtering(flow), equals: [] }));
  return { ...query, dataset: [...query.dataset, ...tested] };
}

/** Adds the values that an expression puts into a column: it may hold each column that its text may name. */
export function withValues(query: QueryTrace, values: ReadonlyMap<string, Condition>): QueryTrace {
  const columns = query.columns.map((column) => {
    const texts = [...values].flatMap(([name, text]) => (nameKey(name) === nameKey(column.name) ? [text] : []));
    const read = query.columns.filter(({ name }) => texts.some((value) => mayName(value, name)));
    const flows = [...column.flows, ...read.flatMap((other) => other.flows)];
    return { ...column, flows, compared: [...column.compared, ...read.flatMap((other) => other.compared)] };
  });
  return { ...query, columns };
}

/** Whether an expression may name a column. A whole row, which is named by its table alone, has all columns. */
function mayName({ text, alias }: Condition, column: string): boolean {
  const tables = ['dbt_internal_dest', 'dbt_internal_source', 'dbt_incremental_target', alias.toLowerCase()];
  const names = text.toLowerCase();
  const isWholeRow = tables.some((table) =>
    names
      .split(table)
      .slice(1)
      .some((after) => !/^"?\s*\./.test(after)),
  );
  return isWholeRow || names.includes(column.toLowerCase());
}

function filtering(flow: FlowKind): FlowKind {
  return flow.type === 'INDIRECT'
    ? { type: flow.type, subtype: flow.subtype }
    : { type: 'INDIRECT', subtype: 'FILTER' };
}

function joining(flow: FlowKind): FlowKind {
  return flow.type === 'INDIRECT' ? { type: flow.type, subtype: flow.subtype } : { type: 'INDIRECT', subtype: 'JOIN' };
}
