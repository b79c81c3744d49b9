import { hideSecrets } from '../hide-secrets.ts';
import type { UnitTest } from '../project/node.ts';
import type { CompiledUnitTest, Project } from '../project/project.ts';
import { expectedSql } from '../project/unit-tests/fixture-sql.ts';
import { identifier, projectSql, type Sql, sql } from '../sql.ts';
import { readConstantQuery } from '../warehouse/constant-query.ts';
import { requireOneQuery } from '../warehouse/one-query.ts';
import type { ColumnType, Row, Warehouse } from '../warehouse/warehouse.ts';
import { type Statement, wrapSql } from './statement.ts';

/** The result of a unit test: whether its model's query gives the expected rows. */
export interface UnitTestOutcome {
  readonly status: 'pass' | 'fail';
  readonly failures: 0 | 1;
  readonly message: string | undefined;
}

/**
 * The statement that gives the rows in which a query differs from the expected ones, each as often as it is missing or too
 * much (dbt: get_unit_test_sql). Only the columns of the first expected row are compared.
 * @throws {UserError} for a row with a column that the query does not give
 * @throws {SqlError} for expected rows that are no query
 */
export async function unitTestStatement(unitTest: UnitTest, query: Statement, session: Warehouse): Promise<Statement> {
  const columns = await session.describe(query.sql);
  const { expected } = unitTest;
  const compared = comparedColumns(unitTest, columns);
  const names = compared.map(({ name }) => identifier(name));
  const place = { subject: 'expect', unitTest: unitTest.name, location: unitTest.location };
  const text = expected.kind === 'sql' ? expected.text : expectedSql(expected.rows, columns, place);
  const rows = text === '' ? undefined : await requireOneQuery(projectSql(text), session);
  const wanted: Sql = rows
    ? sql`select ${names} from (${rows}) as dbt_internal_unit_test_rows`
    : sql`select * from dbt_internal_unit_test_actual limit 0`;
  return wrapSql(
    sql`with dbt_internal_unit_test_actual as materialized (select ${names} from (`,
    query,
    sql`) as dbt_internal_unit_test_query),
      dbt_internal_unit_test_expected as materialized (${wanted})
      select 'missing' as difference, * from (
        from dbt_internal_unit_test_expected except all from dbt_internal_unit_test_actual
      ) union all select 'unexpected', * from (
        from dbt_internal_unit_test_actual except all from dbt_internal_unit_test_expected
      )`,
  );
}

/** The columns of the first expected row, which may be all columns of the query. */
function comparedColumns({ expected }: UnitTest, columns: readonly ColumnType[]): readonly ColumnType[] {
  const [first] = expected.kind === 'values' ? expected.rows : [];
  if (!first) return columns;
  const names = [...first.keys()].map((name) => name.toLowerCase());
  return names.flatMap((name) => columns.filter((column) => column.name.toLowerCase() === name));
}

/** Runs the statement of a unit test. */
export async function runUnitTest(
  compiled: CompiledUnitTest,
  statement: Statement,
  session: Warehouse,
  secrets: Project['secrets'],
): Promise<UnitTestOutcome> {
  const { text } = statement.sql;
  const rows = await session.rows(sql`select columns(*)::varchar from (${statement.sql}) limit ${SHOWN_ROWS}`);
  if (rows.length === 0) return { status: 'pass', failures: 0, message: undefined };
  // The rows come from the author's own if the query reads no table. Its text may hold a secret, such as a salt, and where
  // it reads any variable it may hold one backwards or in pieces.
  const mayHoldSecret = hideSecrets(text, secrets) !== text || (secrets.length > 0 && compiled.variablesRead.size > 0);
  const isShown = !compiled.readsRows && !mayHoldSecret && (await readConstantQuery(text, session)) !== undefined;
  const difference = isShown ? rowTexts(rows) : 'its rows are not shown, since the query reads tables or a secret';
  return { status: 'fail', failures: 1, message: `actual differs from expected: ${difference}` };
}

/** Number of different rows that a message shows. */
const SHOWN_ROWS = sql`6`;

function rowTexts(rows: readonly Row[]): string {
  const texts = rows.map(({ difference, ...row }) => {
    const cells = Object.entries(row).map(
      ([name, cell]) => `${name}: ${cell === null ? 'null' : shortened(String(cell))}`,
    );
    return `${String(difference)} {${cells.join(', ')}}`;
  });
  return texts.join(', ');
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
