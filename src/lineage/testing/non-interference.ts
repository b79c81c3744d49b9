import { openDuckDB } from '../../warehouse/duckdb.ts';
import { SqlError } from '../../warehouse/sql-error.ts';
import type { Row, Warehouse } from '../../warehouse/warehouse.ts';
import type { FlowSet } from '../flow-set.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import { flowsOf } from '../value.ts';
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

  async check(query: string): Promise<Verdict> {
    await this.#warehouse.run('use memory.main');
    const control = await this.#run(query);
    if (typeof control === 'string') return { kind: 'unusable', reason: control };
    if (String(await this.#run(query)) !== String(control))
      return { kind: 'unusable', reason: 'another result each time' };
    let trace: Awaited<ReturnType<typeof traceQuery>>;
    try {
      trace = await traceQuery(query, this.#warehouse);
    } catch (cause) {
      if (cause instanceof UnknownFlow) return { kind: 'unknown', reason: cause.reason };
      throw cause;
    }
    const claims = trace.columns.map(({ value }) => [...sources(flowsOf(value))]);
    return this.#refute(query, control, claims, sources(trace.rows));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#warehouse[Symbol.asyncDispose]();
  }

  async #refute(
    query: string,
    control: readonly string[],
    claims: readonly (readonly string[])[],
    rows: ReadonlySet<string>,
  ): Promise<Verdict> {
    const missed: MissedFlow[] = [];
    let runs = 0;
    for (const { schema, table, column, change } of worlds()) {
      const source = `${table}.${column}`;
      const isClaimed = (index: number): boolean => claims[index]?.includes(source) ?? false;
      if (rows.has(source) || control.every((_, index) => isClaimed(index))) continue;
      await this.#warehouse.run(`use memory.${schema}`);
      const result = await this.#run(query);
      runs += 1;
      if (typeof result === 'string') continue;
      for (const [index, values] of control.entries()) {
        if (result[index] !== values && !isClaimed(index)) missed.push({ source, change, output: `#${index + 1}` });
      }
    }
    return { kind: 'checked', missed, runs };
  }

  /** Each column as a sorted multiset; a text where the query fails. */
  async #run(query: string): Promise<readonly string[] | string> {
    try {
      return multisets(await this.#warehouse.rows(query));
    } catch (cause) {
      if (cause instanceof SqlError) return cause.kind;
      throw cause;
    }
  }
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

/** An empty result has no columns to tell apart: its rows are all there is to compare. */
function multisets(rows: readonly Row[]): readonly string[] {
  const names = Object.keys(rows[0] ?? {});
  return names.map((name) =>
    rows
      .map((row) => String(row[name]))
      .sort()
      .join('\u0000'),
  );
}

function sources(flows: FlowSet): ReadonlySet<string> {
  return new Set([...flows.values()].map(({ source }) => `${source.uniqueId}.${source.column}`));
}
