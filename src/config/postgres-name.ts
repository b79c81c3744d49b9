import type { SyncTable } from './fenceline-config.ts';

/** A table of Postgres as messages name it: `public.user`, or `public.user of crm` for one of a database with a name. */
export function postgresName({ database, schema, table }: SyncTable['from']): string {
  return `${schema}.${table}${database === undefined ? '' : ` of ${database}`}`;
}
