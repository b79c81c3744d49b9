import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { openDuckDB } from '../../warehouse/duckdb.ts';
import { testSql } from '../../warehouse/testing/test-sql.ts';
import { spell, traceQuery } from '../testing/trace-query.ts';
import { UnknownFlow } from '../unknown-flow.ts';

interface MicroCase {
  readonly id: string;
  readonly sql: string;
  /**
   * Effects of three changes of `users.email` on each column: whether a raw value is visible in it, and whether it
   * changes at all. Other changes may have other effects.
   */
  readonly observed: readonly { readonly name: string; readonly visible: boolean; readonly changes: boolean }[];
  /** Whether a value became a column name. */
  readonly namesLeak?: boolean;
}

const cases = JSON.parse(
  await readFile(new URL('./micro/cases.json', import.meta.url), 'utf8'),
) as readonly MicroCase[];

const TABLES = `
  create table users (id int, email varchar, name varchar, age int, addr struct(street varchar, zip varchar));
  create table orders (id int, uid int, amt double, note varchar)`;

/**
 * Queries that cannot be planned, since their columns depend on the data: their flows are unknown, which fails a
 * contract.
 */
const UNPLANNED = new Set(['pivot', 'pivot_names']);

/** Queries where the trace has a value that no change showed, with the reason. */
const CAUTIOUS: ReadonlyMap<string, string> = new Map([
  ['using_merged', 'COALESCE of both sides: the other side has all the values here'],
  ['try_cast', 'an e-mail that is a number would show; these rows have none'],
]);

describe('89 queries whose flows were observed', () => {
  test.each(cases.filter(({ id }) => !UNPLANNED.has(id)))('$id: $sql', async ({ id, sql, observed }) => {
    await using warehouse = await openDuckDB(':memory:');
    await warehouse.run(testSql(TABLES));

    const { columns, rows } = spell(await traceQuery(sql, warehouse));

    expect(columns).toHaveLength(observed.length);
    for (const [index, { name, visible, changes }] of observed.entries()) {
      const flows = (columns[index] ?? []).filter((flow) => flow.includes(' users.email'));
      const values = flows.filter((flow) => / (clear|partial|pseudonymous|aggregate)/.test(flow));
      if (visible) expect(values, `${name} shows the value`).not.toEqual([]);
      if (changes) expect([...flows, ...rows.filter((flow) => flow.includes(' users.email'))], name).not.toEqual([]);
      if (!changes && !CAUTIOUS.has(id)) expect(values, `${name} does not depend on it`).toEqual([]);
    }
  });

  test.each(cases.filter(({ id }) => UNPLANNED.has(id)))('$id is refused: $sql', async ({ sql }) => {
    await using warehouse = await openDuckDB(':memory:');
    await warehouse.run(testSql(TABLES));

    await expect(traceQuery(sql, warehouse)).rejects.toBeInstanceOf(UnknownFlow);
  });
});
