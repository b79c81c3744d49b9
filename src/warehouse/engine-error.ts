import { byteOffset, byteOffsetToIndex, codePointOffsetToIndex } from './offset.ts';
import { SqlError, type SqlErrorFact, sqlErrorKind } from './sql-error.ts';

/** An error as DuckDB writes it into JSON. */
export interface EngineError {
  readonly error_type?: string;
  readonly error_message?: string;
  readonly error_subtype?: string;
  readonly position?: string;
  /** Kind of the missing object: `Table`, `Scalar Function`, … */
  readonly type?: string;
  readonly name?: string;
}

/**
 * Turns an error of DuckDB into an {@link SqlError}. The setting `errors_as_json` makes its message JSON; a parser
 * error has its class in front of that.
 */
export function toSqlError(cause: unknown, text: string, skipped = 0): SqlError {
  if (cause instanceof SqlError) return cause;
  const words = cause instanceof Error ? cause.message : String(cause);
  const error = parseEngineError(words);
  return error
    ? readEngineError(error, text, { cause }, skipped)
    : new SqlError('unknown', words, undefined, { cause, fact: lockFact(words) });
}

/**
 * The fact `locked` for a file that another process has open. DuckDB throws this error before its messages are JSON.
 */
function lockFact(words: string): SqlErrorFact | undefined {
  const holder = /Conflicting lock is held in (?:\S*\/)?(.+? \(PID \d+\))/.exec(words)?.[1];
  if (holder !== undefined) return { is: 'locked', holder };
  // The message of Windows does not name the process.
  return /Cannot open file .*used by another process/s.test(words)
    ? { is: 'locked', holder: 'another program' }
    : undefined;
}

function parseEngineError(words: string): EngineError | undefined {
  const start = words.indexOf('{"exception_type"');
  if (start === -1) return undefined;
  try {
    const { exception_type, exception_message, ...rest } = JSON.parse(words.slice(start));
    return { ...rest, error_type: exception_type, error_message: exception_message };
  } catch {
    return undefined;
  }
}

/**
 * @param text SQL of the statement, for the place of the error
 * @param skipped number of characters that Fenceline put in front of the text
 */
export function readEngineError(error: EngineError, text: string, options: ErrorOptions = {}, skipped = 0): SqlError {
  const { error_type = 'unknown', error_message, position } = error;
  const kind = sqlErrorKind(error_type);
  const offset = position === undefined ? undefined : toIndex(kind, Number(position) - skipped, text);
  return new SqlError(kind, error_message ?? error_type, offset, { ...options, fact: factOf(error) });
}

/** Place of an error in UTF-16 units. DuckDB counts code points in a parser error and bytes in any other error. */
function toIndex(kind: string, position: number, text: string): number | undefined {
  if (!Number.isSafeInteger(position) || position < 0) return undefined;
  return kind === 'parser' ? codePointOffsetToIndex(text, position) : byteOffsetToIndex(text, byteOffset(position));
}

function factOf({ error_subtype, type = '', name, error_message = '' }: EngineError): SqlErrorFact | undefined {
  if (error_subtype === 'MISSING_ENTRY' && name !== undefined) {
    if (type === 'Table') return { is: 'missing-table', name };
    if (type.endsWith('Function')) return { is: 'missing-function', name };
  }
  const withSchema = /^Table with name (.+) does not exist because/.exec(error_message)?.[1];
  if (withSchema !== undefined) return { is: 'missing-table', name: withSchema };
  if (error_message === 'Cannot plan statement of type MULTI!') return { is: 'several-statements' };
  return undefined;
}
