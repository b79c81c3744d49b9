import type { SyncTable } from '../config/fenceline-config.ts';
import { sameName } from '../name.ts';
import { didYouMean } from '../nearest-name.ts';
import type { SourceClient } from '../postgres/source-client.ts';
import { type Mistake, UserError } from '../user-error.ts';
import { type ColumnRules, isTypeFor, ruledTransfer, rulesFor } from './column-rules.ts';
import type { ColumnTransfer, PostgresType } from './column-type.ts';

/** A table, view or other relation of Postgres that `sync.tables` names. */
export interface SourceTable {
  readonly config: SyncTable;
  readonly oid: number;
  /** `pg_class.relkind`. */
  readonly kind: string;
}

export interface SourceColumn {
  readonly name: string;
  /** The type as Postgres writes it: `character varying(254)`. */
  readonly postgresType: string;
  readonly transfer: ColumnTransfer;
  /** Whether a value that does not fit becomes NULL. */
  readonly isLenient: boolean;
}

/** Whether a column of Postgres is read. */
export function isCopied({ columns, exclude, onlyDeclared = false, declared = [] }: SyncTable, name: string): boolean {
  const isListed = columns === undefined || columns.includes(name);
  return isListed && !exclude.includes(name) && (!onlyDeclared || declared.some((each) => sameName(each, name)));
}

/** Finds the relations of `sync.tables`. @throws {UserError} for each that does not exist, at its place in fenceline.yml */
export async function findTables(client: SourceClient, tables: readonly SyncTable[]): Promise<readonly SourceTable[]> {
  const rows = await client.query<{ oid: number; schema: string; name: string; kind: string }>(
    `select c.oid::int8::float8 as oid, n.nspname::text as schema, c.relname::text as name, c.relkind::text as kind
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_toast'`,
  );
  const present = new Map(rows.map((row) => [`${row.schema}.${row.name}`, row]));
  const userTables = rows.filter(({ schema }) => schema !== 'pg_catalog' && schema !== 'information_schema');
  const missing: Mistake[] = [];
  const found: SourceTable[] = [];
  for (const config of tables) {
    const name = `${config.from.schema}.${config.from.table}`;
    const row = present.get(name);
    if (row) {
      found.push({ config, oid: row.oid, kind: row.kind });
      continue;
    }
    const candidates = userTables.map(({ schema, name: table }) => `${schema}.${table}`);
    missing.push({
      code: 'missing-table',
      message: `Postgres has no table ${name}.${didYouMean(name, candidates)}`,
      location: config.location,
      fix:
        config.pattern === undefined
          ? 'correct `from`, or let postgres.setup create the table'
          : `name it under \`except\` of sync.tables.${config.pattern}, if something else fills the source that is called so`,
    });
  }
  if (missing.length > 0) throw new UserError(missing);
  return found;
}

/**
 * Refuses relations that are made from Postgres's own catalogs, also through views and functions: statistics hold values
 * of columns, and no YAML says which. What a function reads by a query that it puts together (EXECUTE) is not known, so it
 * counts as one that reads them.
 * @param client not in a transaction, since to print a view takes locks on its tables until the end of one
 */
export async function refuseCatalogs(client: SourceClient, tables: readonly SourceTable[]): Promise<void> {
  const rows = await client.query<{ oid: number; read: string }>(
    `with recursive made (root, class, object) as (
       select c.oid, 'pg_catalog.pg_class'::regclass::oid, c.oid from pg_catalog.pg_class c where c.oid = any($1::oid[])
       union
       select m.root, below.class, below.object
       from made m cross join lateral (
         select d.refclassid, d.refobjid
         from pg_catalog.pg_rewrite r join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = r.oid
         where m.class = 'pg_catalog.pg_class'::regclass and r.ev_class = m.object
         union all
         select d.refclassid, d.refobjid from pg_catalog.pg_depend d
         where m.class = 'pg_catalog.pg_proc'::regclass and d.classid = m.class and d.objid = m.object
         union all
         select 'pg_catalog.pg_class'::regclass, t.typrelid from pg_catalog.pg_type t
         where m.class = 'pg_catalog.pg_type'::regclass and t.oid = m.object
       ) as below (class, object)
     ),
     texts (root, name, is_catalog, text) as (
       select m.root, c.oid::regclass::text, c.relnamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace),
              concat(case when c.relkind in ('v', 'm') then pg_catalog.pg_get_viewdef(c.oid) end, f.ftoptions::text)
       from made m join pg_catalog.pg_class c on m.class = 'pg_catalog.pg_class'::regclass and c.oid = m.object
         left join pg_catalog.pg_foreign_table f on f.ftrelid = c.oid
       union all
       select m.root, p.oid::regprocedure::text, false, concat(p.prosrc, case when p.prosrc ~* '\\mexecute\\M' then 'pg_class' end)
       from made m join pg_catalog.pg_proc p on m.class = 'pg_catalog.pg_proc'::regclass and p.oid = m.object
     )
     select distinct on (t.root) t.root::int8::float8 as oid, t.name as read
     from texts t
     where t.is_catalog or t.text <> '' and (t.text ~* '\\mpg_(stat|read|ls)|\\mlo_get|_to_xml'
       or exists (
         select from pg_catalog.pg_class k
         where k.relnamespace = 'pg_catalog'::regnamespace and t.text ~* ('\\m' || k.relname || '\\M')
       ))
     order by t.root`,
    [tables.map(({ oid }) => oid)],
  );
  const mistakes = rows.flatMap(({ oid, read }) => {
    const table = tables.find((candidate) => candidate.oid === oid);
    return table ? [catalogMistake(table.config, read)] : [];
  });
  if (mistakes.length > 0) throw new UserError(mistakes);
}

