import { nameKey } from '../../name.ts';
import {
  call,
  EXPRESSION,
  integer,
  reference,
  scalarSubquery,
  selectFrom,
  star,
  subqueryTable,
} from '../../warehouse/parse-nodes.ts';
import { objectOf, objectsIn, objectsOf, type ParseNode, textOf } from '../../warehouse/parse-sql.ts';
import { callsIn, isAggregate, isSummary } from './aggregate-calls.ts';
import {
  type Contributors,
  contributes,
  countContributors,
  countPersons,
  countPersonsOver,
  gatherPersons,
  isDominated,
  joinPersons,
  type PersonColumn,
  type Persons,
} from './count-persons.ts';
import { type NamedInput, originsIn, type PersonalNames, SUMMARY, selectedNames } from './personal-names.ts';
import { withPersonalPart } from './personal-part.ts';
import { ADDED_PREFIX, byOrigin, isGrouped, type Scope, type Sized, Uncountable } from './size-scope.ts';
import { type SizedTable, sizeTable, withoutPersons } from './size-table.ts';

/** Sizes a SELECT: counts the persons of its groups, or of its rows where it does not group. */
export function sizeSelect(node: ParseNode, scope: Scope): Sized {
  const from = objectOf(node['from_table']);
  const input = from ? sizeTable(from, scope) : withoutPersons(undefined);
  const items = objectsOf(node['select_list']);
  const aggregates = callsIn([items, node['having']], isAggregate);
  const read: SelectInput = { node: { ...node, from_table: input.table ?? null }, items, input, aggregates, scope };
  if (isGrouped(node) || aggregates.length > 0) return sizeGroups(read);
  return sizeRows(read);
}

interface SelectInput {
  readonly node: ParseNode;
  readonly items: readonly ParseNode[];
  readonly input: SizedTable;
  readonly aggregates: readonly ParseNode[];
  readonly scope: Scope;
}

/** The columns that identify persons, by their origin. */
type Origins = ReadonlyMap<string, readonly PersonColumn[]>;

function sizeGroups({ node, items, input, aggregates, scope }: SelectInput): Sized {
  if (input.isLost) throw new Uncountable();
  const persons = byOrigin(input.persons);
  const own = selectedNames(items, input.names, (item) => callsIn(item, isAggregate).length > 0);
  const inSubqueries = scalarSizes(items, scope).map((size) => call('min', [size]));
  const contributors = aggregates.filter(isSummary).flatMap((aggregate) =>
    [...originsIn(aggregate, input.names, own)]
      .filter((origin) => origin !== SUMMARY)
      .flatMap((origin) => {
        const isPersonal = (part: unknown) => originsIn(part, input.names, own).has(origin);
        return withPersonalPart(aggregate, isPersonal).map((summary) =>
          countContributors(summary, personsOf(origin, persons), contributes(summary, summary['filter'])),
        );
      }),
  );
  // A summary that is handed on unchanged keeps the size that it has in the input; within another summary, the size of
  // that one counts.
  const inner = items.some((item) => keepsSummary(item, input.names)) ? input.sizes : [];
  const counts = [
    ...wholeGroup(node, [...persons.values()]),
    ...(persons.size === 0 ? input.sizes.map((size) => call('sum', [reference(size)])) : []),
    ...inner.map((size) => call('min', [reference(size)])),
    ...inSubqueries,
  ];
  const sizes = [...counts.map((count) => ({ count })), ...contributors];
  const gathered = gather(persons, scope);
  return select({ node, items, input, scope, sizes, persons: gathered, personal: own });
}

/** The persons of each group, for the query that reads this one. */
function gather(persons: Origins, { minimum }: Scope): readonly OfOrigin[] {
  return [...persons].map(([origin, columns]) => ({
    origin,
    holds: 'set',
    expression: gatherPersons(joinPersons(columns), minimum),
  }));
}

/** The number of all persons of a group. With several tables of origin, the largest of their numbers counts. */
function wholeGroup(node: ParseNode, origins: readonly (readonly PersonColumn[])[]): readonly ParseNode[] {
  const counts = origins.map((columns) => countPersons(joinPersons(columns), []));
  if (counts.length > 0) return [call('greatest', counts)];
  return isGrouped(node) ? [call('count_star', [])] : [];
}

