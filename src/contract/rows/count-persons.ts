import { aggregateKind } from '../../lineage/plan/function-kinds.ts';
import { call, cast, constant, DOUBLE, EXPRESSION, integer, reference, VARCHAR } from '../../warehouse/parse-nodes.ts';
import { objectOf, objectsOf, type ParseNode, textOf } from '../../warehouse/parse-sql.ts';

/** A column that identifies the persons whom a row is about. A person is a row of one table of origin. */
export interface PersonColumn {
  readonly table: string;
  readonly column: string;
  /** Unique id of the table of origin. */
  readonly origin: string;
  /** `set`: a list of persons, cut off where it is as long as the smallest group. */
  readonly holds: 'one' | 'set';
}

/** The persons of one origin that a row is about, in an expression. */
export interface Persons {
  readonly expression: ParseNode;
  readonly holds: 'one' | 'set';
}

/** Combines several columns of one origin into one expression, as for a table that is joined to itself. */
export function joinPersons(columns: readonly PersonColumn[]): Persons {
  const [first, ...others] = columns;
  if (first && others.length === 0) return { expression: reference(first), holds: first.holds };
  const lists = columns.map((column) =>
    column.holds === 'set' ? reference(column) : call('list_value', [reference(column)]),
  );
  return { expression: call('list_concat', lists), holds: 'set' };
}

/** The persons of one row as a list. */
export function asSet({ expression, holds }: Persons): ParseNode {
  return holds === 'set' ? expression : call('list_value', [expression]);
}

/** An aggregate: the set of the persons of a group, with no more than `most` of them. */
export function gatherPersons({ expression, holds }: Persons, most: number): ParseNode {
  if (holds === 'one') return { ...call('min', [expression, integer(most)]), distinct: true };
  return call('list_slice', [distinctOf(call('list', [expression])), integer(1), integer(most)]);
}

/**
 * An aggregate: how many persons of a group are in rows that fulfil all conditions. For sets, a number above the
 * smallest group may be too low, since they are cut off there.
 */
export function countPersons({ expression, holds }: Persons, conditions: readonly ParseNode[]): ParseNode {
  const filter = allOf(conditions);
  if (holds === 'one') return { ...call('count', [expression]), distinct: true, filter };
  return call('len', [distinctOf({ ...call('list', [expression]), filter })]);
}

/**
 * An aggregate: the number of persons whose values a sum or an average adds up, and 1 where one of them makes up nearly
 * all of it. A value that joins repeat for a person is taken once. For sets, the share of one person is unknown, and
 * only the number counts.
 */
export function countShares(aggregate: ParseNode, persons: Persons, conditions: readonly ParseNode[]): ParseNode {
  const count = countPersons(persons, conditions);
  const [value, ...others] = objectsOf(aggregate['children']);
  const name = textOf(aggregate['function_name']).toLowerCase();
  if (persons.holds === 'set' || !ADDS_UP.has(name) || !value || others.length > 0) return count;
  const amount = call('abs', [cast(cast(value, VARCHAR), DOUBLE)]);
  const pairs = {
    ...call('list', [call('row', [persons.expression, amount])]),
    distinct: true,
    filter: allOf(conditions),
  };
  const shares = call('list_transform', [pairs, SECOND]);
  const limit = call('*', [call('list_sum', [shares]), constant(DOUBLE, MOST_OF_A_SUM)]);
  const isOneAlone = {
    ...EXPRESSION,
    class: 'COMPARISON',
    type: 'COMPARE_GREATERTHAN',
    left: call('list_max', [shares]),
    right: limit,
  };
  const checks = [{ when_expr: isOneAlone, then_expr: integer(1) }];
  return { ...EXPRESSION, class: 'CASE', type: 'CASE_EXPR', case_checks: checks, else_expr: count };
}

/** The share of one person from which on a sum is that person's: the (1, 85 %) rule of official statistics. */
const MOST_OF_A_SUM = 0.85;

const ADDS_UP: ReadonlySet<string> = new Set([
  'avg',
  'favg',
  'mean',
  'sum',
  'fsum',
  'kahan_sum',
  'sumkahan',
  'sum_no_overflow',
]);

/**
 * A window: the number of different persons in it; `undefined` for sets, whose different persons a window cannot count.
 */
export function countPersonsOver(window: ParseNode, { expression, holds }: Persons): ParseNode | undefined {
  if (holds === 'set') return undefined;
  return {
    ...window,
    alias: '',
    function_name: 'count',
    children: [expression],
    filter_expr: allOf(contributes(window, window['filter_expr'])),
    distinct: true,
    ignore_nulls: false,
    arg_orders: [],
  };
}

/** The different persons in several lists. NULL is no person: list_distinct leaves it out. */
function distinctOf(lists: ParseNode): ParseNode {
  return call('list_distinct', [call('flatten', [lists])]);
}

/**
 * Conditions under which a row counts in an aggregate: its FILTER holds, no argument is NULL, and what is added up is
 * not zero, as it is of everybody but one in `sum(salary * (id = 3)::int)`.
 */
export function contributes(aggregate: ParseNode, filter: unknown): readonly ParseNode[] {
  const [first, ...others] = objectsOf(aggregate['children']);
  const condition = objectOf(filter);
  const own = condition ? [condition] : [];
  if (!first) return own;
  const name = textOf(aggregate['function_name']).toLowerCase();
  const counts = aggregateKind(name) === 'counts' && !/^count_?if$/.test(name);
  if (others.length > 0 || counts) return [...own, ...[first, ...others].map(isNotNull)];
  const isZero = call('regexp_full_match', [cast(first, VARCHAR), constant(VARCHAR, ZERO)]);
  return [...own, { ...EXPRESSION, class: 'OPERATOR', type: 'OPERATOR_NOT', children: [isZero] }];
}

/** Zero of any type, as text. */
const ZERO = '-?0+([.]0+)?|false|00:00:00';

function isNotNull(expression: ParseNode): ParseNode {
  return { ...EXPRESSION, class: 'OPERATOR', type: 'OPERATOR_IS_NOT_NULL', children: [expression] };
}

function allOf(conditions: readonly ParseNode[]): ParseNode | null {
  const [first, ...others] = conditions;
  if (!first) return null;
  return others.length === 0
    ? { ...first, alias: '' }
    : { ...EXPRESSION, class: 'CONJUNCTION', type: 'CONJUNCTION_AND', children: conditions };
}

/** `lambda pair: struct_extract_at(pair, 2)` */
const PAIR = { ...EXPRESSION, class: 'COLUMN_REF', type: 'COLUMN_REF', column_names: ['pair'] };
const SECOND: ParseNode = {
  ...EXPRESSION,
  class: 'LAMBDA',
  type: 'LAMBDA',
  lhs: PAIR,
  expr: call('struct_extract_at', [PAIR, integer(2)]),
};
