import { nameKey } from '../../name.ts';
import { objectOf, objectsIn, objectsOf, type ParseNode, textOf } from '../../warehouse/parse-sql.ts';

/** A query with more columns behind its own: how many rows went into each of its rows. */
export interface SizedQuery {
  readonly ast: ParseNode;
  /** Names of the added columns; at least one. */
  readonly sizes: readonly string[];
}

/** `none`: no row of the query is a group. `unknown`: a row may be a group, but its size cannot be counted. */
export type GroupSizes = SizedQuery | 'none' | 'unknown';

/** Finds the query of a model by the names with which another query reads its table. */
export type FindModel = (table: { catalog: string; schema: string; name: string }) => ParseNode | undefined;

/**
 * Adds to a query the number of rows that went into each of its rows: a `count(*)` in the SELECT that groups. SELECTs that
 * read it select that count, or sum it where they group again. CTEs and models that group become subqueries with the
 * count, so that the query's own columns, filters and HAVING stay as they are. Rows count after joins and DISTINCT.
 */
export function addGroupSizes(ast: ParseNode, findModel: FindModel): GroupSizes {
  const [statement, ...others] = objectsOf(ast['statements']);
  const node = objectOf(statement?.['node']);
  if (!statement || !node || others.length > 0) return 'unknown';
  let count = 0;
  const sized = sizeNode(node, {
    ctes: [],
    models: new Set(),
    findModel,
    newName: () => `__fenceline_group_size_${++count}`,
  });
  if (typeof sized === 'string') return sized;
  return { ast: { ...ast, statements: [{ ...statement, node: sized.part }] }, sizes: sized.sizes };
}

interface Scope {
  /** CTEs that can be read here, in order: each can read those before it. */
  readonly ctes: readonly Cte[];
  /** Models whose queries are being sized: a model that reads itself has no size. */
  readonly models: ReadonlySet<ParseNode>;
  readonly findModel: FindModel;
  readonly newName: () => string;
}

interface Cte {
  readonly name: string;
  readonly node: ParseNode;
  readonly aliases: unknown;
  readonly scope: Scope;
}

type Sized = { readonly part: ParseNode; readonly sizes: readonly string[] } | 'none' | 'unknown';

function sizeNode(node: ParseNode, outer: Scope): Sized {
  switch (node['type']) {
    case 'SELECT_NODE':
      return sizeSelect(node, outer);
    case 'SET_OPERATION_NODE':
      return sizeSetOperation(node, outer);
    default:
      return groupsAnywhere(node) ? 'unknown' : 'none';
  }
}

function sizeSelect(node: ParseNode, outer: Scope): Sized {
  const scope = { ...outer, ctes: withOwn(node, outer) };
  const from = objectOf(node['from_table']);
  const input: SizedTable = from ? sizeTable(from, scope) : 'none';
  if (input === 'unknown') return 'unknown';
  if (isGrouped(node)) return sizeGroups(node, input, scope);
  if (input === 'none') return 'none';
  if (objectsOf(node['modifiers']).some(({ type }) => type === 'DISTINCT_MODIFIER')) return 'unknown';
  const columns = input.sizes.map((size) => ({ ...reference(size), alias: scope.newName() }));
  return { part: withColumns({ ...node, from_table: input.table }, columns), sizes: columns.map(({ alias }) => alias) };
}

/** Sizes the groups of a SELECT. The size of a group of groups is the sum of theirs. */
function sizeGroups(node: ParseNode, input: Exclude<SizedTable, 'unknown'>, scope: Scope): Sized {
  const columns =
    input === 'none'
      ? [call('count_star', [], scope.newName())]
      : input.sizes.map((size) => call('sum', [reference(size)], scope.newName()));
  const from = input === 'none' ? node['from_table'] : input.table;
  return { part: withColumns({ ...node, from_table: from }, columns), sizes: columns.map(({ alias }) => alias) };
}

function isGrouped(node: ParseNode): boolean {
  const sets = node['group_sets'];
  return (Array.isArray(sets) && sets.length > 0) || node['aggregate_handling'] === 'FORCE_AGGREGATES';
}

function groupsAnywhere(value: unknown): boolean {
  return [...objectsIn(value)].some((part) => isGrouped(part) || part['type'] === 'PIVOT');
}

/** A UNION, EXCEPT or INTERSECT mixes rows of both sides, so that a row has no size if either side groups. */
function sizeSetOperation(node: ParseNode, outer: Scope): Sized {
  const scope = { ...outer, ctes: withOwn(node, outer) };
  const left = objectOf(node['left']);
  const right = objectOf(node['right']);
  const sides = [left, right].map((side) => (side ? sizeNode(side, scope) : 'unknown'));
  return sides.every((side) => side === 'none') ? 'none' : 'unknown';
}

