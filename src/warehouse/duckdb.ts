import type { DuckDBConnection, DuckDBInstance, DuckDBResultReader, DuckDBValue } from '@duckdb/node-api';
import { EnvironmentError } from '../environment-error.ts';
import { byteOffset, byteOffsetToIndex, codePointOffsetToIndex } from './offset.ts';
import { SqlError } from './sql-error.ts';
import type { Cell, ColumnType, PlanAnswer, Row, Warehouse } from './warehouse.ts';

export interface DuckDBOptions {
  readonly readOnly?: boolean;
  readonly threads?: number;
}

/**
 * Opens a DuckDB file, or `:memory:`. Disposing of the result interrupts what runs, and closes its sessions and the file.
 * The engine is loaded here and not before: in the bundle, `native/ensure-duckdb.ts` must have fetched it.
 *
 * @throws {EnvironmentError} when the file cannot be opened: in use by another process, not a database, a newer format.
 */
export async function openDuckDB(path: string, options: DuckDBOptions = {}): Promise<Warehouse> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const settings: Record<string, string> = { errors_as_json: 'true' };
  if (options.readOnly) settings['access_mode'] = 'READ_ONLY';
  if (options.threads !== undefined) settings['threads'] = String(options.threads);
  let instance: DuckDBInstance;
  try {
    instance = await DuckDBInstance.create(path, settings);
  } catch (cause) {
    throw new EnvironmentError(
      `DuckDB cannot open ${path}`,
      'Close other programs that use the file, or move it away: the next run creates a new one.',
      { cause: toSqlError(cause, '') },
    );
  }
  try {
    return new DuckDBSession(new Database(instance), await instance.connect(), true);
  } catch (cause) {
    instance.closeSync();
    throw cause;
  }
}

/**
 * Closes a database to the world for good: no files, no network, no extensions, and no setting can be changed any more,
 * but for which errors end a transaction: a PIVOT over the data sets that itself. Do this before SQL of a project runs;
 * attach what is needed first.
 */
export async function lockDown(warehouse: Warehouse): Promise<void> {
  await warehouse.run(
    `set enable_external_access = false;
     set autoinstall_known_extensions = false;
     set autoload_known_extensions = false;
     set allow_community_extensions = false;
     set allowed_configs = ['current_transaction_invalidation_policy'];
     set lock_configuration = true`,
  );
}

/** The instance and every session on it, closed together. */
class Database {
  readonly #instance: DuckDBInstance;
  readonly #sessions = new Set<DuckDBSession>();

  constructor(instance: DuckDBInstance) {
    this.#instance = instance;
  }

  async connect(): Promise<DuckDBSession> {
    return new DuckDBSession(this, await this.#instance.connect(), false);
  }

  add(session: DuckDBSession): void {
    this.#sessions.add(session);
  }

  remove(session: DuckDBSession): void {
    this.#sessions.delete(session);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.close()));
    this.#instance.closeSync();
  }
}

class DuckDBSession implements Warehouse {
  readonly #database: Database;
  readonly #connection: DuckDBConnection;
  readonly #ownsDatabase: boolean;
  /** The last statement asked for: the next one waits for it. Never rejects. */
  #last: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | undefined;

  constructor(database: Database, connection: DuckDBConnection, ownsDatabase: boolean) {
    this.#database = database;
    this.#connection = connection;
    this.#ownsDatabase = ownsDatabase;
    database.add(this);
  }

