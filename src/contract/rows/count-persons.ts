import { aggregateKind } from '../../lineage/plan/flows/function-kinds.ts';
import {
  call,
  cast,
  constant,
  DOUBLE,
  EXPRESSION,
  integer,
  reference,
  scalarSubquery,
  selectFrom,
  subqueryTable,
  VARCHAR,
} from '../../warehouse/parse-nodes.ts';
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

/** The persons whose values enter a summary of a group, in expressions over the group's rows. */
export interface Contributors {
  /** The number of these persons. */
  readonly count: ParseNode;
  /** A list of `{persons, amount}`: what each row adds. Absent where a summary adds nothing up, such as a count. */
  readonly amounts?: ParseNode;
}

/** Counts the persons whose values enter a summary, and lists what each row of theirs adds to it. */
export function countContributors(
  aggregate: ParseNode,
  persons: Persons,
  conditions: readonly ParseNode[],
): Contributors {
  const count = countPersons(persons, conditions);
  const [value, ...others] = objectsOf(aggregate['children']);
  const name = textOf(aggregate['function_name']).toLowerCase();
  if (aggregateKind(name) !== 'summarises' || !value || others.length > 0) return { count };
  const pair = call('struct_pack', [
    { ...asSet(persons), alias: PERSONS },
    { ...call('abs', [cast(cast(value, VARCHAR), DOUBLE)]), alias: AMOUNT },
  ]);
  const filter = allOf([...conditions, isNotNull(persons.expression)]);
  return { count, amounts: { ...call('list', [pair]), filter, distinct: aggregate['distinct'] === true } };
}

/**
 * Whether one person makes up nearly all of a sum. All amounts of a person are added up, each without its sign. An
 * amount of several persons at once counts for none of them.
 *
 * @param amounts the list of {@link Contributors}, as a column
 */
export function isDominated(amounts: ParseNode): ParseNode {
  const rows = { type: 'EMPTY', alias: '', sample: null, query_location: 0 };
  const part = { table: 'parts', column: 'part' };
  const parts = selectFrom([{ ...call('unnest', [amounts]), alias: part.column }], rows);
  const persons = fieldOf(reference(part), PERSONS);
  const total = { table: 'totals', column: 'total' };
  const totals = {
    ...selectFrom(
      [{ ...call('sum', [fieldOf(reference(part), AMOUNT)]), alias: total.column }],
      subqueryTable(part.table, parts, []),
    ),
    where_clause: compare('COMPARE_EQUAL', call('len', [persons]), integer(1)),
    group_expressions: [persons],
    group_sets: [[0]],
  };
  const largest = selectFrom([call('max', [reference(total)])], subqueryTable(total.table, totals, []));
  const sum = call('list_sum', [call('list_transform', [amounts, AMOUNT_OF_PAIR])]);
  return compare('COMPARE_GREATERTHAN', scalarSubquery(largest), call('*', [sum, constant(DOUBLE, MOST_OF_A_SUM)]));
}

/** The share of one person from which on a sum is that person's: the (1, 85 %) rule of official statistics. */
const MOST_OF_A_SUM = 0.85;

function compare(type: string, left: ParseNode, right: ParseNode): ParseNode {
  return { ...EXPRESSION, class: 'COMPARISON', type, left, right };
}

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

/** Fields of the entries of {@link Contributors.amounts}. */
const PERSONS = 'persons';
const AMOUNT = 'amount';

function fieldOf(struct: ParseNode, field: string): ParseNode {
  return call('struct_extract', [struct, constant(VARCHAR, field)]);
}

/** `lambda pair: pair.amount` */
const PAIR = { ...EXPRESSION, class: 'COLUMN_REF', type: 'COLUMN_REF', column_names: ['pair'] };
const AMOUNT_OF_PAIR: ParseNode = {
  ...EXPRESSION,
  class: 'LAMBDA',
  type: 'LAMBDA',
  lhs: PAIR,
  expr: fieldOf(PAIR, AMOUNT),
};
