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

function joining(flow: FlowKind): FlowKind {
  return flow.type === 'INDIRECT' ? { type: flow.type, subtype: flow.subtype } : { type: 'INDIRECT', subtype: 'JOIN' };
}
