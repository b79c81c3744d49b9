import type { SampleRule } from '../config/fenceline-config.ts';
import type { SourceClient } from '../postgres/source-client.ts';
import { identifier, joinSql, literal, type Sql, sql } from '../sql.ts';
import type { Mistake } from '../user-error.ts';
import type { RowCondition } from './row-condition.ts';
import type { SourceTable } from './source-table.ts';

/** A foreign key between two tables of the copy. */
interface ForeignKey {
  readonly child: number;
  readonly parent: number;
  readonly columns: readonly string[];
  readonly referenced: readonly string[];
  /** Whether one of its columns may be NULL, so that a row refers to nothing. */
  readonly isOptional: boolean;
}

/** What the catalog says of the keys of tables, by their OIDs. */
export interface TableKeys {
  readonly primary: ReadonlyMap<number, readonly string[]>;
  readonly foreign: readonly ForeignKey[];
}

/** A table with its condition of fenceline.yml. */
interface ConditionedTable {
  readonly table: SourceTable;
  readonly condition: RowCondition | undefined;
}

/** Reads the primary keys of tables and the foreign keys between them. */
export async function readKeys(client: SourceClient, tables: readonly SourceTable[]): Promise<TableKeys> {
  const oids = [tables.map(({ oid }) => oid)];
  const primary = await client.query<{ table: number; columns: readonly string[] }>(
    `select i.indrelid::int8::float8 as "table", array(select a.attname::text from unnest(i.indkey::int2[]) with ordinality as k (number, place)
       join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number order by k.place) as columns
     from pg_catalog.pg_index i where i.indisprimary and i.indrelid = any($1::oid[])`,
    oids,
  );
  const foreign = await client.query<ForeignKey & { readonly name: string }>(
    `select c.conname::text as name, c.conrelid::int8::float8 as child, c.confrelid::int8::float8 as parent,
       array(select a.attname::text from unnest(c.conkey) with ordinality as k (number, place)
         join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.number order by k.place) as columns,
       array(select a.attname::text from unnest(c.confkey) with ordinality as k (number, place)
         join pg_catalog.pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.number order by k.place) as referenced,
       exists (select from pg_catalog.pg_attribute a where a.attrelid = c.conrelid and a.attnum = any(c.conkey) and not a.attnotnull) as "isOptional"
     from pg_catalog.pg_constraint c
     where c.contype = 'f' and c.conrelid = any($1::oid[]) and c.confrelid = any($1::oid[]) order by c.oid`,
    oids,
  );
  return { primary: new Map(primary.map(({ table, columns }) => [table, columns])), foreign };
}

/**
 * The conditions on rows where tables are sampled. A table that refers to a sampled one, also over others, keeps only rows
 * whose parents are kept. A table that refers to itself keeps the rows that a kept row refers to, besides its sample.
 * @returns a condition for each table, in their order; `isSampled` where rows depend on a sample
 */
export function sampleRows(tables: readonly ConditionedTable[], keys: TableKeys) {
  const mistakes: Mistake[] = [];
  const nodes = sampledNodes(tables, keys);
  for (const { config } of [...nodes.values()].filter(({ key, sample }) => sample && key.length === 0)) {
    mistakes.push({
      code: 'sample-key',
      message: `${config.from.schema}.${config.from.table} has no primary key by which rows are chosen`,
      location: config.location,
      fix: 'copy all of its rows, or copy a table with a primary key',
    });
  }
  for (const node of nodes.values()) {
    const circle = circleFrom(node, nodes);
    if (!circle) continue;
    const names = circle.map(({ config: { from } }) => `${from.schema}.${from.table}`);
    mistakes.push({
      code: 'sample-circle',
      message: `the foreign keys of ${names.join(', ')} lead in a circle, which no sample can keep whole`,
      location: node.config.location,
      fix: 'sample none of them and none that they refer to',
    });
    break;
  }
  if (mistakes.length > 0) return { mistakes, rows: [] };
  const rows = tables.map(({ table, condition }) => {
    const node = nodes.get(table.oid);
    return node
      ? { isSampled: true, condition: conditionOf({ ...node, sample: table.config.sample, where: condition }, nodes) }
      : { isSampled: false, condition };
  });
  return { mistakes, rows };
}