function personsOf(origin: string, persons: Origins): Persons {
  const columns = persons.get(origin);
  if (!columns) throw new Uncountable();
  return joinPersons(columns);
}

/** Whether an item hands on a summary of its input, outside of a summary of its own. */
function keepsSummary(item: ParseNode, names: readonly NamedInput[]): boolean {
  const isWithin = (part: ParseNode) => isAggregate(part) && isSummary(part);
  return originsIn(withoutParts(item, isWithin), names, new Map()).has(SUMMARY);
}

function withoutParts(value: unknown, isDropped: (part: ParseNode) => boolean): unknown {
  if (Array.isArray(value)) return value.map((entry) => withoutParts(entry, isDropped));
  const part = objectOf(value);
  if (!part) return value;
  if (isDropped(part)) return null;
  return Object.fromEntries(Object.entries(part).map(([key, entry]) => [key, withoutParts(entry, isDropped)]));
}

function sizeRows({ node, items, input, scope }: SelectInput): Sized {
  const persons = byOrigin(input.persons);
  const windows = callsIn(items, ({ type }) => type === 'WINDOW_AGGREGATE').filter(isSummary);
  const own = selectedNames(items, input.names, (item) => windows.some((window) => isIn(window, item)));
  const counts = [
    ...input.sizes.map(reference),
    ...windows.flatMap((window) => sizeWindow(window, own, input, persons)),
    ...scalarSizes(items, scope),
  ];
  const sizes = counts.map((count) => ({ count }));
  if (isDistinct(node)) {
    if (sizes.length > 0) throw new Uncountable();
    const gathered = gather(persons, scope);
    const modifiers = objectsOf(node['modifiers']).filter(({ type }) => type !== 'DISTINCT_MODIFIER');
    const grouped = gathered.length === 0 ? node : { ...node, modifiers, aggregate_handling: 'FORCE_AGGREGATES' };
    return select({ node: grouped, items, input, scope, sizes, persons: gathered, personal: own });
  }
  const handedOn = [...persons].map(([origin, columns]) => ({ origin, ...joinPersons(columns) }));
  return select({ node, items, input, scope, sizes, persons: handedOn, personal: own });
}

function isIn(part: ParseNode, item: ParseNode): boolean {
  return [...objectsIn(item)].includes(part);
}

/** SELECT DISTINCT; DISTINCT ON only chooses rows. */
function isDistinct(node: ParseNode): boolean {
  return objectsOf(node['modifiers']).some(
    ({ type, distinct_on_targets }) => type === 'DISTINCT_MODIFIER' && objectsOf(distinct_on_targets).length === 0,
  );
}

function sizeWindow(window: ParseNode, own: PersonalNames, input: SizedTable, persons: Origins): readonly ParseNode[] {
  const values = [window['children'], window['filter_expr']];
  const origins = [...originsIn(values, input.names, own)].filter((origin) => origin !== SUMMARY);
  if (origins.length > 0 && input.isLost) throw new Uncountable();
  if (origins.length === 0 && isOverGroups(window)) return wholeWindow(window, persons);
  return origins.map((origin) => {
    const size = countPersonsOver(window, personsOf(origin, persons));
    if (!size) throw new Uncountable();
    return size;
  });
}

/** Whether a window shows a number of each group of rows, as GROUP BY does, and not one that grows from row to row. */
function isOverGroups(window: ParseNode): boolean {
  return objectsOf(window['partitions']).length > 0 || objectsOf(window['orders']).length === 0;
}

/** The number of persons in a window that reads no personal value, such as `count(*) over (partition by city)`. */
function wholeWindow(window: ParseNode, persons: Origins): readonly ParseNode[] {
  const counts = [...persons.values()].flatMap((columns) => {
    const count = countPersonsOver(window, joinPersons(columns));
    return count ? [count] : [];
  });
  return counts.length > 0 ? [call('greatest', counts)] : [];
}