function catalogMistake({ from, location }: SyncTable, read: string): Mistake {
  return {
    code: 'catalog-source',
    message: `${from.schema}.${from.table} is made from Postgres's own catalogs (by ${read}), which hold values of columns that no YAML declares`,
    location,
    fix: 'copy the table that the rows come from',
  };
}

export interface TableColumns {
  /** The columns to copy, in the table's order. */
  readonly copied: readonly SourceColumn[];
  /** The types of all columns, also of those that are not copied. */
  readonly types: { readonly [column: string]: string };
}

/**
 * Reads the columns of each table. It reads the catalogs inside the current transaction.
 * @throws {UserError} for excluded columns that do not exist, and for tables that cannot be copied
 */
export async function readColumns(
  client: SourceClient,
  tables: readonly SourceTable[],
): Promise<ReadonlyMap<SourceTable, TableColumns>> {
  const oids = tables.map(({ oid }) => oid);
  const rows = await client.query<CatalogColumn>(
    `select attrelid::int8::float8 as "table", attname::text as name, format_type(atttypid, atttypmod) as spelled,
            atttypid::int8::float8 as type, atttypmod as modifier, attndims::int4 as dimensions
     from pg_catalog.pg_attribute where attrelid = any($1::oid[]) and attnum > 0 and not attisdropped
     order by attrelid, attnum`,
    [oids],
  );
  const types = await readTypes(client, oids);
  const mistakes: Mistake[] = [];
  const columns = new Map<SourceTable, TableColumns>();
  for (const table of tables) {
    const all = rows.filter((row) => row.table === table.oid);
    mistakes.push(...tableMistakes(table, all));
    const copied = all
      .filter(({ name }) => isCopied(table.config, name))
      .flatMap((row) => {
        const type = resolveType(row, types);
        const rules = rulesFor(table.config, row.name);
        if (!isTypeFor(type, rules.type)) mistakes.push(noDecimal(table.config, row));
        const transfer = ruledTransfer(type, rules);
        if (!transfer) mistakes.push(wrongMask(table.config, row, rules));
        const isLenient = rules.onBad === null && rules.mask === undefined;
        return transfer ? [{ name: row.name, postgresType: row.spelled, transfer, isLenient }] : [];
      });
    columns.set(table, { copied, types: Object.fromEntries(all.map(({ name, spelled }) => [name, spelled])) });
  }
  mistakes.push(...wronglyExcluded(tables, rows));
  if (mistakes.length > 0) throw new UserError(mistakes);
  return columns;
}

/** Finds columns that a pattern excludes and none of its tables has. */
function wronglyExcluded(tables: readonly SourceTable[], rows: readonly CatalogColumn[]): readonly Mistake[] {
  const patterns = new Set(tables.flatMap(({ config }) => config.pattern ?? []));
  return [...patterns].flatMap((pattern) => {
    const own = tables.filter(({ config }) => config.pattern === pattern);
    const names = rows.filter(({ table }) => own.some(({ oid }) => oid === table)).map(({ name }) => name);
    const [first] = own;
    return (first?.config.exclude ?? [])
      .filter((name) => !names.includes(name))
      .map((name) => ({
        code: 'missing-column',
        message: `no table of sync.tables.${pattern} has a column ${name} to exclude.${didYouMean(name, names)}`,
        ...(first && { location: first.config.location }),
        fix: 'correct or remove the name under `exclude`',
      }));
  });
}

interface CatalogColumn {
  readonly table: number;
  readonly name: string;
  readonly spelled: string;
  readonly type: number;
  readonly modifier: number;
  readonly dimensions: number;
}

