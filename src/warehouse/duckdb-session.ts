import type {
  DuckDBConnection,
  DuckDBInstance,
  DuckDBPreparedStatement,
  DuckDBResultReader,
  DuckDBValue,
} from '@duckdb/node-api';
import { type ProjectSql, type Sql, sql } from '../sql.ts';
import { type EngineError, readEngineError, toSqlError } from './engine-error.ts';
import type { ParseCache } from './parse-cache.ts';
import { type ParseAnswer, readParseAnswer } from './parse-sql.ts';
import { SqlError } from './sql-error.ts';
import type { Cell, ColumnType, Parameter, PlanAnswer, Row, Warehouse } from './warehouse.ts';

/** A DuckDB instance with all of its sessions, which are closed together. */
export class Database {
  readonly #instance: DuckDBInstance;
  readonly #sessions = new Set<DuckDBSession>();
  readonly parses: ParseCache;
  /** Longest time of one statement. */
  readonly statementSeconds: number;

  constructor(instance: DuckDBInstance, parses: ParseCache, statementSeconds = Number.POSITIVE_INFINITY) {
    this.#instance = instance;
    this.parses = parses;
    this.statementSeconds = statementSeconds;
  }

  /** Opens the first session: when it is closed, the database is closed as well. */
  async open(): Promise<Warehouse> {
    return new DuckDBSession(this, await this.#instance.connect(), true);
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
  /** Completion of the last statement in the queue, which the next one waits for. It never rejects. */
  #last: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | undefined;
  /** Statements of one text parameter that this session has run: preparing them takes as long as running them. */
  readonly #prepared = new Map<string, DuckDBPreparedStatement>();

  constructor(database: Database, connection: DuckDBConnection, ownsDatabase: boolean) {
    this.#database = database;
    this.#connection = connection;
    this.#ownsDatabase = ownsDatabase;
    database.add(this);
  }

  async run({ text }: Sql, parameters?: readonly Parameter[]): Promise<number> {
    return this.#enqueue(text, async () => {
      const result = await this.#connection.run(text, parameters && (await valuesOf(parameters)));
      return result.rowsChanged;
    });
  }

  async rows({ text }: Sql, parameters?: readonly Parameter[]): Promise<readonly Row[]> {
    return this.#enqueue(text, async () =>
      readRows(await this.#connection.runAndReadAll(text, parameters && (await valuesOf(parameters)))),
    );
  }

  async describe({ text }: Sql | ProjectSql): Promise<readonly ColumnType[]> {
    const described = await this.#enqueue(
      text,
      async () => {
        // Only a single statement can be prepared, so a query cannot add another statement behind it.
        const statement = await this.#connection.prepare(DESCRIBE + text);
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

  async parse({ text }: Sql | ProjectSql): Promise<ParseAnswer> {
    const refusal = nulRefusal(text);
    if (refusal) return { ok: false, kind: refusal.kind };
    return this.#database.parses.answer(text, async () => {
      const tree = await this.#serialize(sql`select json_serialize_sql(?::varchar)`, text);
      return { answer: readParseAnswer(tree), size: tree.length };
    });
  }

  async plan({ text }: Sql | ProjectSql): Promise<PlanAnswer> {
    const refusal = nulRefusal(text);
    if (refusal) return failure(refusal);
    return readPlanAnswer(readJson(await this.#serialize(sql`select json_serialize_plan(?::varchar)`, text)), text);
  }

  /** The only value of a statement with one text parameter. */
  #serialize({ text }: Sql, parameter: string): Promise<string> {
    return this.#enqueue(text, async () => {
      const statement = this.#prepared.get(text) ?? (await this.#connection.prepare(text));
      this.#prepared.set(text, statement);
      statement.bindVarchar(1, parameter);
      const [row] = (await statement.runAndReadAll()).getRows();
      return String(row?.[0]);
    });
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
    for (const statement of this.#prepared.values()) statement.destroySync();
    this.#connection.disconnectSync();
    this.#database.remove(this);
  }

  /** Interrupts the running statement after the time limit. Then `error` is set. */
  #limitTime(): Disposable & { readonly error: SqlError | undefined } {
    const { statementSeconds } = this.#database;
    if (!Number.isFinite(statementSeconds)) return { error: undefined, [Symbol.dispose]: () => undefined };
    let error: SqlError | undefined;
    const timer = setTimeout(() => {
      const words = `it runs for more than ${statementSeconds} s, which is limits.statement_seconds in fenceline.yml`;
      error = new SqlError('time limit', words, undefined);
      this.#connection.interrupt();
    }, statementSeconds * 1000);
    return {
      get error() {
        return error;
      },
      [Symbol.dispose]: () => clearTimeout(timer),
    };
  }

  /**
   * Runs work after all earlier work of the session. `skipped` is the number of characters that Fenceline put in front
   * of the caller's SQL.
   */
  #enqueue<T>(text: string, work: () => Promise<T>, skipped = 0): Promise<T> {
    if (this.#closed) return Promise.reject(new SqlError('connection', 'the session is closed', undefined));
    const refusal = nulRefusal(text);
    if (refusal) return Promise.reject(refusal);
    const result = this.#last.then(async () => {
      // Statements still waiting when the session is closed never start.
      if (this.#closed) throw new SqlError('interrupt', 'the session was closed', undefined);
      using limit = this.#limitTime();
      try {
        return await work();
      } catch (cause) {
        throw limit.error ?? toSqlError(cause, text, skipped);
      }
    });
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** The engine is imported at its first use: in the bundle, its library must have been fetched before. */
async function valuesOf(parameters: readonly Parameter[]): Promise<DuckDBValue[]> {
  const { blobValue } = await import('@duckdb/node-api');
  return parameters.map((parameter) => (typeof parameter === 'string' ? parameter : blobValue(parameter)));
}

/** Error for a text with NUL: the engine would silently end the text there, and run the part before it. */
function nulRefusal(text: string): SqlError | undefined {
  const offset = text.indexOf('\u0000');
  return offset < 0 ? undefined : new SqlError('parser', 'SQL cannot hold the character NUL', offset);
}

const DESCRIBE = 'describe ';

function readRows(reader: DuckDBResultReader): Row[] {
  const names = reader.deduplicatedColumnNames();
  return reader
    .getRows()
    .map((values) => Object.fromEntries(names.map((name, index) => [name, toCell(values[index] ?? null)])));
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

/**
 * Parses JSON of the engine. It may contain the numbers NaN and Infinity, which JSON does not have: they become texts.
 */
function readJson(text: string): SerializedPlan {
  if (!/Infinity|NaN/.test(text)) return JSON.parse(text);
  return JSON.parse(
    text.replaceAll(/"[^"\\]*(?:\\.[^"\\]*)*"|-?(?:Infinity|NaN)/g, (token) =>
      token.startsWith('"') ? token : `"${token}"`,
    ),
  );
}

interface SerializedPlan extends EngineError {
  readonly error: boolean;
  readonly plans?: readonly unknown[];
}

function readPlanAnswer(answer: SerializedPlan, text: string): PlanAnswer {
  return !answer.error && answer.plans ? { ok: true, plans: answer.plans } : failure(readEngineError(answer, text));
}

function failure({ kind, message, offset, fact }: SqlError): PlanAnswer {
  return { ok: false, kind, message, ...(offset !== undefined && { offset }), ...(fact && { fact }) };
}
