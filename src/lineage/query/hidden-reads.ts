import type { Warehouse } from '../../warehouse/warehouse.ts';

/**
 * Why a query may read what its plan does not show; `undefined` where it cannot. DuckDB replaces `getvariable` by its
 * value while it binds, and `query` by the text it is given, which can be put together from pieces. DuckDB's own parser
 * finds these calls: no other reads comments and quotes just as it does.
 */
export async function hiddenReads(sql: string, warehouse: Warehouse): Promise<string | undefined> {
  if (!/getvariable|query/i.test(sql)) return undefined;
  const [row] = await warehouse.rows('select json_serialize_sql(?::varchar) as tree', [sql]);
  const tree: unknown = JSON.parse(String(row?.['tree']));
  if (isFailure(tree)) return undefined;
  const called = calledFunctions(tree);
  if (called.has('getvariable')) return 'getvariable(), whose value the plan does not trace';
  const query = ['query', 'query_table'].find((name) => called.has(name));
  return query && `${query}(), which reads what its text says`;
}

/** Whether a text is no query: it has no plan then, or one whose root is refused. */
function isFailure(tree: unknown): boolean {
  return typeof tree === 'object' && tree !== null && 'error' in tree && tree.error === true;
}

function calledFunctions(tree: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('function_name' in node && typeof node.function_name === 'string') names.add(node.function_name.toLowerCase());
    Object.values(node).forEach(visit);
  };
  visit(tree);
  return names;
}
