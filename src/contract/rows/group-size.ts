import { nameKey } from '../../name.ts';
import { objectOf, objectsIn, objectsOf, type ParseNode, textOf } from '../../warehouse/parse-sql.ts';
import {
  asSet,
  call,
  callsIn,
  contributes,
  countPersons,
  countPersonsOver,
  countShares,
  gatherPersons,
  integer,
  isAggregate,
  isSummary,
  joinPersons,
  nothing,
  type PersonColumn,
  type Persons,
  reference,
} from './count-persons.ts';
import {
  addOrigins,
  type NamedInput,
  originsIn,
  type PersonalNames,
  SUMMARY,
  selectedNames,
  withoutNames,
} from './personal-names.ts';

/** A query with more columns behind its own: how many persons are behind each of its rows. */
export interface SizedQuery {
  readonly ast: ParseNode;
  /** Names of the added columns; at least one. NULL is no group, or one of nobody. */
  readonly sizes: readonly string[];
}

/** `none`: no row of the query is a group. `unknown`: a row may be a group, but its persons cannot be counted. */
export type GroupSizes = SizedQuery | 'none' | 'unknown';

/** The table, CTE or model that a name in a FROM stands for. */
export type KnownTable =
  /** A model, by the query that it is of, and its own columns with a tag. */
  | { readonly kind: 'query'; readonly node: ParseNode; readonly tagged: readonly string[] }
  /** A table of origin, whose rows are the persons. */
  | { readonly kind: 'origin'; readonly origin: Origin }
  /** A table that holds personal values, of which no query is to be had. */
  | { readonly kind: 'opaque' };

export interface Origin {
  readonly uniqueId: string;
  readonly database: string;
  readonly schema: string;
  readonly alias: string;
  readonly personal: PersonalNames;
  /** The column that tells its persons apart; without one they are numbered. */
  readonly key: string | undefined;
}

/** Finds what another query reads by these names; `undefined` for what holds nothing personal. */
export type FindTable = (table: { catalog: string; schema: string; name: string }) => KnownTable | undefined;

interface Question {
  readonly findTable: FindTable;
  /** The smallest group: no more persons need to be told apart. */
  readonly minimum: number;
}

/**
 * Adds to a query the number of persons behind each of its rows. Tables of origin give the number of each row; every
 * SELECT hands on what persons its rows are about, so that CTEs and models that are read become subqueries with that
 * column. A SELECT that groups counts the persons in each group, and in each aggregate over personal values those of
 * them whose value enters. The query's own columns, filters and HAVING stay as they are.
 */
export function addGroupSizes(ast: ParseNode, question: Question): GroupSizes {
  const [statement, ...others] = objectsOf(ast['statements']);
  const node = objectOf(statement?.['node']);
  if (!statement || !node || others.length > 0) return 'unknown';
  let count = 0;
  const newName = () => {
    count += 1;
    if (count > MOST_COLUMNS) throw new Uncountable();
    return `${ADDED}${count}`;
  };
  try {
    const sized = sizeNode(node, { ...question, ctes: [], models: new Set([node]), newName });
    if (sized.sizes.length === 0) return 'none';
    return { ast: { ...ast, statements: [{ ...statement, node: sized.part }] }, sizes: sized.sizes };
  } catch (error) {
    if (error instanceof Uncountable) return 'unknown';
    throw error;
  }
}

/** A row may be a group, and the persons in it cannot be counted. */
class Uncountable extends Error {}

const ADDED = '__fenceline_group_';

/** A query has one copy of a CTE or model for each time that it is read, and of those within it. */
const MOST_COLUMNS = 5000;

interface Scope extends Question {
  /** CTEs that can be read here, in order: each can read those before it. */
  readonly ctes: readonly Cte[];
  /** Models whose queries are being sized: of what one kept of an older build, nobody tells the persons. */
  readonly models: ReadonlySet<ParseNode>;
  readonly newName: () => string;
}

interface Cte {
  readonly name: string;
  readonly node: ParseNode;
  readonly aliases: unknown;
  readonly scope: Scope;
}

