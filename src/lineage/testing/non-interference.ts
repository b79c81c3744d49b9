import { openDuckDB } from '../../warehouse/duckdb.ts';
import { SqlError } from '../../warehouse/sql-error.ts';
import { testSql } from '../../warehouse/testing/test-sql.ts';
import type { ColumnType, Row, Warehouse } from '../../warehouse/warehouse.ts';
import { flowsOf } from '../plan/flows/value.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import { ChangedTables, changeOf, type Run, storedColumns, WAYS } from './changed-tables.ts';
import { type Claims, sourcesOf } from './claims.ts';
import { createTable, type Schema } from './random/random-schema.ts';
import { traceQuery } from './trace-query.ts';

/** An output column that changes with a source column from which it has no flow. */
export interface MissedFlow {
  readonly source: string;
  /** The expression of the source column's other values. */
  readonly change: string;
  readonly output: string;
}

/** The result of comparing a query with its flows. */
export type Verdict =
  | { readonly kind: 'checked'; readonly missed: readonly MissedFlow[] }
  | { readonly kind: 'unknown'; readonly reason: string }
  /** The query fails, or its result differs from run to run. */
  | { readonly kind: 'unusable'; readonly reason: string };

/**
 * A test oracle for non-interference: an output column may change only with source columns from which it has a flow. The
 * oracle changes all source columns without a flow into an output column together, in a few ways: if the output differs,
 * as a multiset, lineage has missed a flow. Changing them one by one would show no more: source columns that rightly
 * have no flow change nothing.
 */
export class NonInterference implements AsyncDisposable {
  /** Plans queries, and has the tables unchanged. */
  readonly warehouse: Warehouse;
  readonly schema: Schema;
  readonly #tables: ChangedTables;
  readonly #sources: readonly string[];
  /** Whether each query is run for every way of changing; so it is from the first failure on, when fast-check shrinks the query. */
  #isThorough: boolean;

  private constructor(warehouse: Warehouse, tables: ChangedTables, schema: Schema, isThorough: boolean) {
    this.warehouse = warehouse;
    this.#tables = tables;
    this.schema = schema;
    this.#isThorough = isThorough;
    this.#sources = schema.flatMap((table) => storedColumns(table).map((column) => `${table.name}.${column.name}`));
  }

  /**
   * An oracle for queries over the tables of a schema.
   *
   * @param macros statements that create the macros of the queries
   * @param effort with `some`, each query is run for only one way of changing: for tests of many queries
   */
  static async open(
    schema: Schema,
    { macros = [], effort = 'all' }: { readonly macros?: readonly string[]; readonly effort?: 'some' | 'all' } = {},
  ): Promise<NonInterference> {
    const setup = [...schema.map((table) => createTable('main', table)), 'create schema made', ...macros].join(';\n');
    const warehouse = await openDuckDB(':memory:', { threads: 1 });
    await warehouse.run(testSql(setup));
    // The plan that runs must be the one that lineage traces: by statistics, the optimizer could change the order of rows.
    const tables = await ChangedTables.open(schema, `pragma disable_optimizer;\n${setup}`);
    return new NonInterference(warehouse, tables, schema, effort === 'all');
  }

  /** Compares the changes in the result of a query with its flows. */
  check(query: string): Promise<Verdict> {
    return this.checkRun({ before: [], query }, async () => {
      const { columns, rows } = await traceQuery(query, this.warehouse);
      return {
        columns: columns.map(({ value }) => sourcesOf(flowsOf(value).values())),
        rows: sourcesOf(rows.values()),
      };
    });
  }

  /** All output columns that change with each source column, whether lineage has a flow or not. */
  async observe(query: string): Promise<readonly MissedFlow[]> {
    const control = await this.#run({ before: [], query }, new Set(), 0);
    if (typeof control === 'string') return [];
    const claims = { columns: control.map(() => new Set<string>()), rows: new Set<string>() };
    return this.#differences({ before: [], query }, control, claims);
  }

  /** Compares the changes in the result of a run with the claims that `trace` gives. */
  async checkRun(run: Run, trace: () => Promise<Claims>): Promise<Verdict> {
    const control = await this.#run(run, new Set(), 0);
    if (typeof control === 'string') return { kind: 'unusable', reason: control };
    try {
      return await this.#refute(run, control, this.#toStored(await trace()));
    } catch (cause) {
      if (cause instanceof UnknownFlow) return { kind: 'unknown', reason: cause.reason };
      throw cause;
    }
  }

