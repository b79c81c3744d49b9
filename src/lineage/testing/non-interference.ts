import { openDuckDB } from '../../warehouse/duckdb.ts';
import { SqlError } from '../../warehouse/sql-error.ts';
import type { ColumnType, Row, Warehouse } from '../../warehouse/warehouse.ts';
import type { ColumnRef } from '../flow.ts';
import type { FlowSet } from '../flow-set.ts';
import { traceProject } from '../trace-project.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import { flowsOf } from '../value.ts';
import { testProject } from './project.ts';
import { traceQuery } from './trace-query.ts';

/** A change of a source column that nothing claimed in an output column. */
export interface MissedFlow {
  readonly source: string;
  readonly change: string;
  readonly output: string;
}

export type Verdict =
  | { readonly kind: 'checked'; readonly missed: readonly MissedFlow[]; readonly runs: number }
  | { readonly kind: 'unknown'; readonly reason: string }
  /** The query itself fails, or gives another result each time. */
  | { readonly kind: 'unusable'; readonly reason: string };

const TABLES: Readonly<Record<string, string>> = {
  users: `select * from (values
    (1, 'ann@x.test', 'Ann', 31, {'a': 'Oak', 'b': 1}, ['red', 'blue'], true),
    (2, 'bob@y.test', 'Bob', 42, {'a': 'Elm', 'b': 2}, ['blue'], false),
    (3, 'cat@x.test', 'Cat', 31, {'a': 'Oak', 'b': 3}, [], true),
    (4, null, 'Dan', null, {'a': 'Fir', 'b': 4}, ['green', 'red', 'k'], true),
    (5, 'eve@z.test', 'Ann', 25, null, null, null)) t(id, email, name, age, addr, tags, active)`,
  orders: `select * from (values
    (1, 1, 10, 'Ann'), (2, 1, 25, 'cat@x.test'), (3, 2, 7, 'k'), (4, 3, 3, null), (5, 9, 40, 'late'), (6, 4, 2, 'red'))
    t(id, uid, amt, note)`,
};

/** By column, each in a few ways: one alone may happen to change nothing. `rowid` makes rows differ. */
const CHANGES: Readonly<Record<string, readonly string[]>> = {
  'users.id': ['id + 1', '6 - id', 'case when rowid < 2 then null else id end'],
  'users.email': ['email || rowid', 'null', 'reverse(email)', "'same@x.test'", 'name'],
  'users.name': ['name || rowid', 'null', "'k'", 'reverse(name)'],
  'users.age': ['age + 1', '-age', 'null', '2 + rowid % 2'],
  'users.addr': ["{'a': addr.a || rowid, 'b': addr.b}", "{'a': addr.a, 'b': 10 - addr.b}", 'null'],
  'users.tags': ['list_reverse(tags)', "list_prepend('zz' || rowid, tags)", '[]::varchar[]', "['k', 'red']"],
  'users.active': ['not active', 'true', 'null'],
  'orders.id': ['id + 1', '7 - id'],
  'orders.uid': ['uid + 1', '1', '5 - uid'],
  'orders.amt': ['amt + 1', '-amt', 'null', '2 + rowid % 2'],
  'orders.note': ['note || rowid', 'null', "'k'", "'ann@x.test'"],
};

/**
 * The oracle (lineage.md 13): each source column is changed alone, in a few ways; whatever output column then differs,
 * as a multiset, must have been claimed to depend on it, directly or not.
 */
export class NonInterference implements AsyncDisposable {
  readonly #warehouse: Warehouse;

  private constructor(warehouse: Warehouse) {
    this.#warehouse = warehouse;
  }

  static async open(): Promise<NonInterference> {
    const warehouse = await openDuckDB(':memory:', { threads: 1 });
    // The plan that runs is the plan that was traced; statistics must not change the order of rows.
    await warehouse.run('pragma disable_optimizer');
    await warehouse.run(
      Object.entries(TABLES)
        .map(([name, query]) => `create table ${name} as ${query}`)
        .join(';\n'),
    );
    const changed = worlds().flatMap(({ schema, table, column, change }) => [
      `create schema ${schema}`,
      ...Object.keys(TABLES).map((name) => {
        const replaced = name === table ? ` replace ((${change}) as ${column})` : '';
        return `create table ${schema}.${name} as select *${replaced} from memory.main.${name}`;
      }),
    ]);
    await warehouse.run(changed.join(';\n'));
    return new NonInterference(warehouse);
  }