/** A query with columns added behind its own. */
interface Sized {
  readonly part: ParseNode;
  readonly persons: readonly Omit<PersonColumn, 'table'>[];
  readonly sizes: readonly string[];
  readonly personal: PersonalNames;
  /** Whether rows may be about persons whom no column tells. */
  readonly isLost: boolean;
}

function sizeNode(node: ParseNode, outer: Scope): Sized {
  switch (node['type']) {
    case 'SELECT_NODE':
      return sizeSelect(node, { ...outer, ctes: withOwn(node, outer) });
    case 'SET_OPERATION_NODE':
      return sizeSetOperation(node, { ...outer, ctes: withOwn(node, outer) });
    default:
      if (groupsAnywhere(node)) throw new Uncountable();
      return unsized(node, readsPersonal(node, outer));
  }
}

/** A part of a query as it is. Where it reads personal values, it gives them without the persons. */
function unsized(part: ParseNode, isLost: boolean): Sized {
  return { part, persons: [], sizes: [], personal: new Map(), isLost };
}

function readsPersonal(value: unknown, scope: Scope): boolean {
  return [...objectsIn(value)].some((part) => {
    if (part['type'] !== 'BASE_TABLE') return false;
    const cte = findCte(part, scope);
    return cte ? readsPersonal(cte.node, cte.scope) : scope.findTable(namesOf(part)) !== undefined;
  });
}

function groupsAnywhere(value: unknown): boolean {
  return [...objectsIn(value)].some((part) => isGrouped(part) || isAggregate(part) || part['type'] === 'PIVOT');
}

function isGrouped(node: ParseNode): boolean {
  const sets = node['group_sets'];
  return (Array.isArray(sets) && sets.length > 0) || node['aggregate_handling'] === 'FORCE_AGGREGATES';
}

function sizeSelect(node: ParseNode, scope: Scope): Sized {
  const from = objectOf(node['from_table']);
  const input = from ? sizeTable(from, scope) : untouched(undefined);
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

/** The columns that tell persons, by their origin. */
type Origins = ReadonlyMap<string, readonly PersonColumn[]>;

function sizeGroups({ node, items, input, aggregates, scope }: SelectInput): Sized {
  if (input.isLost) throw new Uncountable();
  const persons = byOrigin(input.persons);
  const own = selectedNames(items, input.names, (item) => callsIn(item, isAggregate).length > 0);
  const inSubqueries = scalarSizes(items, scope).map((size) => call('min', [size]));
  const counted = aggregates.filter(isSummary).flatMap((aggregate) => {
    const conditions = contributes(aggregate, aggregate['filter']);
    return [...originsIn(aggregate, input.names, own)]
      .filter((origin) => origin !== SUMMARY)
      .map((origin) => countShares(aggregate, personsOf(origin, persons), conditions));
  });
  // An average that is read on as it is has the persons that it had; one that is added to others has theirs, too.
  const inner = items.some((item) => keepsSummary(item, input.names)) ? input.sizes : [];
  const sizes = [
    ...wholeGroup(node, [...persons.values()]),
    ...(persons.size === 0 ? input.sizes.map((size) => call('sum', [reference(size)])) : []),
    ...inner.map((size) => call('min', [reference(size)])),
    ...counted,
    ...inSubqueries,
  ];
  const gathered = gather(persons, scope);
  return select({ node, items, input, scope, sizes, persons: gathered, personal: own });
}

/** The persons of each group, for what reads it. */
function gather(persons: Origins, { minimum }: Scope): readonly OfOrigin[] {
  return [...persons].map(([origin, columns]) => ({
    origin,
    holds: 'set',
    expression: gatherPersons(joinPersons(columns), minimum),
  }));
}

/** All persons of a group: of several tables of origin, that one of which there are most. */
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

/** Whether an item gives a summary on, other than as one of many in a summary of its own. */
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
  const sizes = [
    ...input.sizes.map(reference),
    ...windows.flatMap((window) => sizeWindow(window, own, input, persons)),
    ...scalarSizes(items, scope),
  ];
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
  return origins.map((origin) => {
    const size = countPersonsOver(window, personsOf(origin, persons));
    if (!size) throw new Uncountable();
    return size;
  });
}

