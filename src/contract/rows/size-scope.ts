import { nameKey } from '../../name.ts';
import { objectOf, objectsIn, objectsOf, type ParseNode, textOf } from '../../warehouse/parse-sql.ts';
import { isAggregate } from './aggregate-calls.ts';
import type { PersonColumn } from './count-persons.ts';
import type { PersonalNames } from './personal-names.ts';
import type { FindTable } from './personal-table.ts';

/** The tables and the limit that a query is sized against. */
export interface SizingInput {
  readonly findTable: FindTable;
  /** The smallest group, in persons. A set of persons need not hold more of them. */
  readonly minimum: number;
}

/** Names that a part of a query can use, and the function that sizes queries below it. */
export interface Scope extends SizingInput {
  /** CTEs that can be read here, in order: each can read those before it. */
  readonly ctes: readonly Cte[];
  /**
   * Models whose queries are being sized. One that reads itself is incremental: the persons in rows of an older build
   * are unknown.
   */
  readonly models: ReadonlySet<ParseNode>;
  /** Gives a name for an added column or table that the query does not have; @throws {@link Uncountable} after too many. */
  readonly newName: () => string;
  /** Sizes a query below: a subquery, a CTE, a model or a side of a UNION. */
  readonly sizeNode: (node: ParseNode, scope: Scope) => Sized;
}

/** A CTE, and the scope in which it is defined. */
export interface Cte {
  readonly name: string;
  readonly node: ParseNode;
  readonly aliases: unknown;
  readonly scope: Scope;
}

/** A query with columns added behind its own. */
export interface Sized {
  readonly part: ParseNode;
  readonly persons: readonly Omit<PersonColumn, 'table'>[];
  readonly sizes: readonly string[];
  readonly personal: PersonalNames;
  /** Whether rows may be about persons whom no column identifies. */
  readonly isLost: boolean;
}

/** Thrown where a row may be a group whose persons cannot be counted. */
export class Uncountable extends Error {}

/** Prefix of the names of added columns. */
export const ADDED_PREFIX = '__fenceline_group_';

/** The CTEs of the outer query and of the node itself. */
export function withOwnCtes(node: ParseNode, outer: Scope): readonly Cte[] {
  const ctes = [...outer.ctes];
  for (const { key, value } of objectsOf(objectOf(node['cte_map'])?.['map'])) {
    const query = objectOf(objectOf(objectOf(value)?.['query'])?.['node']);
    const scope = { ...outer, ctes: [...ctes] };
    if (query) ctes.push({ name: nameKey(textOf(key)), node: query, aliases: objectOf(value)?.['aliases'], scope });
  }
  return ctes;
}

/** The CTE that a table of a FROM names; the last one of that name is the nearest. */
export function findCte(table: ParseNode, scope: Scope): Cte | undefined {
  const { schema, name } = namesOf(table);
  return schema === '' ? scope.ctes.findLast((visible) => visible.name === nameKey(name)) : undefined;
}

/** Catalog, schema and name of a BASE_TABLE as the query writes them; empty where it leaves one out. */
export function namesOf(table: ParseNode) {
  return {
    catalog: textOf(table['catalog_name']),
    schema: textOf(table['schema_name']),
    name: textOf(table['table_name']),
  };
}

/** A part of a query without added columns. If it reads personal values, the persons behind its rows are lost. */
export function unsized(part: ParseNode, isLost: boolean): Sized {
  return { part, persons: [], sizes: [], personal: new Map(), isLost };
}

/** Whether a table with personal values is read anywhere below. */
export function readsPersonal(value: unknown, scope: Scope): boolean {
  return [...objectsIn(value)].some((part) => {
    if (part['type'] !== 'BASE_TABLE') return false;
    const cte = findCte(part, scope);
    return cte ? readsPersonal(cte.node, cte.scope) : scope.findTable(namesOf(part)) !== undefined;
  });
}

/** Whether rows are put together anywhere below: GROUP BY, an aggregate or a PIVOT. */
export function groupsAnywhere(value: unknown): boolean {
  return [...objectsIn(value)].some((part) => isGrouped(part) || isAggregate(part) || part['type'] === 'PIVOT');
}

/** Whether a SELECT has GROUP BY, also one over no column. */
export function isGrouped(node: ParseNode): boolean {
  const sets = node['group_sets'];
  return (Array.isArray(sets) && sets.length > 0) || node['aggregate_handling'] === 'FORCE_AGGREGATES';
}

/** Columns that identify persons, grouped by the table of origin. */
export function byOrigin<Column extends Pick<PersonColumn, 'origin'>>(
  columns: readonly Column[],
): ReadonlyMap<string, readonly Column[]> {
  const origins = [...new Set(columns.map(({ origin }) => origin))];
  return new Map(origins.map((each) => [each, columns.filter(({ origin }) => origin === each)]));
}