  /** One query over the tables. */
  check(query: string): Promise<Verdict> {
    return this.#check([], query, async () => {
      const { columns, rows } = await traceQuery(query, this.#warehouse);
      return { columns: columns.map(({ value }) => sourcesOf(flowsOf(value))), rows: sourcesOf(rows) };
    });
  }

  /** A project of two models: `query` reads the table `m1` that `first` makes. */
  checkProject(first: string, query: string): Promise<Verdict> {
    return this.#check([`create or replace table m1 as ${first}`], query, async () => {
      const project = testProject({ models: { m1: first, m2: query }, sources: Object.keys(TABLES) });
      const sourceColumns = new Map<string, readonly ColumnType[]>();
      for (const name of Object.keys(TABLES)) {
        sourceColumns.set(`source.app.raw.${name}`, await this.#warehouse.describe(`from memory.main.${name}`));
      }
      const { nodes } = await traceProject({ project, sourceColumns, masks: [], nonce: 'f00d' });
      const m2 = nodes.get('model.app.m2');
      if (m2?.status !== 'traced') throw new UnknownFlow(m2?.reason ?? 'not traced');
      return { columns: m2.columns.map(({ flows }) => rootsOf(flows)), rows: rootsOf(m2.dataset) };
    });
  }

  /** What changes with each column, claimed or not. */
  async observe(query: string): Promise<readonly MissedFlow[]> {
    const verdict = await this.#check([], query, async () => {
      const { columns } = await traceQuery(query, this.#warehouse);
      return { columns: columns.map(() => new Set<string>()), rows: new Set<string>() };
    });
    return verdict.kind === 'checked' ? verdict.missed : [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#warehouse[Symbol.asyncDispose]();
  }

  async #check(before: readonly string[], query: string, trace: () => Promise<Claims>): Promise<Verdict> {
    const control = await this.#run('main', before, query);
    if (typeof control === 'string') return { kind: 'unusable', reason: control };
    const again = await this.#run('main', before, query);
    if (String(again) !== String(control)) return { kind: 'unusable', reason: 'another result each time' };
    try {
      return await this.#refute(before, query, control, await trace());
    } catch (cause) {
      if (cause instanceof UnknownFlow) return { kind: 'unknown', reason: cause.reason };
      throw cause;
    }
  }

  async #refute(
    before: readonly string[],
    query: string,
    control: readonly string[],
    { columns, rows }: Claims,
  ): Promise<Verdict> {
    const missed: MissedFlow[] = [];
    let runs = 0;
    for (const { schema, table, column, change } of worlds()) {
      const source = `${table}.${column}`;
      if (rows.has(source) || columns.every((claims) => claims.has(source))) continue;
      const result = await this.#run(schema, before, query);
      runs += 1;
      if (typeof result === 'string') continue;
      for (const [index, claims] of columns.entries()) {
        // No rows, no columns: as if each were empty.
        const isSame = (result[index] ?? '') === (control[index] ?? '');
        if (!isSame && !claims.has(source)) missed.push({ source, change, output: `#${index + 1}` });
      }
    }
    return { kind: 'checked', missed, runs };
  }

  /** Each column as a sorted multiset; a text where the query fails. */
  async #run(schema: string, before: readonly string[], query: string): Promise<readonly string[] | string> {
    try {
      await this.#warehouse.run([`use memory.${schema}`, ...before].join(';\n'));
      return multisets(await this.#warehouse.rows(query));
    } catch (cause) {
      if (cause instanceof SqlError) return cause.kind;
      throw cause;
    }
  }
}

/** Sources that are said to reach each output column, and the rows. */
interface Claims {
  readonly columns: readonly ReadonlySet<string>[];
  readonly rows: ReadonlySet<string>;
}

interface World {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  readonly change: string;
}

function worlds(): readonly World[] {
  return Object.entries(CHANGES).flatMap(([name, changes]) => {
    const [table = '', column = ''] = name.split('.');
    return changes.map((change, index) => ({ schema: `${table}_${column}_${index}`, table, column, change }));
  });
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

function sourcesOf(flows: FlowSet): ReadonlySet<string> {
  return rootsOf([...flows.values()]);
}

function rootsOf(flows: readonly { readonly source: ColumnRef }[]): ReadonlySet<string> {
  return new Set(flows.map(({ source }) => `${source.uniqueId.split('.').at(-1)}.${source.column}`));
}
