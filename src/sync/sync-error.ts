import type { SyncTable } from '../config/fenceline-config.ts';
import { EnvironmentError } from '../environment-error.ts';
import { errorCode, errorKind } from '../postgres/error-kind.ts';
import { UserError } from '../user-error.ts';
import type { SqlError } from '../warehouse/sql-error.ts';
import { IncompleteCopy, type TableCopy } from './copy-table.ts';
import type { SourceColumn } from './source-table.ts';

/** The error for a table that was altered, emptied or replaced between the snapshot and its copy. */
export class ChangedMeanwhile extends IncompleteCopy {
  constructor(options?: ErrorOptions) {
    super('was emptied, altered or rewritten while it was copied', options);
  }
}

const PERMISSION_DENIED = '42501';

/** The error for a table that Postgres does not give. */
export function sourceFailed({ from, location }: SyncTable, cause: unknown): Error {
  const name = `${from.schema}.${from.table}`;
  if (errorCode(cause) === PERMISSION_DENIED) {
    return new UserError(
      {
        code: 'postgres-permission',
        message: `the user of Postgres may not read all of ${name}`,
        location,
        fix: `grant select on ${name} to it, and bypassrls where the table has policies on rows`,
      },
      { cause },
    );
  }
  return postgresFailed(`${name} cannot be read from Postgres`, cause);
}

export function postgresFailed(what: string, cause: unknown): EnvironmentError {
  const code = errorCode(cause) ?? '';
  const fix = Object.entries(FIXES).find(([prefix]) => code.startsWith(prefix))?.[1] ?? FIX;
  return new EnvironmentError(`${what}: ${errorKind(cause)}`, fix, { cause });
}

const FIX = 'check that the server is up and nobody alters its tables, and run again';

/** What to do about an error, by the first characters of Postgres's code. */
const FIXES: { readonly [prefix: string]: string } = {
  '22021': 'correct the text in Postgres, or exclude its column: it is not valid in the encoding of the database',
  '22': 'try the same query in psql: a value, or an expression of the view, is not valid',
  '42704':
    'connect without a pooler, which keeps the key of masks from the server; or try the same query in psql as the same user',
  '42': 'try the same query in psql as the same user: a view or a function in it does not work',
  '53': 'lower what else uses the server, or raise its limit, and run again',
  '54': 'exclude the column with the longest values: the server itself cannot print such a row',
  '55P03': 'wait until the statement that locks the table has ended, and run again',
  '55000': 'refresh the materialized view, or leave it out: it was never filled',
};

export function copyIncomplete(name: string, cause: IncompleteCopy): EnvironmentError {
  return new EnvironmentError(`${name} ${cause.message}`, 'run again', { cause });
}

/** The error for an incremental table whose keys are NULL, or several rows have. */
export function badKeys(name: string, keys: number): EnvironmentError {
  return new EnvironmentError(
    `${name} cannot be copied incrementally: ${keys} ${keys === 1 ? 'key is' : 'keys are'} NULL or of several rows`,
    'name columns under `key` that are unique and never NULL',
  );
}

/** The error for values that do not fit: names of columns and counts, no value. */
export function badValues(
  { table }: TableCopy,
  found: readonly { readonly column: SourceColumn; readonly values: number }[],
  cause: SqlError,
): EnvironmentError {
  const { schema, table: name } = table.config.from;
  const columns = found.map(
    ({ column, values }) =>
      `${values} ${values === 1 ? 'value' : 'values'} of ${column.name} (${column.postgresType}) ${values === 1 ? 'does' : 'do'} not fit ${column.transfer.type.text}`,
  );
  const what = columns.length > 0 ? columns.join(', ') : 'a value does not fit the type its column has in DuckDB';
  return new EnvironmentError(
    `${schema}.${name} cannot be loaded: ${what}`,
    waysOn(found.map(({ column }) => column)),
    {
      cause,
    },
  );
}

function waysOn(columns: readonly SourceColumn[]): string {
  const [first] = columns;
  if (!first) return 'exclude the column, or copy a view that makes text of it';
  const isNumeric = columns.every(({ postgresType }) => /^numeric\(/.test(postgresType));
  const nan = isNumeric ? `nan: {${first.name}: null} for NaN, ` : '';
  return `in sync.tables, write ${nan}type: {${first.name}: varchar} to copy the text, or on_bad: {${first.name}: null} to copy NULL`;
}

export function warehouseFailed(what: string, cause: SqlError): EnvironmentError {
  return new EnvironmentError(
    `${what}: DuckDB says ${cause.kind}`,
    'check space on the disk of the warehouse and in the temporary folder',
    { cause },
  );
}

/** Whether an error is Fenceline's own, whose message may be shown, and no driver's or system's. */
export function isOurs(error: unknown): boolean {
  return error instanceof UserError || error instanceof EnvironmentError || isInternal(error);
}

function isInternal(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('internal:');
}