function tableMistakes({ config }: SourceTable, columns: readonly CatalogColumn[]): readonly Mistake[] {
  const { location } = config;
  const from = `${config.from.schema}.${config.from.table}`;
  const names = columns.map(({ name }) => name);
  const mistakes = [...namedColumns(config)].flatMap(([key, named]) =>
    named
      .filter((name) => !names.includes(name))
      .map((name) => ({
        code: 'missing-column',
        message: `${from} has no column ${name}${key === 'exclude' ? ' to exclude' : ''}.${didYouMean(name, names)}`,
        location,
        fix: `correct or remove the name under \`${key}\``,
      })),
  );
  const kept = names.filter((name) => isCopied(config, name));
  if (kept.length === 0) {
    mistakes.push({
      code: 'no-columns',
      message: `${from} has no column to copy`,
      location,
      fix: config.onlyDeclared
        ? 'declare its columns in the YAML of the source that is this table'
        : 'remove the table, or exclude fewer columns',
    });
  }
  const twins = kept.filter((name, index) => kept.slice(0, index).some((other) => sameName(other, name)));
  for (const name of twins) {
    mistakes.push({
      code: 'ambiguous-column',
      message: `${from} has two columns that differ from ${name} in case only, and DuckDB does not tell them apart`,
      location,
      fix: 'exclude one of them, or copy a view that renames it',
    });
  }
  return mistakes;
}

/** The columns that each key of a table names. */
function namedColumns({
  pattern,
  exclude,
  columns = [],
  mask,
  values,
}: SyncTable): ReadonlyMap<string, readonly string[]> {
  const keysOf = (rules: { readonly [column: string]: unknown } = {}) =>
    Object.keys(rules).filter((key) => key !== '*');
  return new Map([
    // A pattern excludes a column from each table that has it.
    ['exclude', pattern === undefined ? exclude : []],
    ['columns', columns],
    ['mask', keysOf(mask)],
    ['type', keysOf(values?.type)],
    ['nan', keysOf(values?.nan)],
    ['on_bad', keysOf(values?.onBad)],
  ]);
}

function noDecimal({ from, location }: SyncTable, { name, spelled }: CatalogColumn): Mistake {
  return {
    code: 'column-type',
    message: `${from.schema}.${from.table}.${name} is ${spelled}, and only a numeric can be a decimal`,
    location,
    fix: 'use varchar, or remove the name under `type`',
  };
}

function wrongMask({ from, location }: SyncTable, { name, spelled }: CatalogColumn, { mask }: ColumnRules): Mistake {
  return {
    code: 'mask-type',
    message: `the mask ${mask} is not for ${from.schema}.${from.table}.${name}, which is ${spelled}`,
    location,
    fix: 'use null, or exclude the column',
  };
}

interface CatalogType {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly base: number;
  readonly baseModifier: number;
  readonly baseDimensions: number;
  /** The element type of a real array; null for other types, also those of fixed length that have subscripts. */
  readonly element: number | null;
}

async function readTypes(client: SourceClient, tables: readonly number[]): Promise<ReadonlyMap<number, CatalogType>> {
  const rows = await client.query<CatalogType>(
    `with recursive used (oid) as (
       select atttypid from pg_catalog.pg_attribute where attrelid = any($1::oid[]) and attnum > 0 and not attisdropped
       union
       select below.oid from used join pg_catalog.pg_type t on t.oid = used.oid
         cross join lateral (values (t.typbasetype), (t.typelem)) as below (oid) where below.oid <> 0
     )
     select t.oid::int8::float8 as oid, n.nspname::text as schema, t.typname::text as name, t.typtype::text as kind,
            t.typbasetype::int8::float8 as base, t.typtypmod as "baseModifier", t.typndims as "baseDimensions",
            e.oid::int8::float8 as element
     from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
       left join pg_catalog.pg_type e on e.oid = t.typelem and e.typarray = t.oid
     where t.oid in (select oid from used)`,
    [tables],
  );
  return new Map(rows.map((row) => [row.oid, row]));
}

function resolveType(column: CatalogColumn, types: ReadonlyMap<number, CatalogType>): PostgresType {
  let { type: oid, modifier, dimensions } = column;
  for (;;) {
    const type = types.get(oid);
    if (!type) throw new Error(`internal: the type ${oid} is not in the catalog`);
    if (type.kind === 'd') {
      oid = type.base;
      // The dimensions of a domain over an array are the domain's, not the column's. A chain of domains keeps the largest.
      dimensions = Math.max(dimensions, type.baseDimensions);
      modifier = type.baseModifier;
    } else if (type.element !== null) {
      oid = type.element;
      // `create table as` makes array columns with 0 declared dimensions.
      dimensions = Math.max(dimensions, 1);
    } else {
      const { schema, name, kind } = type;
      return { schema, name, kind, modifier, dimensions };
    }
  }
}