  async run(sql: string, parameters?: readonly string[]): Promise<number> {
    return this.#ask(sql, async () => {
      const result = await this.#connection.run(sql, parameters && [...parameters]);
      return result.rowsChanged;
    });
  }

  async rows(sql: string, parameters?: readonly string[]): Promise<readonly Row[]> {
    return this.#ask(sql, async () =>
      readRows(await this.#connection.runAndReadAll(sql, parameters && [...parameters])),
    );
  }

  async describe(query: string): Promise<readonly ColumnType[]> {
    const described = await this.#ask(
      query,
      async () => {
        // Prepared, because only a single statement can be: a query cannot bring another statement with it.
        const statement = await this.#connection.prepare(DESCRIBE + query);
        try {
          return readRows(await statement.runAndReadAll());
        } finally {
          statement.destroySync();
        }
      },
      DESCRIBE.length,
    );
    return described.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }));
  }

  async plan(sql: string): Promise<PlanAnswer> {
    const [row] = await this.rows('select json_serialize_plan(?::varchar) as answer', [sql]);
    return readPlanAnswer(JSON.parse(String(row?.['answer'])), sql);
  }

  session(): Promise<Warehouse> {
    return this.#database.connect();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (this.#ownsDatabase ? this.#database.close() : this.close());
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#connection.interrupt();
    await this.#last;
    this.#connection.disconnectSync();
    this.#database.remove(this);
  }

  /** Runs one piece of work after all that was asked before. `skipped` characters of ours stand before the caller's SQL. */
  #ask<T>(sql: string, work: () => Promise<T>, skipped = 0): Promise<T> {
    if (this.#closed) return Promise.reject(new SqlError('connection', 'the session is closed', undefined));
    const result = this.#last.then(async () => {
      // Statements still waiting when the session is closed never start.
      if (this.#closed) throw new SqlError('interrupt', 'the session was closed', undefined);
      try {
        return await work();
      } catch (cause) {
        throw toSqlError(cause, sql, skipped);
      }
    });
    this.#last = result.catch(() => undefined);
    return result;
  }
}

const DESCRIBE = 'describe ';

function readRows(reader: DuckDBResultReader): Row[] {
  const names = reader.deduplicatedColumnNames();
  return reader.getRows().map((values) => {
    const row: Record<string, Cell> = {};
    for (const [index, name] of names.entries()) row[name] = toCell(values[index] ?? null);
    return row;
  });
}

function toCell(value: DuckDBValue): Cell {
  switch (typeof value) {
    case 'boolean':
    case 'number':
    case 'string':
      return value;
    case 'bigint':
      return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
    default:
      return value === null ? null : value.toString();
  }
}

interface EngineError {
  readonly exception_type?: string;
  readonly exception_message?: string;
  readonly position?: string;
}

/** DuckDB's errors are JSON by our setting (`errors_as_json`), a parser's with its class in front once more. */
function toSqlError(cause: unknown, sql: string, skipped = 0): SqlError {
  if (cause instanceof SqlError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  const error = parseEngineError(text);
  if (!error?.exception_type) return new SqlError('unknown', text, undefined, { cause });
  const kind = error.exception_type.toLowerCase();
  const position = error.position === undefined ? undefined : Number(error.position) - skipped;
  return new SqlError(kind, error.exception_message ?? kind, toIndex(kind, position, sql), { cause });
}

function parseEngineError(text: string): EngineError | undefined {
  const start = text.indexOf('{"exception_type"');
  if (start === -1) return undefined;
  try {
    return JSON.parse(text.slice(start)) as EngineError;
  } catch {
    return undefined;
  }
}

/** DuckDB counts code points in a parser error and bytes in any other. */
function toIndex(kind: string, position: number | undefined, sql: string): number | undefined {
  if (position === undefined || !Number.isSafeInteger(position) || position < 0) return undefined;
  return kind === 'parser' ? codePointOffsetToIndex(sql, position) : byteOffsetToIndex(sql, byteOffset(position));
}

interface SerializedPlan {
  readonly error: boolean;
  readonly plans?: readonly unknown[];
  readonly error_type?: string;
  readonly error_message?: string;
  readonly position?: string;
}

function readPlanAnswer(answer: SerializedPlan, sql: string): PlanAnswer {
  if (!answer.error && answer.plans) return { ok: true, plans: answer.plans };
  const kind = answer.error_type ?? 'unknown';
  const offset = toIndex(kind, answer.position === undefined ? undefined : Number(answer.position), sql);
  const failure = { ok: false, kind, message: answer.error_message ?? kind } as const;
  return offset === undefined ? failure : { ...failure, offset };
}
