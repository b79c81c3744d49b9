import { nameKey } from '../../name.ts';
import { rowNumber, selectFrom, star, subqueryTable } from '../../warehouse/parse-nodes.ts';
import { objectOf, objectsIn, type ParseNode, textOf } from '../../warehouse/parse-sql.ts';
import type { PersonColumn } from './count-persons.ts';
import { addOrigins, type NamedInput, withoutNames } from './personal-names.ts';
import type { Origin } from './personal-table.ts';
import {
  type Cte,
  findCte,
  groupsAnywhere,
  namesOf,
  readsPersonal,
  type Scope,
  type Sized,
  Uncountable,
} from './size-scope.ts';

/** A table of a FROM, with columns added to it. */
export interface SizedTable {
  readonly table: ParseNode | undefined;
  readonly names: readonly NamedInput[];
  readonly persons: readonly PersonColumn[];
  readonly sizes: readonly { readonly table: string; readonly column: string }[];
  readonly isLost: boolean;
}

/** A table without columns that identify persons. */
export function withoutPersons(table: ParseNode | undefined): SizedTable {
  return { table, names: [], persons: [], sizes: [], isLost: false };
}

/** Sizes a table of a FROM: a table, a subquery or a join. */
export function sizeTable(table: ParseNode, scope: Scope): SizedTable {
  switch (table['type']) {
    case 'BASE_TABLE':
      return sizeBaseTable(table, scope);
    case 'SUBQUERY': {
      const node = objectOf(objectOf(table['subquery'])?.['node']);
      if (!node) throw new Uncountable();
      return asSubquery(table, textOf(table['alias']) || scope.newName(), scope.sizeNode(node, scope), []);
    }
    case 'JOIN':
      return sizeJoin(table, scope);
    default:
      // A PIVOT groups the rows of its input.
      if (groupsAnywhere(table) && readsPersonal(table, scope)) throw new Uncountable();
      return { ...withoutPersons(table), isLost: readsPersonal(table, scope) };
  }
}

function sizeBaseTable(table: ParseNode, scope: Scope): SizedTable {
  const { name, ...place } = namesOf(table);
  const alias = textOf(table['alias']) || name;
  const cte = findCte(table, scope);
  if (cte) {
    const sized = scope.sizeNode(cte.node, cte.scope);
    // A subquery in the place of the reference would read CTEs that are defined after this one.
    if (isChanged(sized) && readsLater(cte, scope)) throw new Uncountable();
    return asSubquery(table, alias, sized, listOf(cte.aliases));
  }
  const found = scope.findTable({ ...place, name });
  if (found?.kind === 'opaque') return { ...withoutPersons(table), isLost: true };
  if (found?.kind === 'origin') return numberRows(table, alias, found.origin, scope);
  if (!found) return withoutPersons(table);
  if (scope.models.has(found.node)) return { ...withoutPersons(table), isLost: true };
  const inner = { ...scope, ctes: [], models: new Set([...scope.models, found.node]) };
  return asSubquery(table, alias, withTags(scope.sizeNode(found.node, inner), found.tagged), []);
}

/**
 * Adds the tagged columns of a model. A tag makes a column personal whatever it is made of: its values are about all
 * persons of the row.
 */
function withTags(sized: Sized, tagged: readonly string[]): Sized {
  const personal = new Map(sized.personal);
  const origins = sized.persons.map(({ origin }) => origin);
  for (const column of tagged) addOrigins(personal, nameKey(column), origins);
  return { ...sized, personal };
}

/**
 * A table of origin with a column that identifies its rows, which are the persons. It is read by its full name, so that
 * no CTE hides it.
 */
function numberRows(table: ParseNode, alias: string, origin: Origin, scope: Scope): SizedTable {
  const { uniqueId, personal, key } = origin;
  const named = { catalog_name: origin.database, schema_name: origin.schema, table_name: origin.alias };
  const ownNames = listOf(table['column_name_alias']);
  const names = [{ alias, personal: ownNames.length > 0 ? withoutNames(personal) : personal }];
  const person = { table: alias, origin: uniqueId, holds: 'one' as const };
  if (key !== undefined && ownNames.length === 0) {
    const persons = [{ ...person, column: key }];
    return { ...withoutPersons({ ...table, ...named, alias }), names, persons };
  }
  const column = scope.newName();
  const plain = { ...table, ...named, alias: '', sample: null, column_name_alias: [] };
  const numbered = selectFrom([star([]), rowNumber(column)], plain);
  const wrapped = { ...subqueryTable(alias, numbered, ownNames), sample: table['sample'] ?? null };
  return { ...withoutPersons(wrapped), names, persons: [{ ...person, column }] };
}

/**
 * Whether a CTE reads a table that has the name of a later CTE, and is no known table. A subquery in the place of a reference to
 * the CTE would read the later CTE instead.
 */
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

/** Sizes both sides of a join. The right side of a semi or anti join gives no columns, and so no persons. */
function sizeJoin(join: ParseNode, scope: Scope): SizedTable {
  const left = objectOf(join['left']);
  const right = objectOf(join['right']);
  if (!left || !right) throw new Uncountable();
  const isFilter = join['join_type'] === 'SEMI' || join['join_type'] === 'ANTI';
  const first = sizeTable(left, scope);
  const second = isFilter ? withoutPersons(right) : sizeTable(right, scope);
  return {
    table: { ...join, left: first.table, right: second.table },
    names: [...first.names, ...second.names],
    persons: [...first.persons, ...second.persons],
    sizes: [...first.sizes, ...second.sizes],
    isLost: first.isLost || second.isLost,
  };
}