/** The sizes of what subqueries give as one value each. */
function scalarSizes(items: readonly ParseNode[], scope: Scope): readonly ParseNode[] {
  const subqueries = [...objectsIn(items)].filter(
    ({ type, subquery_type }) => type === 'SUBQUERY' && subquery_type === 'SCALAR',
  );
  return subqueries.flatMap((subquery) => {
    const inner = objectOf(objectOf(subquery['subquery'])?.['node']);
    const sized = inner ? sizeNode(inner, scope) : undefined;
    if (!sized || sized.sizes.length === 0) return [];
    const table = scope.newName();
    const smallest = call(
      'least',
      sized.sizes.map((column) => reference({ table, column })),
    );
    const node = selectFrom([smallest], subqueryTable(table, sized.part, []));
    return [{ ...subquery, alias: '', subquery: { node, named_param_map: [] } }];
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
  readonly sizes: readonly ParseNode[];
  readonly persons: readonly OfOrigin[];
  readonly personal: PersonalNames;
}

/** The SELECT with its own columns, which the stars must not add to, and the new ones behind them. */
function select({ node, items, input, scope, sizes, persons, personal }: Selected): Sized {
  // A group of nobody is none, and must not hide another in `least`.
  const namedSizes = sizes.map((size) => ({ ...call('nullif', [size, integer(0)]), alias: scope.newName() }));
  const namedPersons = persons.map(({ expression, ...person }) => ({ ...person, column: scope.newName(), expression }));
  const own = items.map((item) => withoutAdded(item, input));
  const columns = namedPersons.map(({ expression, column }) => ({ ...expression, alias: column }));
  return {
    part: { ...node, select_list: [...own, ...columns, ...namedSizes] },
    persons: namedPersons.map(({ expression: _, ...person }) => person),
    sizes: namedSizes.map(({ alias }) => alias),
    personal,
    isLost: input.isLost,
  };
}

function withoutAdded(item: ParseNode, input: SizedTable): ParseNode {
  if (item['type'] !== 'STAR' || objectOf(item['expr'])) return item;
  const table = nameKey(textOf(item['relation_name']));
  const added = [...input.persons, ...input.sizes]
    .filter((column) => table === '' || nameKey(column.table) === table)
    .map(({ column }) => column)
    .filter((column) => column.startsWith(ADDED));
  const excluded: readonly unknown[] = Array.isArray(item['exclude_list']) ? item['exclude_list'] : [];
  return { ...item, exclude_list: [...excluded, ...added] };
}

function byOrigin<Column extends Pick<PersonColumn, 'origin'>>(
  columns: readonly Column[],
): ReadonlyMap<string, readonly Column[]> {
  const origins = [...new Set(columns.map(({ origin }) => origin))];
  return new Map(origins.map((each) => [each, columns.filter(({ origin }) => origin === each)]));
}

/** Both sides of a UNION get the same columns. EXCEPT and INTERSECT compare whole rows. */
function sizeSetOperation(node: ParseNode, scope: Scope): Sized {
  const left = objectOf(node['left']);
  const right = objectOf(node['right']);
  if (!left || !right) throw new Uncountable();
  const sides = [sizeNode(left, scope), sizeNode(right, scope)] as const;
  const personal = withoutNames(...sides.map((side) => side.personal));
  const persons = byOrigin(sides.flatMap((side) => side.persons));
  const sizes = sides.flatMap((side) => side.sizes);
  const isLost = sides.some((side) => side.isLost);
  if (persons.size === 0 && sizes.length === 0) return { ...unsized(node, isLost), personal };
  if (!textOf(node['setop_type']).startsWith('UNION')) {
    if (sizes.length > 0) throw new Uncountable();
    // No column can be added to rows that are compared as a whole.
    return { ...unsized(node, true), personal };
  }
  const columns = [...persons.keys()].map((origin) => ({ origin, holds: 'set' as const, column: scope.newName() }));
  const size = sizes.length > 0 ? [scope.newName()] : [];
  const [first, second] = sides.map((side) => alignSide(side, columns, size, scope));
  return { part: { ...node, left: first, right: second }, persons: columns, sizes: size, personal, isLost };
}

/** One side of a UNION with exactly these columns behind its own. */
function alignSide(
  side: Sized,
  persons: readonly Omit<PersonColumn, 'table'>[],
  sizes: readonly string[],
  scope: Scope,
): ParseNode {
  const table = scope.newName();
  const added = [...side.persons.map(({ column }) => column), ...side.sizes];
  const aligned = persons.map(({ origin, column }) => {
    const own = side.persons.filter((person) => person.origin === origin).map((person) => ({ ...person, table }));
    return { ...(own.length > 0 ? asSet(joinPersons(own)) : nothing()), alias: column };
  });
  const smallest = side.sizes.map((column) => reference({ table, column }));
  const size = sizes.map((alias) => ({ ...(smallest.length > 0 ? call('least', smallest) : nothing()), alias }));
  return selectFrom([star(added), ...aligned, ...size], subqueryTable(table, side.part, []));
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

/** A table of a FROM, with columns added to it. */
interface SizedTable {
  readonly table: ParseNode | undefined;
  readonly names: readonly NamedInput[];
  readonly persons: readonly PersonColumn[];
  readonly sizes: readonly { readonly table: string; readonly column: string }[];
  readonly isLost: boolean;
}

function untouched(table: ParseNode | undefined): SizedTable {
  return { table, names: [], persons: [], sizes: [], isLost: false };
}

function sizeTable(table: ParseNode, scope: Scope): SizedTable {
  switch (table['type']) {
    case 'BASE_TABLE':
      return sizeBaseTable(table, scope);
    case 'SUBQUERY': {
      const node = objectOf(objectOf(table['subquery'])?.['node']);
      if (!node) throw new Uncountable();
      return asSubquery(table, textOf(table['alias']) || scope.newName(), sizeNode(node, scope), []);
    }
    case 'JOIN':
      return sizeJoin(table, scope);
    default:
      // A PIVOT groups.
      if (groupsAnywhere(table) && readsPersonal(table, scope)) throw new Uncountable();
      return { ...untouched(table), isLost: readsPersonal(table, scope) };
  }
}

function namesOf(table: ParseNode) {
  return {
    catalog: textOf(table['catalog_name']),
    schema: textOf(table['schema_name']),
    name: textOf(table['table_name']),
  };
}

function findCte(table: ParseNode, scope: Scope): Cte | undefined {
  const { schema, name } = namesOf(table);
  return schema === '' ? scope.ctes.findLast((visible) => visible.name === nameKey(name)) : undefined;
}

function sizeBaseTable(table: ParseNode, scope: Scope): SizedTable {
  const { name, ...place } = namesOf(table);
  const alias = textOf(table['alias']) || name;
  const cte = findCte(table, scope);
  if (cte) {
    const sized = sizeNode(cte.node, cte.scope);
    // As a subquery where it is used it would read CTEs that stand after it.
    if (isChanged(sized) && readsLater(cte, scope)) throw new Uncountable();
    return asSubquery(table, alias, sized, listOf(cte.aliases));
  }
  const found = scope.findTable({ ...place, name });
  if (found?.kind === 'opaque') return { ...untouched(table), isLost: true };
  if (found?.kind === 'origin') return numberRows(table, alias, found.origin, scope);
  if (!found) return untouched(table);
  if (scope.models.has(found.node)) return { ...untouched(table), isLost: true };
  const inner = { ...scope, ctes: [], models: new Set([...scope.models, found.node]) };
  return asSubquery(table, alias, withTags(sizeNode(found.node, inner), found.tagged), []);
}

/** A tag makes a column personal whatever it is made of: it is of all persons of the row. */
function withTags(sized: Sized, tagged: readonly string[]): Sized {
  const personal = new Map(sized.personal);
  const origins = sized.persons.map(({ origin }) => origin);
  for (const column of tagged) addOrigins(personal, nameKey(column), origins);
  return { ...sized, personal };
}

/** A table of origin, by its full name, so that no CTE around it is meant. Its rows are the persons. */
function numberRows(table: ParseNode, alias: string, origin: Origin, scope: Scope): SizedTable {
  const { uniqueId, personal, key } = origin;
  const named = { catalog_name: origin.database, schema_name: origin.schema, table_name: origin.alias };
  const ownNames = listOf(table['column_name_alias']);
  const names = [{ alias, personal: ownNames.length > 0 ? withoutNames(personal) : personal }];
  const person = { table: alias, origin: uniqueId, holds: 'one' as const };
  if (key !== undefined && ownNames.length === 0) {
    const persons = [{ ...person, column: key }];
    return { ...untouched({ ...table, ...named, alias }), names, persons };
  }
  const column = scope.newName();
  const plain = { ...table, ...named, alias: '', sample: null, column_name_alias: [] };
  const numbered = selectFrom([star([]), { ...ROW_NUMBER, alias: column }], plain);
  const wrapped = { ...subqueryTable(alias, numbered, ownNames), sample: table['sample'] ?? null };
  return { ...untouched(wrapped), names, persons: [{ ...person, column }] };
}

/** Whether a CTE names a table like a CTE that stands after it. */
function readsLater(cte: Cte, scope: Scope): boolean {
  const visible = new Set(cte.scope.ctes.map(({ name }) => name));
  const later = new Set(scope.ctes.map(({ name }) => name).filter((name) => !visible.has(name)));
  return [...objectsIn(cte.node)].some(
    (part) =>
      part['type'] === 'BASE_TABLE' &&
      part['schema_name'] === '' &&
      later.has(nameKey(textOf(part['table_name']))) &&
      scope.findTable(namesOf(part)) === undefined,
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isChanged({ persons, sizes }: Sized): boolean {
  return persons.length > 0 || sizes.length > 0;
}

/** A table as the subquery that counts its persons, or as it is where there is nothing to count. */
function asSubquery(table: ParseNode, alias: string, sized: Sized, aliases: readonly unknown[]): SizedTable {
  const own = listOf(table['column_name_alias']);
  const columnNames = own.length > 0 ? own : aliases;
  const personal = columnNames.length > 0 ? withoutNames(sized.personal) : sized.personal;
  const wrapped = { ...subqueryTable(alias, sized.part, columnNames), sample: table['sample'] ?? null };
  return {
    table: isChanged(sized) ? wrapped : table,
    names: [{ alias, personal }],
    persons: sized.persons.map((person) => ({ ...person, table: alias })),
    sizes: sized.sizes.map((column) => ({ table: alias, column })),
    isLost: sized.isLost,
  };
}

/** Sizes both sides of a join; the right side of a semi or anti join gives no columns, and so nobody. */
function sizeJoin(join: ParseNode, scope: Scope): SizedTable {
  const left = objectOf(join['left']);
  const right = objectOf(join['right']);
  if (!left || !right) throw new Uncountable();
  const isFilter = join['join_type'] === 'SEMI' || join['join_type'] === 'ANTI';
  const first = sizeTable(left, scope);
  const second = isFilter ? untouched(right) : sizeTable(right, scope);
  return {
    table: { ...join, left: first.table, right: second.table },
    names: [...first.names, ...second.names],
    persons: [...first.persons, ...second.persons],
    sizes: [...first.sizes, ...second.sizes],
    isLost: first.isLost || second.isLost,
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

function selectFrom(items: readonly ParseNode[], table: ParseNode): ParseNode {
  return { ...SELECT, select_list: items, from_table: table };
}

function subqueryTable(alias: string, node: ParseNode, columnNames: readonly unknown[]): ParseNode {
  return {
    type: 'SUBQUERY',
    alias,
    sample: null,
    query_location: 0,
    subquery: { node, named_param_map: [] },
    column_name_alias: columnNames,
  };
}

function star(excluded: readonly string[]): ParseNode {
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