/** A table whose rows depend on a sample. */
interface Node {
  readonly oid: number;
  readonly config: SourceTable['config'];
  readonly where: RowCondition | undefined;
  readonly sample: SampleRule | undefined;
  /** The columns that name a row. */
  readonly key: readonly string[];
  /** Foreign keys to other tables whose rows depend on a sample. */
  readonly parents: readonly ForeignKey[];
  /** Foreign keys to the table itself. */
  readonly own: readonly ForeignKey[];
  /** Columns that a query for another table needs of this one. */
  readonly needed: readonly string[];
}

type Nodes = ReadonlyMap<number, Node>;

function sampledNodes(tables: readonly ConditionedTable[], { primary, foreign }: TableKeys): Nodes {
  const sampled = new Set(tables.flatMap(({ table }) => (table.config.sample ? [table.oid] : [])));
  for (let size = -1; size !== sampled.size; ) {
    size = sampled.size;
    for (const { child, parent } of foreign) if (sampled.has(parent)) sampled.add(child);
  }
  const nodes = tables
    .filter(({ table }) => sampled.has(table.oid))
    .map(({ table: { oid, config }, condition }): Node => {
      const own = foreign.filter(({ child, parent }) => child === oid && parent === oid);
      const key = primary.get(oid) ?? own[0]?.referenced ?? [];
      const referenced = foreign.filter(({ parent }) => parent === oid).flatMap((each) => each.referenced);
      return {
        oid,
        config,
        where: condition,
        sample: config.sample,
        key,
        own,
        parents: foreign.filter(({ child, parent }) => child === oid && parent !== oid && sampled.has(parent)),
        needed: [...new Set([...key, ...referenced, ...own.flatMap(({ columns }) => columns)])],
      };
    });
  return new Map(nodes.map((node) => [node.oid, node]));
}

function circleFrom(start: Node, nodes: Nodes): readonly Node[] | undefined {
  const seen = new Set<number>();
  const search = (node: Node, path: readonly Node[]): readonly Node[] | undefined => {
    for (const parent of parentsOf(node, nodes)) {
      if (parent.oid === start.oid) return path;
      if (seen.has(parent.oid)) continue;
      seen.add(parent.oid);
      const found = search(parent, [...path, parent]);
      if (found) return found;
    }
    return undefined;
  };
  return search(start, [start]);
}

function parentsOf({ parents }: Node, nodes: Nodes): readonly Node[] {
  return parents.flatMap(({ parent }) => nodes.get(parent) ?? []);
}

/** A query of the kept rows of a table. @param columns what it selects */
type KeptRows = (oid: number, columns: readonly string[]) => Sql;

/** The condition on the rows of the table itself, whose queries of other tables stand inside of it. */
function conditionOf(node: Node, nodes: Nodes): RowCondition {
  const rowsOf: KeptRows = (oid, columns) => {
    const definitions = [...definitionsOf(oid, new Map([...nodes, [node.oid, node]]), new Map()).values()];
    return sql`with recursive ${definitions.flat()} select ${names(columns)} from ${keptName(oid)}`;
  };
  if (node.own.length > 0) return (alias) => isIn(alias, node.key, rowsOf(node.oid, node.key));
  return (alias) => both([...required(node, alias, rowsOf), ...chosen(node, alias, rowsOf)]);
}

/** The definitions in WITH of a table's kept rows, those of its parents first. */
function definitionsOf(oid: number, nodes: Nodes, done: Map<number, readonly Sql[]>): Map<number, readonly Sql[]> {
  const node = nodes.get(oid);
  if (!node || done.has(oid)) return done;
  for (const parent of node.parents) definitionsOf(parent.parent, nodes, done);
  const rowsOf: KeptRows = (parent, columns) => sql`select ${names(columns)} from ${keptName(parent)}`;
  return done.set(oid, node.own.length > 0 ? chainDefinitions(node, rowsOf) : [plainDefinition(node, rowsOf)]);
}

const ROW = 'kept';

function plainDefinition(node: Node, rowsOf: KeptRows): Sql {
  const condition = both([...required(node, ROW, rowsOf), ...chosen(node, ROW, rowsOf)]);
  return sql`${keptName(node.oid)} as (select ${names(node.needed, ROW)} from ${from(node, ROW)} where ${condition})`;
}

