/**
 * Thrown where the engine refuses a statement. `message` is the engine's own text and may quote a data value when rows
 * were read: show it only for statements on empty tables, else show `kind` alone. Nobody looks for words in it: what
 * the engine says that others act on is in `kind` and `fact`.
 */
export class SqlError extends Error {
  readonly kind: SqlErrorKind;
  /** Place in the statement, in UTF-16 units from 0; `undefined` where the engine gives none. */
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

/** The message of an error in Fenceline's own words, which quote no data. */
export function ownWords({ kind, fact, message }: SqlError): string | undefined {
  return kind === 'time limit' || fact?.is === 'refused-call' ? message : undefined;
}

/** A detail of an error that callers act on, so that nobody reads the engine's English. */
export type SqlErrorFact =
  /** `name` as it was written, without its schema. */
  | { readonly is: 'missing-table' | 'missing-function'; readonly name: string }
  /** Another process has the file open for writing; `holder` as in `node (PID 123)`. */
  | { readonly is: 'locked'; readonly holder: string }
  /** SQL of a project calls what it may not. The engine was not asked; the words name its functions, and no data. */
  | { readonly is: 'refused-call' }
  /** A text that becomes several statements, as a PIVOT over the data does. */
  | { readonly is: 'several-statements' };

export type SqlErrorKind = (typeof KINDS)[number];

/** Classes of DuckDB's errors, in lower case (DuckDB: `ExceptionType`). One that is new is `unknown`. */
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
  // Not of the engine, which knows no limit.
  'time limit',
] as const;

export function sqlErrorKind(written: string): SqlErrorKind {
  const kind = written.toLowerCase();
  return KINDS.find((candidate) => candidate === kind) ?? 'unknown';
}
