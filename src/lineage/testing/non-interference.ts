import { openDuckDB } from '../../warehouse/duckdb.ts';
import { SqlError } from '../../warehouse/sql-error.ts';
import { testSql } from '../../warehouse/testing/test-sql.ts';
import type { ColumnType, Row, Warehouse } from '../../warehouse/warehouse.ts';
import type { ColumnRef } from '../flow.ts';
import { UnknownFlow } from '../plan/unknown-flow.ts';
import { flowsOf } from '../plan/value.ts';
import { Engine } from './engine.ts';
import { CHANGES, createTable, quoted, type Schema, type Table } from './random-schema.ts';
import { traceQuery } from './trace-query.ts';

/** A source column, and an output column that changes with it and has no flow from it. */
export interface MissedFlow {
  readonly source: string;
  readonly change: string;
  readonly output: string;
}

export type Verdict =
  | { readonly kind: 'checked'; readonly missed: readonly MissedFlow[] }
  | { readonly kind: 'unknown'; readonly reason: string }
  /** The query fails, or gives another result each time. */
  | { readonly kind: 'unusable'; readonly reason: string };

/** Source columns with a flow into each output column, and into the rows; as `table.column`. */
export interface Claims {
  readonly columns: readonly ReadonlySet<string>[];
  readonly rows: ReadonlySet<string>;
}

/** A query, and the statements that make what it reads, in the schema `made`. */
export interface Run {
  readonly before: readonly string[];
  readonly query: string;
}

/** The number of ways to change a column. */
const WAYS = 4;

/**
 * The oracle of non-interference. All source columns without a flow into an output column are changed together, in a
 * few ways: if the output, as a multiset, differs then, a flow was missed. Changing them together loses nothing: where
 * one flow is missed and the others are right, the other columns change nothing.
 */
export class NonInterference implements AsyncDisposable {
  /** The engine that plans queries. */
  readonly warehouse: Warehouse;
  readonly schema: Schema;
  /** The engine that runs them. */
  readonly #engine: Engine;
  #generation: number;
  readonly #worlds = new Set<string>();
  readonly #sources: readonly string[];
  /** The search path that is set in the engine. */
  #path = '';
  /** Whether every way is used. After a failure it is, since the smallest failing query is being looked for. */
  #isThorough: boolean;

  private constructor(warehouse: Warehouse, engine: Engine, schema: Schema, isThorough: boolean) {
    this.warehouse = warehouse;
    this.#engine = engine;
    this.#generation = engine.generation;
    this.schema = schema;
    this.#isThorough = isThorough;
    this.#sources = schema.flatMap((table) => storedColumns(table).map((column) => `${table.name}.${column.name}`));
  }

  /**
   * An oracle for queries over the tables of a schema.
   *
   * @param macros statements that create what queries call
   * @param effort with `some`, only one way to change the columns is used for each query: for many queries
   */
  static async open(
    schema: Schema,
    { macros = [], effort = 'all' }: { readonly macros?: readonly string[]; readonly effort?: 'some' | 'all' } = {},
  ): Promise<NonInterference> {
    const setup = [...schema.map((table) => createTable('main', table)), 'create schema made', ...macros].join(';\n');
    const warehouse = await openDuckDB(':memory:', { threads: 1 });
    await warehouse.run(testSql(setup));
    // The plan that runs must be the plan that was traced: statistics must not change the order of rows.
    const engine = await Engine.open(`pragma disable_optimizer;\n${setup}`);
    return new NonInterference(warehouse, engine, schema, effort === 'all');
  }

  /** Compares what changes in a query over the tables with its flows. */
  check(query: string): Promise<Verdict> {
    return this.checkRun({ before: [], query }, async () => {
      const { columns, rows } = await traceQuery(query, this.warehouse);
      return { columns: columns.map(({ value }) => rootsOf(flowsOf(value).values())), rows: rootsOf(rows.values()) };
    });
  }

  /** The output columns that change with each source column, with a flow or without. */
  async observe(query: string): Promise<readonly MissedFlow[]> {
    const control = await this.#run({ before: [], query }, new Set(), 0);
    if (typeof control === 'string') return [];
    const claims = { columns: control.map(() => new Set<string>()), rows: new Set<string>() };
    return this.#differences({ before: [], query }, control, claims);
  }

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