/**
 * The definitions of a table that refers to itself: rows that must be left out, with all that refer to them, and then the
 * sample of the others, with all that it refers to.
 */
function chainDefinitions(node: Node, rowsOf: KeptRows): readonly Sql[] {
  const { oid, own, key, needed } = node;
  const [kept, out] = [keptName(oid), identifier(`out_${oid}`)];
  const conditions = required(node, ROW, rowsOf);
  const isOut = sql`${isIn(ROW, key, sql`select ${names(key)} from ${out}`)}`;
  const refers = (child: string, parent: string) =>
    joinSql(
      own.map(({ columns, referenced }) => sql`(${row(child, columns)} = ${row(parent, referenced)})`),
      sql` or `,
    );
  const left = sql`${out} as (select ${names(needed, ROW)} from ${from(node, ROW)} where not coalesce(${both(conditions)}, false)
    union select ${names(needed, ROW)} from ${from(node, ROW)} join ${out} as other on ${refers(ROW, 'other')})`;
  const inside = conditions.length > 0 ? [sql`not ${isOut}`] : [];
  const chosenRows = chosen({ ...node, where: undefined, parents: [] }, ROW, rowsOf, inside);
  const chain = sql`${kept} as (select ${names(needed, ROW)} from ${from(node, ROW)} where ${both([...inside, ...chosenRows])}
    union select ${names(needed, ROW)} from ${from(node, ROW)} join ${kept} as other on ${refers('other', ROW)})`;
  return conditions.length > 0 ? [left, chain] : [chain];
}

/** Conditions that a row must meet: those of fenceline.yml, and that its parents are kept. */
function required({ where, parents }: Node, alias: string, rowsOf: KeptRows): readonly Sql[] {
  const whole = parents.map(({ parent, columns, referenced, isOptional }) => {
    const isKept = isIn(alias, columns, rowsOf(parent, referenced));
    const refersToNothing = columns.map((name) => sql`${identifier(alias, name)} is null or `);
    return isOptional ? sql`(${joinSql(refersToNothing, sql``)}${isKept})` : isKept;
  });
  return [...(where ? [where(alias)] : []), ...whole];
}

/** The condition that a row is in the sample: its key's hash is low. */
function chosen(
  node: Node,
  alias: string,
  rowsOf: KeptRows,
  inside: readonly Sql[] = required(node, ROW, rowsOf),
): readonly Sql[] {
  const { sample } = node;
  if (!sample) return [];
  const hash = (of: string) => {
    const texts = node.key.map((name) => sql`${identifier(of, name)}::pg_catalog.text`);
    return sql`pg_catalog.hashtextextended(pg_catalog.concat_ws('|', ${texts}), ${literal(sample.seed)}::pg_catalog.int8)`;
  };
  if (sample.kind === 'percent') {
    const parts = literal(Math.round((sample.percent / 100) * PARTS));
    return [sql`(${hash(alias)} & ${literal(PARTS - 1)}::pg_catalog.int8) < ${parts}::pg_catalog.int8`];
  }
  const lowest = sql`select ${hash(ROW)} as hash from ${from(node, ROW)} where ${both(inside)} order by 1 limit ${literal(sample.rows)}`;
  return [sql`${hash(alias)} <= (select pg_catalog.max(hash) from (${lowest}) as lowest)`];
}

/** Parts of all hashes, a power of two. */
const PARTS = 1 << 24;

function isIn(alias: string, columns: readonly string[], query: Sql): Sql {
  return sql`(${row(alias, columns)} in (${query}))`;
}

function row(alias: string, columns: readonly string[]): Sql {
  return sql`(${names(columns, alias)})`;
}

function names(columns: readonly string[], alias?: string): readonly Sql[] {
  return columns.map((name) => (alias === undefined ? identifier(name) : identifier(alias, name)));
}

function both(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`true` : joinSql(conditions, sql` and `);
}

function from({ config }: Node, alias: string): Sql {
  return sql`${identifier(config.from.schema, config.from.table)} as ${identifier(alias)}`;
}

function keptName(oid: number): Sql {
  return identifier(`kept_${oid}`);
}
