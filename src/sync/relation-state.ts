import type { SourceClient } from '../postgres/source-client.ts';

/**
 * The parts of the catalog that decide what a query of a relation reads: a change of one of them after a snapshot can take
 * rows away from it without an error, where a lock did not forbid the change. It covers the relation that has the name, what
 * inherits from it, its partitions, and what a view reads. A function's text is not looked into: below a view that calls one
 * are all tables of the database.
 */
export interface RelationState {
  /** Equal texts mean that nothing changed. */
  readonly print: string;
  /** Bytes of all that is below. */
  readonly bytes: number;
}

/** Reads the state as the client's transaction sees it, or as it is now where the client has none. */
export async function readRelationState(
  client: SourceClient,
  { schema, table }: { readonly schema: string; readonly table: string },
): Promise<RelationState> {
  const [row] = await client.query<{ print: string | null; bytes: number | null }>(STATE, [schema, table]);
  return { print: row?.print ?? '', bytes: row?.bytes ?? 0 };
}

/**
 * `relfilenode` changes with TRUNCATE, VACUUM FULL, REFRESH and an ALTER that rewrites; `xmin` of a row of the catalog
 * with every change of it. A relation's own `xmin` is left out, since GRANT changes it.
 */
const STATE = `
  with recursive below (oid) as (
    select c.oid from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = $1 and c.relname = $2
    union
    select next.oid from below cross join lateral (
      select i.inhrelid from pg_catalog.pg_inherits i where i.inhparent = below.oid
      union all
      select d.refobjid
      from pg_catalog.pg_class v join pg_catalog.pg_rewrite w on w.ev_class = v.oid
        join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = w.oid
      where v.oid = below.oid and v.relkind = 'v' and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    ) next (oid)
  ), called (oid, change) as (
    select p.oid, p.xmin::pg_catalog.text
    from below join pg_catalog.pg_rewrite w on w.ev_class = below.oid
      join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = w.oid
      left join pg_catalog.pg_operator o
        on d.refclassid = 'pg_catalog.pg_operator'::pg_catalog.regclass and o.oid = d.refobjid
      join pg_catalog.pg_proc p on p.oid = case
        when d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass then d.refobjid else o.oprcode end
      join pg_catalog.pg_language l on l.oid = p.prolang
    where p.oid >= 16384 and l.lanname not in ('c', 'internal')
  ), read (oid) as (
    select oid from below
    union
    select c.oid from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where exists (select from called) and c.relkind in ('r', 'p', 'm') and c.relpersistence <> 't'
      and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
  ), facts (fact) as (
    select pg_catalog.concat_ws(' ', 'relation', c.oid, c.relkind, c.relfilenode)
    from read join pg_catalog.pg_class c on c.oid = read.oid
    union all
    select pg_catalog.concat_ws(' ', 'column', a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod)
    from read join pg_catalog.pg_attribute a on a.attrelid = read.oid where a.attnum > 0 and not a.attisdropped
    union all
    select pg_catalog.concat_ws(' ', 'child', i.inhparent, i.inhrelid, i.xmin)
    from read join pg_catalog.pg_inherits i on i.inhparent = read.oid
    union all
    select pg_catalog.concat_ws(' ', 'rule', w.oid, w.xmin) from read join pg_catalog.pg_rewrite w on w.ev_class = read.oid
    union all
    select pg_catalog.concat_ws(' ', 'function', oid, change) from called
  )
  select (select pg_catalog.md5(pg_catalog.string_agg(fact, ',' order by fact)) from facts) as print,
    (select pg_catalog.sum(pg_catalog.pg_relation_size(below.oid)) from below)::float8 as bytes`;