  /** Adds to each generated column the columns that it is computed from: the oracle changes only stored columns. */
  #toStored({ columns, rows }: Claims): Claims {
    const stored = (claims: ReadonlySet<string>): ReadonlySet<string> => {
      const inputs = this.schema.flatMap((table) =>
        table.columns.flatMap(({ name, generated }) =>
          generated && claims.has(`${table.name}.${name}`) ? generated.from.map((from) => `${table.name}.${from}`) : [],
        ),
      );
      return inputs.length > 0 ? new Set([...claims, ...inputs]) : claims;
    };
    return { columns: columns.map(stored), rows: stored(rows) };
  }

  /** The result of a query over the unchanged tables. */
  rows(run: Run): Promise<readonly Row[]> {
    return this.#tables.rows(run, new Set(), 0);
  }

  /** The result of a query over tables in which a column, `table.column`, has only NULL. */
  async rowsWithout(run: Run, column: string): Promise<readonly Row[]> {
    const way = WAYS.find((candidate) => changeOf(this.schema, column, candidate) === 'null');
    if (way === undefined) throw new Error(`no way makes ${column} NULL`);
    return this.#tables.rows(run, new Set([column]), way);
  }

  /** The columns of each table, by the unique id of the source that a test project has for it. */
  async sourceColumns(): Promise<ReadonlyMap<string, readonly ColumnType[]>> {
    const found = new Map<string, readonly ColumnType[]>();
    for (const { name } of this.schema) {
      found.set(`source.app.raw.${name}`, await this.warehouse.describe(testSql(`from memory.main.${name}`)));
    }
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.warehouse[Symbol.asyncDispose]();
    await this.#tables[Symbol.asyncDispose]();
  }

  /** Looks for an output column that changes with a source column from which it has no flow. */
  async #refute(run: Run, control: readonly string[], claims: Claims): Promise<Verdict> {
    for (const unclaimed of this.#unclaimed(claims)) {
      for (const way of this.#ways(run.query)) {
        const result = await this.#run(run, unclaimed, way);
        if (typeof result === 'string') continue;
        const isMissed = claims.columns.some(
          (claim, index) => isOutside(unclaimed, claim) && isDifferent(result, control, index),
        );
        if (!isMissed) continue;
        return this.#explain(run, control, claims, { unclaimed, way, result });
      }
    }
    return { kind: 'checked', missed: [] };
  }

  /** Names the missed flows behind a difference: changes the source columns one by one. */
  async #explain(
    run: Run,
    control: readonly string[],
    claims: Claims,
    difference: { readonly unclaimed: ReadonlySet<string>; readonly way: number; readonly result: readonly string[] },
  ): Promise<Verdict> {
    const again = await this.#run(run, new Set(), 0);
    const changedAgain = await this.#run(run, difference.unclaimed, difference.way);
    if (String(again) !== String(control) || String(changedAgain) !== String(difference.result)) {
      return { kind: 'unusable', reason: 'another result each time' };
    }
    this.#isThorough = true;
    const alone = await this.#differences(run, control, claims);
    const together = { source: [...difference.unclaimed].join(' + '), change: `way ${difference.way}`, output: 'some' };
    return { kind: 'checked', missed: alone.length > 0 ? alone : [together] };
  }

  async #differences(run: Run, control: readonly string[], { columns, rows }: Claims): Promise<readonly MissedFlow[]> {
    const found: MissedFlow[] = [];
    const isUnclaimed = (source: string): boolean => !rows.has(source) && columns.some((claims) => !claims.has(source));
    for (const source of this.#sources.filter(isUnclaimed)) {
      for (const way of WAYS) {
        const result = await this.#run(run, new Set([source]), way);
        if (typeof result === 'string') continue;
        for (const [index, claims] of columns.entries()) {
          if (claims.has(source) || !isDifferent(result, control, index)) continue;
          found.push({ source, change: changeOf(this.schema, source, way), output: `#${index + 1}` });
        }
      }
    }
    return found;
  }

  /** For each output column the source columns without a flow into it, as sets without duplicates. */
  #unclaimed({ columns, rows }: Claims): readonly ReadonlySet<string>[] {
    const sets = columns.map((claims) => this.#sources.filter((source) => !claims.has(source) && !rows.has(source)));
    const unique = new Map(sets.filter((set) => set.length > 0).map((set) => [set.join('\u0000'), set]));
    return [...unique.values()].map((set) => new Set(set));
  }

  #ways(query: string): readonly number[] {
    return this.#isThorough ? WAYS : [query.length % WAYS.length];
  }

  /** The columns of a result as sorted multisets; the kind of its error if the query fails. */
  async #run(run: Run, changedColumns: ReadonlySet<string>, way: number): Promise<readonly string[] | string> {
    try {
      return multisets(await this.#tables.rows(run, changedColumns, way));
    } catch (cause) {
      if (cause instanceof SqlError) return cause.kind;
      throw cause;
    }
  }
}

function isOutside(unclaimed: ReadonlySet<string>, claims: ReadonlySet<string>): boolean {
  return [...unclaimed].every((source) => !claims.has(source));
}

/** Whether an output column differs. A result without rows has no columns, as if each were empty. */
function isDifferent(result: readonly string[], control: readonly string[], index: number): boolean {
  return (result[index] ?? '') !== (control[index] ?? '');
}

function multisets(rows: readonly Row[]): readonly string[] {
  const names = Object.keys(rows[0] ?? {});
  return names.map((name) =>
    rows
      .map((row) => ` ${row[name]}`)
      .sort()
      .join('\u0000'),
  );
}
