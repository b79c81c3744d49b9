const CONDITIONS: { readonly [code: string]: string } = {
  '22001': 'value too long',
  '22003': 'number out of range',
  '22007': 'invalid date or time',
  '22008': 'date or time out of range',
  '22012': 'division by zero',
  '22023': 'invalid parameter value',
  '22P02': 'invalid text for the type',
  '23502': 'not-null violation',
  '23503': 'foreign key violation',
  '23505': 'unique violation',
  '23514': 'check violation',
  '25006': 'the transaction is read-only',
  '28000': 'the login is refused',
  '28P01': 'the password is wrong',
  '3D000': 'the database does not exist',
  '3F000': 'the schema does not exist',
  '42501': 'permission denied',
  '42601': 'syntax error',
  '42701': 'duplicate column',
  '42702': 'ambiguous column',
  '42703': 'the column does not exist',
  '42704': 'the object does not exist',
  '42710': 'the object exists already',
  '42804': 'types do not match',
  '42883': 'the function does not exist',
  '42P01': 'the table does not exist',
  '42P07': 'the table exists already',
  '53300': 'too many connections',
  '55P03': 'a lock is held by somebody else',
  '57014': 'the statement was cancelled',
  '57P01': 'the server is shutting down',
  '57P03': 'the server is starting up',
};

const CLASSES: { readonly [prefix: string]: string } = {
  '08': 'the connection failed',
  '22': 'invalid data',
  '23': 'constraint violation',
  '40': 'the transaction was rolled back',
  '42': 'invalid statement',
  '53': 'the server lacks resources',
  '57': 'the server was interrupted',
  '58': 'the server’s system failed',
};

/**
 * The kind of an error of Postgres or the network, with its code: `unique violation (23505)`. The error's own message is
 * left out, since it can quote a data value.
 */
export function errorKind(error: unknown): string {
  const code = errorCode(error);
  if (code === undefined) return 'the connection was lost';
  if (!/^[0-9A-Z]{5}$/.test(code)) return code;
  const condition = CONDITIONS[code] ?? CLASSES[code.slice(0, 2)];
  return condition === undefined ? `error ${code}` : `${condition} (${code})`;
}

/** The code of an error: Postgres's SQLSTATE, or the system's such as `ECONNREFUSED`. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return error.code;
}
