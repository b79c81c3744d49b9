import { SqlError } from '../../warehouse/sql-error.ts';
import { storedColumns } from './changed-tables.ts';
import { Engine } from './engine.ts';
import { createTable, quoted, type Schema, type Table, type TableColumn } from './random/random-schema.ts';
import type { VariedRows } from './random/varied-rows.ts';

/** The flows of a query that its rows show. */
export interface Observed {
  /** For each output column, the source columns that change it. */
  readonly seen: readonly ReadonlySet<string>[];
  /** The values that each output column has, over all sets of rows that were tried. */
  readonly values: readonly ReadonlySet<string>[];
}

/** A source column, one of the sets of rows, and an expression that gives the column other values there. */
interface Change {
  readonly table: Table;
  readonly column: TableColumn;
  readonly set: number;
  readonly way: number;
  readonly expression: string;
}

/** The rows of a result, each cell as text. */
type Result = readonly (readonly string[])[];

/**
 * Looks for flows in rows: runs a query over many sets of rows, and again after one column of a table has other values.
 */
export class FlowObserver implements AsyncDisposable {
  readonly #engine: Engine;
  readonly #sets: readonly VariedRows[];
  /** The engine's generation in which the copies were created. */
  #generation: number;
  /** Names of the schemas with a changed copy of a table. */
  readonly #copies = new Set<string>();

  private constructor(engine: Engine, sets: readonly VariedRows[]) {
    this.#engine = engine;
    this.#sets = sets;
    this.#generation = engine.generation;
  }

  /**
   * An observer of queries over the tables of a schema.
   *
   * @param macros statements that create the macros of the queries
   */
  static async open(schema: Schema, sets: readonly VariedRows[], macros: readonly string[]): Promise<FlowObserver> {
    const setup = [
      // The plan that runs must be the one that lineage traces.
      'pragma disable_optimizer',
      // The macros name tables of `main`. In a query they read those that the search path has before.
      ...schema.map((table) => createTable('main', { ...table, rows: [] })),
      ...macros,
      ...sets.flatMap(({ tables }, set) => [
        `create schema ${schemaOf(set)}`,
        ...tables.map((table) => createTable(schemaOf(set), table)),
      ]),
    ];
    return new FlowObserver(await Engine.open(setup.join(';\n')), sets);
  }

  /**
   * Tries one set of rows after the other, until all claimed flows have shown an effect and all columns two values.
   *
   * @param claimed for each output column, the source columns (`table.column`) that flow into it
   */
  async observe(query: string, claimed: readonly ReadonlySet<string>[]): Promise<Observed> {
    const seen = claimed.map(() => new Set<string>());
    const values = claimed.map(() => new Set<string>());
    for (const set of this.#sets.keys()) {
      const hidden = new Set(claimed.flatMap((sources, output) => [...sources].filter((it) => !seen[output]?.has(it))));
      if (hidden.size === 0 && values.every(({ size }) => size > 1)) break;
      const control = await this.#run(query, schemaOf(set));
      // A set of rows without a result is skipped: few changes bring a row, and another set shows more in less time.
      if (!control || control.length === 0) continue;
      for (const row of control) for (const [output, cell] of row.entries()) values[output]?.add(cell);
      for (const source of hidden) {
        const claims = claimed.map((sources) => sources.has(source));
        const left = new Set([...claims.keys()].filter((output) => claims[output] && !seen[output]?.has(source)));
        for (const change of this.#changes(source, set)) {
          if (left.size === 0) break;
          const result = await this.#run(query, `${await this.#copy(change)},${schemaOf(set)}`);
          for (const output of result ? changedColumns(control, result, claims) : []) {
            left.delete(output);
            if (claims[output]) seen[output]?.add(source);
          }
        }
      }
    }
    return { seen, values };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine[Symbol.asyncDispose]();
  }

  #changes(source: string, set: number): readonly Change[] {
    const rows = this.#sets[set];
    for (const table of rows?.tables ?? []) {
      const column = table.columns.find(({ name }) => `${table.name}.${name}` === source);
      if (!rows || !column) continue;
      return rows.changesOf(column).map((expression, way) => ({ table, column, set, way, expression }));
    }
    throw new Error(`no column ${source}`);
  }

  /** The name of the schema with the changed table, which stays for later queries. */
  async #copy({ table, column, set, way, expression }: Change): Promise<string> {
    // The crash of an engine loses its copies: the next one has none.
    if (this.#engine.generation !== this.#generation) this.#copies.clear();
    this.#generation = this.#engine.generation;
    const schema = `${table.name}_${column.name}_${set}_${way}`;
    if (this.#copies.has(schema)) return schema;
    const list = storedColumns(table).map(({ name }) =>
      name === column.name ? `${expression} as ${quoted(name)}` : quoted(name),
    );
    await this.#engine.run(
      `create schema ${schema}; create table ${schema}.${table.name} as select ${list.join(', ')} from ${schemaOf(set)}.${table.name}`,
    );
    this.#copies.add(schema);
    return schema;
  }

  /** The result of a query; `undefined` if it fails over these rows. */
  async #run(query: string, searchPath: string): Promise<Result | undefined> {
    try {
      const rows = await this.#engine.rows(query, `set search_path = '${searchPath},main'`);
      return rows.map((row) => Object.values(row).map(String));
    } catch (cause) {
      if (cause instanceof SqlError) return undefined;
      throw cause;
    }
  }
}

function schemaOf(set: number): string {
  return `rows_${set}`;
}

/**
 * The output columns that differ, as multisets. A column may also have the same values in other rows. That shows beside
 * the columns into which the changed column does not flow, as far as these stayed as they were.
 *
 * @param claims for each output column, whether the changed column flows into it
 */
function changedColumns(control: Result, result: Result, claims: readonly boolean[]): readonly number[] {
  const fixed = [...claims.keys()].filter((output) => !claims[output]);
  const isFixed = fixed.length > 0 && !differ(control, result, fixed);
  return [...claims.keys()].filter(
    (output) => differ(control, result, [output]) || (isFixed && differ(control, result, [output, ...fixed])),
  );
}

/** Whether these columns of two results differ, as a multiset of rows. */
function differ(one: Result, other: Result, columns: readonly number[]): boolean {
  return multiset(one, columns) !== multiset(other, columns);
}

function multiset(rows: Result, columns: readonly number[]): string {
  const lines = rows.map((row) => columns.map((column) => row[column]).join('\u0001'));
  return lines.sort().join('\u0000');
}