/** The sizes of the scalar subqueries of a select list, each as a subquery. */
function scalarSizes(items: readonly ParseNode[], scope: Scope): readonly ParseNode[] {
  const subqueries = [...objectsIn(items)].filter(
    ({ type, subquery_type }) => type === 'SUBQUERY' && subquery_type === 'SCALAR',
  );
  return subqueries.flatMap((subquery) => {
    const inner = objectOf(objectOf(subquery['subquery'])?.['node']);
    const sized = inner ? scope.sizeNode(inner, scope) : undefined;
    if (!sized || sized.sizes.length === 0) return [];
    const table = scope.newName();
    const smallest = call(
      'least',
      sized.sizes.map((column) => reference({ table, column })),
    );
    const node = selectFrom([smallest], subqueryTable(table, sized.part, []));
    return [scalarSubquery(node)];
  });
}

/** The persons of one origin, in an expression. */
interface OfOrigin extends Persons {
  readonly origin: string;
}

interface Selected {
  readonly node: ParseNode;
  readonly items: readonly ParseNode[];
  readonly input: SizedTable;
  readonly scope: Scope;
  readonly sizes: readonly Contributors[];
  readonly persons: readonly OfOrigin[];
  readonly personal: PersonalNames;
}

/** The SELECT with its own columns and the added ones behind them. Its stars leave the input's added columns out. */
function select({ node, items, input, scope, sizes, persons, personal }: Selected): Sized {
  const named = sizes.map((size) => ({ ...size, alias: scope.newName() }));
  // A size of 0 becomes NULL: a group without persons is no group, and must not hide another one in `least`.
  const counts = named.map(({ count, alias }) => ({ ...call('nullif', [count, integer(0)]), alias }));
  const namedPersons = persons.map(({ expression, ...person }) => ({ ...person, column: scope.newName(), expression }));
  const own = items.map((item) => withoutAdded(item, input));
  const columns = namedPersons.map(({ expression, column }) => ({ ...expression, alias: column }));
  const amounts = named.flatMap(({ alias, amounts: expression }) =>
    expression ? [{ size: alias, column: scope.newName(), expression }] : [],
  );
  const listed = amounts.map(({ expression, column }) => ({ ...expression, alias: column }));
  const selected = { ...node, select_list: [...own, ...columns, ...counts, ...listed] };
  return {
    part: amounts.length === 0 ? selected : sizeDominated(selected, amounts, scope),
    persons: namedPersons.map(({ expression: _, ...person }) => person),
    sizes: counts.map(({ alias }) => alias),
    personal,
    isLost: input.isLost,
  };
}

/**
 * A query around a SELECT that takes its columns of amounts away, and makes a size 1 where one person dominates. It is a
 * query of its own, since no aggregate is over another one.
 */
function sizeDominated(
  node: ParseNode,
  amounts: readonly { readonly size: string; readonly column: string }[],
  scope: Scope,
): ParseNode {
  const table = scope.newName();
  const sizes = amounts.map(({ size, column }) => ({
    ...EXPRESSION,
    class: 'CASE',
    type: 'CASE_EXPR',
    case_checks: [{ when_expr: isDominated(reference({ table, column })), then_expr: integer(1) }],
    else_expr: reference({ table, column: size }),
    alias: size,
  }));
  return selectFrom(
    [star(amounts.flatMap(({ size, column }) => [size, column])), ...sizes],
    subqueryTable(table, node, []),
  );
}

function withoutAdded(item: ParseNode, input: SizedTable): ParseNode {
  if (item['type'] !== 'STAR' || objectOf(item['expr'])) return item;
  const table = nameKey(textOf(item['relation_name']));
  const added = [...input.persons, ...input.sizes]
    .filter((column) => table === '' || nameKey(column.table) === table)
    .map(({ column }) => column)
    .filter((column) => column.startsWith(ADDED_PREFIX));
  const excluded: readonly unknown[] = Array.isArray(item['exclude_list']) ? item['exclude_list'] : [];
  return { ...item, exclude_list: [...excluded, ...added] };
}
