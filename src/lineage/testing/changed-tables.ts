import type { Row } from '../../warehouse/warehouse.ts';
import { Engine } from './engine.ts';
import { CHANGES, createTable, quoted, type Schema, type Table } from './random/random-schema.ts';

/** A query, and statements that create in the schema `made` what it reads beside the tables. */
export interface Run {
  readonly before: readonly string[];
  readonly query: string;
}

/** How a column can be changed: indices into the `CHANGES` of its kind. */
export const WAYS: readonly number[] = [0, 1, 2, 3];

/**
 * Runs queries over the tables of a schema in which some columns have other values. Each changed table is a copy in a
 * schema of its own, which stays for later queries; the search path makes a query read the copy.
 */
export class ChangedTables implements AsyncDisposable {
  readonly #tables: Schema;
  readonly #engine: Engine;
  /** The engine's generation in which the copies were created. */
  #generation: number;
  /** Names of the schemas with copies. */
  readonly #copies = new Set<string>();
  #searchPath = '';

  private constructor(tables: Schema, engine: Engine) {
    this.#tables = tables;
    this.#engine = engine;
    this.#generation = engine.generation;
  }

  /** @param setup statements that create the tables in `main`, the empty schema `made`, and what else queries call */
  static async open(tables: Schema, setup: string): Promise<ChangedTables> {
    return new ChangedTables(tables, await Engine.open(setup));
  }

  /**
   * The result of a run over tables in which some columns have other values. It first drops the tables that the former run created.
   *
   * @param changedColumns `table.column` of the columns
   * @param way one of `WAYS`: that of a table's first column; each further column is changed in the next way
   * @throws {SqlError}
   */
  async rows({ before, query }: Run, changedColumns: ReadonlySet<string>, way: number): Promise<readonly Row[]> {
    if (this.#engine.generation !== this.#generation) this.#forgetCopies();
    const path = await this.#searchPathOf(changedColumns, way);
    const first = [
      ...(before.length > 0 ? ['drop schema made cascade', 'create schema made'] : []),
      ...(before.length > 0 || path !== this.#searchPath ? [`set search_path = '${path}'`] : []),
      ...before,
    ];
    this.#searchPath = path;
    return this.#engine.rows(query, first.length > 0 ? first.join(';\n') : undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine[Symbol.asyncDispose]();
  }

  /** The crash of an engine loses its copies: the next one has none. */
  #forgetCopies(): void {
    this.#generation = this.#engine.generation;
    this.#copies.clear();
    this.#searchPath = '';
  }

  async #searchPathOf(changedColumns: ReadonlySet<string>, way: number): Promise<string> {
    const copies: string[] = [];
    for (const table of this.#tables) copies.push(...(await this.#copy(table, changedColumns, way)));
    // The unchanged tables come last: a schema before them hides those that it has.
    return ['made', ...copies, 'main'].join(',');
  }

  /** The name of the schema with the changed copy of a table; none for an unchanged table. */
  async #copy(table: Table, changedColumns: ReadonlySet<string>, way: number): Promise<readonly string[]> {
    const { name } = table;
    const columns = storedColumns(table);
    const isChanged = columns.map((column) => changedColumns.has(`${name}.${column.name}`));
    if (!isChanged.includes(true)) return [];
    const schema = `${name}_${isChanged.map(Number).join('')}_${way}`;
    if (this.#copies.has(schema)) return [schema];
    const list = columns.map((column, index) =>
      isChanged[index] ? `try_cast(${changedValue(column, index + way)} as ${column.type})` : quoted(column.name),
    );
    await this.#engine.run(`create schema ${schema}; ${createTable(schema, { ...table, rows: [] })}`);
    await this.#engine.run(`insert into ${schema}.${name} select ${list.join(', ')} from memory.main.${name}`);
    this.#copies.add(schema);
    return [schema];
  }
}

/** The columns that have values of their own: those that are not generated. */
export function storedColumns({ columns }: Table): Table['columns'] {
  return columns.filter(({ generated }) => !generated);
}

/** The expression that a column of the tables has in a copy; the name of a column that the tables lack. */
export function changeOf(tables: Schema, source: string, way: number): string {
  for (const { name, columns } of tables) {
    const index = columns.findIndex((column) => `${name}.${column.name}` === source);
    const column = columns[index];
    if (column) return changedValue(column, index + way);
  }
  return source;
}

function changedValue({ name, kind, changes = CHANGES[kind] }: Table['columns'][number], way: number): string {
  const change = changes[way % WAYS.length] ?? 'null';
  return change.replaceAll('#', quoted(name));
}