/** The CTEs of the outer query and of the node itself. */
function withOwn(node: ParseNode, outer: Scope): readonly Cte[] {
  const ctes = [...outer.ctes];
  for (const { key, value } of objectsOf(objectOf(node['cte_map'])?.['map'])) {
    const query = objectOf(objectOf(objectOf(value)?.['query'])?.['node']);
    const scope = { ...outer, ctes: [...ctes] };
    if (query) ctes.push({ name: nameKey(textOf(key)), node: query, aliases: objectOf(value)?.['aliases'], scope });
  }
  return ctes;
}

interface SizeColumn {
  readonly table: string;
  readonly column: string;
}

type SizedTable = { readonly table: ParseNode; readonly sizes: readonly SizeColumn[] } | 'none' | 'unknown';

function sizeTable(table: ParseNode, scope: Scope): SizedTable {
  switch (table['type']) {
    case 'BASE_TABLE':
      return sizeBaseTable(table, scope);
    case 'SUBQUERY': {
      const node = objectOf(objectOf(table['subquery'])?.['node']);
      if (!node) return 'unknown';
      return asSubquery(table, textOf(table['alias']) || scope.newName(), sizeNode(node, scope), []);
    }
    case 'JOIN':
      return sizeJoin(table, scope);
    default:
      return groupsAnywhere(table) ? 'unknown' : 'none';
  }
}

function sizeBaseTable(table: ParseNode, scope: Scope): SizedTable {
  const name = textOf(table['table_name']);
  const schema = textOf(table['schema_name']);
  const alias = textOf(table['alias']) || name;
  const cte = schema === '' ? scope.ctes.findLast((visible) => visible.name === nameKey(name)) : undefined;
  if (cte) {
    const sized = sizeNode(cte.node, cte.scope);
    // As a subquery where it is used it would read CTEs that stand after it.
    if (typeof sized !== 'string' && readsLater(cte, scope)) return 'unknown';
    return asSubquery(table, alias, sized, objectsOrTexts(cte.aliases));
  }
  const model = scope.findModel({ catalog: textOf(table['catalog_name']), schema, name });
  if (!model) return 'none';
  if (scope.models.has(model)) return 'unknown';
  const inner = { ...scope, ctes: [], models: new Set([...scope.models, model]) };
  return asSubquery(table, alias, sizeNode(model, inner), []);
}

/** Whether a CTE names a table like a CTE that stands after it. */
function readsLater(cte: Cte, scope: Scope): boolean {
  const visible = new Set(cte.scope.ctes.map(({ name }) => name));
  const later = new Set(scope.ctes.map(({ name }) => name).filter((name) => !visible.has(name)));
  return [...objectsIn(cte.node)].some(
    ({ type, schema_name, table_name }) =>
      type === 'BASE_TABLE' && schema_name === '' && later.has(nameKey(textOf(table_name))),
  );
}

function objectsOrTexts(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A table as the subquery that counts its rows. */
function asSubquery(table: ParseNode, alias: string, sized: Sized, aliases: readonly unknown[]): SizedTable {
  if (typeof sized === 'string') return sized;
  const own = objectsOrTexts(table['column_name_alias']);
  return {
    table: {
      type: 'SUBQUERY',
      alias,
      sample: table['sample'] ?? null,
      query_location: 0,
      subquery: { node: sized.part, named_param_map: [] },
      column_name_alias: own.length > 0 ? own : aliases,
    },
    sizes: sized.sizes.map((column) => ({ table: alias, column })),
  };
}

/** Sizes both sides of a join; the right side of a semi or anti join gives no columns, and so no size. */
function sizeJoin(join: ParseNode, scope: Scope): SizedTable {
  const left = objectOf(join['left']);
  const right = objectOf(join['right']);
  if (!left || !right) return 'unknown';
  const isFilter = join['join_type'] === 'SEMI' || join['join_type'] === 'ANTI';
  const first = sizeTable(left, scope);
  const second = isFilter ? 'none' : sizeTable(right, scope);
  if (first === 'unknown' || second === 'unknown') return 'unknown';
  if (first === 'none' && second === 'none') return 'none';
  return {
    table: {
      ...join,
      left: first === 'none' ? left : first.table,
      right: second === 'none' ? right : second.table,
    },
    sizes: [...(first === 'none' ? [] : first.sizes), ...(second === 'none' ? [] : second.sizes)],
  };
}

function withColumns(node: ParseNode, columns: readonly ParseNode[]): ParseNode {
  return { ...node, select_list: [...objectsOf(node['select_list']), ...columns] };
}

function reference({ table, column }: SizeColumn): ParseNode {
  return { class: 'COLUMN_REF', type: 'COLUMN_REF', alias: '', query_location: 0, column_names: [table, column] };
}

function call(name: string, children: readonly ParseNode[], alias: string) {
  return {
    class: 'FUNCTION',
    type: 'FUNCTION',
    alias,
    query_location: 0,
    function_name: name,
    schema: '',
    children,
    filter: null,
    order_bys: { type: 'ORDER_MODIFIER', orders: [] },
    distinct: false,
    is_operator: false,
    export_state: false,
    catalog: '',
  };
}
