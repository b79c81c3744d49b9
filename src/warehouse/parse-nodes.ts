import type { ParseNode } from './parse-sql.ts';

/** Fields that every expression has: no alias, and no place in a text. */
export const EXPRESSION = { alias: '', query_location: 0 };
/** Types, as a parse tree names them. */
export const VARCHAR = { id: 'VARCHAR', type_info: null };
export const DOUBLE = { id: 'DOUBLE', type_info: null };
const INTEGER = { id: 'INTEGER', type_info: null };

/** A call of a function, an operator or an aggregate. */
export function call(name: string, children: readonly ParseNode[]): ParseNode {
  return {
    ...EXPRESSION,
    class: 'FUNCTION',
    type: 'FUNCTION',
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

/** `table.column` */
export function reference({ table, column }: { readonly table: string; readonly column: string }): ParseNode {
  return { ...EXPRESSION, class: 'COLUMN_REF', type: 'COLUMN_REF', column_names: [table, column] };
}

/** TRY_CAST: a value that the type does not have becomes NULL. */
export function cast(child: ParseNode, type: object): ParseNode {
  return { ...EXPRESSION, class: 'CAST', type: 'OPERATOR_CAST', child, cast_type: type, try_cast: true };
}

/** A literal. */
export function constant(type: object, value: string | number): ParseNode {
  return { ...EXPRESSION, class: 'CONSTANT', type: 'VALUE_CONSTANT', value: { type, is_null: false, value } };
}

/** A literal of type INTEGER. */
export function integer(value: number): ParseNode {
  return constant(INTEGER, value);
}

/** The literal NULL. */
export function nullLiteral(): ParseNode {
  return {
    ...EXPRESSION,
    class: 'CONSTANT',
    type: 'VALUE_CONSTANT',
    value: { type: { id: 'NULL', type_info: null }, is_null: true },
  };
}

const SELECT = {
  type: 'SELECT_NODE',
  modifiers: [],
  cte_map: { map: [] },
  where_clause: null,
  group_expressions: [],
  group_sets: [],
  aggregate_handling: 'STANDARD_HANDLING',
  having: null,
  sample: null,
  qualify: null,
};

/** `select items from table` */
export function selectFrom(items: readonly ParseNode[], table: ParseNode): ParseNode {
  return { ...SELECT, select_list: items, from_table: table };
}

/**
 * A subquery in FROM: `(node) as alias(columnNames)`.
 *
 * @param columnNames names of the columns; empty to keep those of the subquery
 */
export function subqueryTable(alias: string, node: ParseNode, columnNames: readonly unknown[]): ParseNode {
  return {
    type: 'SUBQUERY',
    alias,
    sample: null,
    query_location: 0,
    subquery: { node, named_param_map: [] },
    column_name_alias: columnNames,
  };
}

/** `(node)` as a value: the one column of its one row. */
export function scalarSubquery(node: ParseNode): ParseNode {
  return {
    ...EXPRESSION,
    class: 'SUBQUERY',
    type: 'SUBQUERY',
    subquery_type: 'SCALAR',
    subquery: { node, named_param_map: [] },
    child: null,
    comparison_type: 'INVALID',
  };
}

/** `* exclude (excluded)` */
export function star(excluded: readonly string[]): ParseNode {
  return {
    class: 'STAR',
    type: 'STAR',
    alias: '',
    query_location: 0,
    relation_name: '',
    exclude_list: excluded,
    replace_list: [],
    columns: false,
    expr: null,
    qualified_exclude_list: [],
    rename_list: [],
  };
}

/** `row_number() over () as alias` */
export function rowNumber(alias: string): ParseNode {
  return { ...ROW_NUMBER, alias };
}

const ROW_NUMBER = {
  class: 'WINDOW',
  type: 'WINDOW_ROW_NUMBER',
  query_location: 0,
  function_name: 'row_number',
  schema: '',
  catalog: '',
  children: [],
  partitions: [],
  orders: [],
  start: 'UNBOUNDED_PRECEDING',
  end: 'CURRENT_ROW_RANGE',
  start_expr: null,
  end_expr: null,
  offset_expr: null,
  default_expr: null,
  ignore_nulls: false,
  filter_expr: null,
  exclude_clause: 'NO_OTHER',
  distinct: false,
  arg_orders: [],
};
