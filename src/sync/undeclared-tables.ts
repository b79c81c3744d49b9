import type { SyncConfig, SyncPattern, SyncTable } from '../config/fenceline-config.ts';
import { didYouMean } from '../nearest-name.ts';
import type { SourceClient } from '../postgres/source-client.ts';
import { fitsPattern, starPattern } from '../star-pattern.ts';
import { type Mistake, UserError } from '../user-error.ts';

/** Tables of Postgres that patterns stand for and no source's YAML declares. */
export interface UndeclaredTables {
  /** Those that are copied nevertheless, by the policy `ignore`. */
  readonly copied: readonly SyncTable[];
  /** Texts about those that are left out: `public.*: 2 tables are in no YAML and left out: log, visit`. */
  readonly warnings: readonly string[];
}

/**
 * Finds the tables that patterns stand for beside those that some YAML declares. A table that somebody makes in Postgres, with
 * columns that nobody has tagged, so arrives only where `drift` says it.
 * @param sync the tables and patterns of one database @param client not in a transaction
 * @throws {UserError} for each, by the policy `error`, and for exceptions that are no tables
 */
export async function findUndeclared(
  { tables, patterns = [], drift, except: excepted = [] }: SyncConfig,
  client: SourceClient,
): Promise<UndeclaredTables> {
  if (patterns.length === 0) return { copied: [], warnings: [] };
  const present = await readNames(client, patterns);
  const mistakes = patterns.flatMap((pattern) => wrongExceptions(pattern, present));
  const taken = new Set(tables.map(({ from }) => nameOf(from)));
  const copied: SyncTable[] = [];
  const warnings: string[] = [];
  for (const pattern of patterns) {
    const { from, except, onlyDeclared = false, location } = pattern;
    const names = present
      .filter(({ schema, table }) => schema === from.schema && fitsPattern(table, from.table, except))
      .filter((name) => !taken.has(nameOf(name)) && !excepted.some((each) => starPattern(each, 's').test(nameOf(name))))
      .map(({ table }) => table);
    for (const table of names) taken.add(nameOf({ ...from, table }));
    if (names.length === 0) continue;
    const isOne = names.length === 1;
    const text = `${nameOf(from)}: ${isOne ? 'a table is' : `${names.length} tables are`} in no source's YAML`;
    if (drift.table === 'error') {
      mistakes.push({
        code: 'undeclared-table',
        message: `${text}: ${names.join(', ')}`,
        location,
        fix: `declare ${isOne ? 'it' : 'them'} in a source's YAML with the tags of the columns, or name ${isOne ? 'it' : 'them'} under \`except\``,
      });
    } else if (drift.table === 'ignore' && !onlyDeclared) {
      copied.push(...names.map((name) => tableOf(pattern, name)));
    } else {
      warnings.push(`${text} and left out: ${names.join(', ')}`);
    }
  }
  if (mistakes.length > 0) throw new UserError(mistakes);
  return { copied, warnings };
}

interface TableName {
  readonly schema: string;
  readonly table: string;
}

/** Reads the names in the schemas of patterns. Partitions are left out, since their table has their rows, and what extensions made. */
function readNames(client: SourceClient, patterns: readonly SyncPattern[]): Promise<readonly TableName[]> {
  return client.query<TableName & { readonly schema: string }>(
    `select n.nspname::text as schema, c.relname::text as table
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any($1::text[]) and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
       and not exists (select from pg_catalog.pg_depend d
         where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
     order by 1, 2`,
    [patterns.map(({ from }) => from.schema)],
  );
}

function wrongExceptions({ name, from, except, location }: SyncPattern, present: readonly TableName[]): Mistake[] {
  const names = present.filter(({ schema }) => schema === from.schema).map(({ table }) => table);
  return except
    .filter((table) => !table.includes('*') && !names.includes(table))
    .map((table) => ({
      code: 'missing-table',
      message: `sync.tables.${name} excepts ${table}, and Postgres has no table ${from.schema}.${table}.${didYouMean(table, names)}`,
      location,
      fix: 'correct or remove the name under `except`',
    }));
}

function tableOf({ name, from, to, exclude, location }: SyncPattern, table: string): SyncTable {
  return {
    name: `${name}.${table}`,
    pattern: name,
    from: { ...from, table },
    to: { schema: to.schema, table: to.table.replace('*', () => table) },
    exclude,
    location,
  };
}

function nameOf({ schema, table }: TableName): string {
  return `${schema}.${table}`;
}