  /** Claims of a generated column as those of the column that it is made of: a project has both as columns of a source. */
  #toStored({ columns, rows }: Claims): Claims {
    const stored = (claims: ReadonlySet<string>): ReadonlySet<string> => {
      const made = this.schema.flatMap((table) =>
        table.columns.flatMap(({ name, generated }) =>
          generated && claims.has(`${table.name}.${name}`) ? generated.from.map((from) => `${table.name}.${from}`) : [],
        ),
      );
      return made.length > 0 ? new Set([...claims, ...made]) : claims;
    };
    return { columns: columns.map(stored), rows: stored(rows) };
  }

  /** The result of a query over the tables as they are. */
  async rows({ before, query }: Run): Promise<readonly Row[]> {
    if (this.#engine.generation !== this.#generation) this.#forget();
    if (before.length > 0) await this.#clear();
    await this.#enter(new Set(), 0);
    if (before.length > 0) await this.#engine.run(before.join(';\n'));
    return this.#engine.rows(query);
  }

  /** Columns of the tables, for a project that has them as sources. */
  async sourceColumns(): Promise<ReadonlyMap<string, readonly ColumnType[]>> {
    const found = new Map<string, readonly ColumnType[]>();
    for (const { name } of this.schema) {
      found.set(`source.app.raw.${name}`, await this.warehouse.describe(testSql(`from memory.main.${name}`)));
    }
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.warehouse[Symbol.asyncDispose]();
    await this.#engine[Symbol.asyncDispose]();
  }

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

  /** The flows that were missed where an output differs: the source columns are changed one by one. */
  async #explain(
    run: Run,
    control: readonly string[],
    claims: Claims,
    seen: { readonly unclaimed: ReadonlySet<string>; readonly way: number; readonly result: readonly string[] },
  ): Promise<Verdict> {
    const again = await this.#run(run, new Set(), 0);
    const changedAgain = await this.#run(run, seen.unclaimed, seen.way);
    if (String(again) !== String(control) || String(changedAgain) !== String(seen.result)) {
      return { kind: 'unusable', reason: 'another result each time' };
    }
    this.#isThorough = true;
    const alone = await this.#differences(run, control, claims);
    const together = { source: [...seen.unclaimed].join(' + '), change: `way ${seen.way}`, output: 'some' };
    return { kind: 'checked', missed: alone.length > 0 ? alone : [together] };
  }

  async #differences(run: Run, control: readonly string[], { columns, rows }: Claims): Promise<readonly MissedFlow[]> {
    const found: MissedFlow[] = [];
    const isAsked = (source: string): boolean => !rows.has(source) && columns.some((claims) => !claims.has(source));
    for (const source of this.#sources.filter(isAsked)) {
      for (let way = 0; way < WAYS; way += 1) {
        const result = await this.#run(run, new Set([source]), way);
        if (typeof result === 'string') continue;
        for (const [index, claims] of columns.entries()) {
          if (claims.has(source) || !isDifferent(result, control, index)) continue;
          found.push({ source, change: this.#changeOf(source, way), output: `#${index + 1}` });
        }
      }
    }
    return found;
  }

  /** The sets of source columns that some output column has no flow from. */
  #unclaimed({ columns, rows }: Claims): readonly ReadonlySet<string>[] {
    const sets = columns.map((claims) => this.#sources.filter((source) => !claims.has(source) && !rows.has(source)));
    const unique = new Map(sets.filter((set) => set.length > 0).map((set) => [set.join('\u0000'), set]));
    return [...unique.values()].map((set) => new Set(set));
  }

  /** The ways to change columns for one query: with many queries, one each is enough. */
  #ways(query: string): readonly number[] {
    return this.#isThorough ? [0, 1, 2, 3] : [query.length % WAYS];
  }

  #changeOf(source: string, way: number): string {
    for (const { name, columns } of this.schema) {
      const index = columns.findIndex((column) => `${name}.${column.name}` === source);
      const column = columns[index];
      if (column) return changed(column, index + way);
    }
    return source;
  }

  /** The columns of a result as sorted multisets; a text where the query fails. */
  async #run(
    { before, query }: Run,
    changedColumns: ReadonlySet<string>,
    way: number,
  ): Promise<readonly string[] | string> {
    if (this.#engine.generation !== this.#generation) this.#forget();
    if (before.length > 0) await this.#clear();
    await this.#enter(changedColumns, way);
    try {
      if (before.length > 0) await this.#engine.run(before.join(';\n'));
      return multisets(await this.#engine.rows(query));
    } catch (cause) {
      if (cause instanceof SqlError) return cause.kind;
      throw cause;
    }
  }

  /** Drops what the run before made. */
  async #clear(): Promise<void> {
    await this.#engine.run('drop schema made cascade; create schema made');
    this.#path = '';
  }

  /** Forgets schemas that died with an engine. */
  #forget(): void {
    this.#generation = this.#engine.generation;
    this.#worlds.clear();
    this.#path = '';
  }

  async #enter(changedColumns: ReadonlySet<string>, way: number): Promise<void> {
    const worlds: string[] = [];
    for (const table of this.schema) worlds.push(...(await this.#world(table, changedColumns, way)));
    // The unchanged tables come last: a schema before them hides those that it has.
    const path = ['made', ...worlds, 'main'].join(',');
    if (path === this.#path) return;
    await this.#engine.run(`set search_path = '${path}'`);
    this.#path = path;
  }

  /** The schema with some columns of a table changed; none for an unchanged table. */
  async #world(table: Table, changedColumns: ReadonlySet<string>, way: number): Promise<readonly string[]> {
    const { name } = table;
    const columns = storedColumns(table);
    const isChanged = columns.map((column) => changedColumns.has(`${name}.${column.name}`));
    if (!isChanged.includes(true)) return [];
    const world = `${name}_${isChanged.map(Number).join('')}_${way}`;
    if (this.#worlds.has(world)) return [world];
    const list = columns.map((column, index) =>
      isChanged[index] ? `try_cast(${changed(column, index + way)} as ${column.type})` : quoted(column.name),
    );
    await this.#engine.run(`create schema ${world}; ${createTable(world, { ...table, rows: [] })}`);
    await this.#engine.run(`insert into ${world}.${name} select ${list.join(', ')} from memory.main.${name}`);
    this.#worlds.add(world);
    return [world];
  }
}

function storedColumns({ columns }: Table): Table['columns'] {
  return columns.filter(({ generated }) => !generated);
}

/** The changed value of a column; the columns of one table are changed in different ways. */
function changed({ name, kind, changes = CHANGES[kind] }: Table['columns'][number], way: number): string {
  const change = changes[way % WAYS] ?? 'null';
  return change.replaceAll('#', quoted(name));
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

export function rootsOf(flows: Iterable<{ readonly source: ColumnRef }>): ReadonlySet<string> {
  return new Set([...flows].map(({ source }) => `${source.uniqueId.split('.').at(-1)}.${source.column}`));
}
