import { errorCode } from '../postgres/error-kind.ts';
import type { SourceClient } from '../postgres/source-client.ts';
import { sql } from '../sql.ts';

interface RelationName {
  readonly schema: string;
  readonly table: string;
}

/**
 * For each relation a text of the parts of the catalog that decide what a query of it reads; empty if there is none. A change
 * of them after a snapshot can take rows away from it without an error, where a lock did not forbid the change. It covers the
 * relation that has the name, what inherits from it, its partitions, and what a view reads. A function's text is not looked
 * into: below a view that calls one are all tables of the database.
 * @param client reads it as its transaction sees it, or as it is now where there is none. No locks are taken
 */
export async function readRelationStates(
  client: SourceClient,
  names: readonly RelationName[],
): Promise<readonly string[]> {
  const rows = await client.query<{ root: number; state: string }>(STATES, namesOf(names));
  return names.map((_, index) => rows.find(({ root }) => root === index + 1)?.state ?? '');
}

/** Bytes of each relation and all below it; 0 where that cannot be read without a wait. */
export async function readBytes(client: SourceClient, names: readonly RelationName[]): Promise<readonly number[]> {
  try {
    const rows = await client.query<{ root: number; bytes: number | null }>(BYTES, namesOf(names));
    return names.map((_, index) => rows.find(({ root }) => root === index + 1)?.bytes ?? 0);
  } catch (error) {
    if (errorCode(error) !== LOCKED) throw error;
    return names.map(() => 0);
  }
}

function namesOf(names: readonly RelationName[]) {
  return [names.map(({ schema }) => schema), names.map(({ table }) => table)];
}

/** Postgres's code for a lock that somebody else holds. */
const LOCKED = '55P03';

const BELOW = sql`below (root, oid) as (
    select named.root::pg_catalog.int4, c.oid
    from rows from (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.text[])) with ordinality
        as named (schema, name, root)
      join pg_catalog.pg_namespace n on n.nspname = named.schema
      join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = named.name
    union
    select below.root, next.oid from below cross join lateral (
      select i.inhrelid from pg_catalog.pg_inherits i where i.inhparent = below.oid
      union all
      select d.refobjid
      from pg_catalog.pg_class v join pg_catalog.pg_rewrite w on w.ev_class = v.oid
        join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = w.oid
      where v.oid = below.oid and v.relkind = 'v' and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    ) next (oid)
  )`;

const BYTES = sql`with recursive ${BELOW}
  select root, pg_catalog.sum(pg_catalog.pg_table_size(oid))::pg_catalog.float8 as bytes from below group by root`.text;

/**
 * `relfilenode` changes with TRUNCATE, VACUUM FULL, REFRESH and an ALTER that rewrites; `xmin` of a row of the catalog
 * with every change of it. A relation's own `xmin` is left out, since GRANT changes it.
 */
const STATES = sql`
  with recursive ${BELOW}, called (root, oid, change) as (
    select below.root, p.oid, p.xmin::pg_catalog.text
    from below join pg_catalog.pg_rewrite w on w.ev_class = below.oid
      join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = w.oid
      left join pg_catalog.pg_operator o
        on d.refclassid = 'pg_catalog.pg_operator'::pg_catalog.regclass and o.oid = d.refobjid
      join pg_catalog.pg_proc p on p.oid = case
        when d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass then d.refobjid else o.oprcode end
      join pg_catalog.pg_language l on l.oid = p.prolang
    where p.oid >= 16384 and l.lanname not in ('c', 'internal')
  ), read (root, oid) as (
    select root, oid from below
    union
    select called.root, c.oid
    from (select distinct root from called) called cross join pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'm') and c.relpersistence <> 't'
      and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
  ), facts (root, fact) as (
    select read.root, pg_catalog.concat_ws(' ', 'relation', c.oid, c.relkind, c.relfilenode)
    from read join pg_catalog.pg_class c on c.oid = read.oid
    union all
    select read.root, pg_catalog.concat_ws(' ', 'column', a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod)
    from read join pg_catalog.pg_attribute a on a.attrelid = read.oid where a.attnum > 0 and not a.attisdropped
    union all
    select read.root, pg_catalog.concat_ws(' ', 'child', i.inhparent, i.inhrelid, i.xmin)
    from read join pg_catalog.pg_inherits i on i.inhparent = read.oid
    union all
    select read.root, pg_catalog.concat_ws(' ', 'rule', w.oid, w.xmin)
    from read join pg_catalog.pg_rewrite w on w.ev_class = read.oid
    union all
    select root, pg_catalog.concat_ws(' ', 'function', oid, change) from called
  )
  select root, pg_catalog.md5(pg_catalog.string_agg(fact, ',' order by fact)) as state from facts group by root`.text;
