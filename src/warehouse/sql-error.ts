/**
 * Thrown if the engine refuses a statement. `message` is the engine's own text, and may quote a data value if the
 * statement read rows: show it only for statements on empty tables, else only `kind`. No code searches the message:
 * `kind` and `fact` have the details that callers act on.
 */
export class SqlError extends Error {
  readonly kind: SqlErrorKind;
  /** Place in the statement, in UTF-16 units from 0; `undefined` if the engine gives none. */
  readonly offset: number | undefined;
  readonly fact: SqlErrorFact | undefined;

  constructor(
    kind: SqlErrorKind,
    message: string,
    offset: number | undefined,
    options?: ErrorOptions & { readonly fact?: SqlErrorFact | undefined },
  ) {
    super(message, options);
    this.name = 'SqlError';
    this.kind = kind;
    this.offset = offset;
    this.fact = options?.fact;
  }
}

/** The message of an error that Fenceline wrote, which quotes no data; `undefined` for a message of the engine. */
export function ownWords({ kind, fact, message }: SqlError): string | undefined {
  return kind === 'time limit' || fact?.is === 'refused-call' ? message : undefined;
}

/** A detail of an error that callers act on, so that no code searches the engine's message. */
export type SqlErrorFact =
  /**
   * The statement names a table or function that does not exist. `name` is spelled as in the statement, without its
   * schema.
   */
  | { readonly is: 'missing-table' | 'missing-function'; readonly name: string }
  /** Another process has the file open for writing; `holder` as in `node (PID 123)`. */
  | { readonly is: 'locked'; readonly holder: string }
  /**
   * SQL of a project contains a refused call. The message is Fenceline's: it names functions of the engine and quotes
   * no data.
   */
  | { readonly is: 'refused-call' }
  /** The engine turns the text into several statements, as for a PIVOT over the data. */
  | { readonly is: 'several-statements' };

export type SqlErrorKind = (typeof KINDS)[number];

/**
 * Classes of DuckDB's errors, in lower case (DuckDB: `ExceptionType`). A class that is not in the list is `unknown`.
 */
const KINDS = [
  'unknown',
  'invalid',
  'out of range',
  'conversion',
  'unknown type',
  'decimal',
  'mismatch type',
  'divide by zero',
  'object size',
  'invalid type',
  'serialization',
  'transactioncontext',
  'not implemented',
  'expression',
  'catalog',
  'parser',
  'planner',
  'scheduler',
  'executor',
  'constraint',
  'index',
  'stat',
  'connection',
  'syntax',
  'settings',
  'binder',
  'network',
  'optimizer',
  'nullpointer',
  'io',
  'interrupt',
  'fatal',
  'internal',
  'invalid input',
  'out of memory',
  'permission',
  'parameter not resolved',
  'parameter not allowed',
  'dependency',
  'missing extension',
  'http',
  'extension autoloading',
  'sequence',
  'invalid configuration',
  // Fenceline's own kind: the engine has no time limit.
  'time limit',
] as const;

export function sqlErrorKind(written: string): SqlErrorKind {
  const kind = written.toLowerCase();
  return KINDS.find((candidate) => candidate === kind) ?? 'unknown';
}
