import { toValue } from '../../jinja/values/plain-value.ts';
import { printValue } from '../../jinja/values/print-value.ts';
import type { Location } from '../../location.ts';
import { quoteName } from '../../quote.ts';
import { UserError } from '../../user-error.ts';
import type { Mapping } from '../mapping.ts';

/** A column of the relation that rows stand for. */
export interface FixtureColumn {
  readonly name: string;
  /** Type as DuckDB spells it. */
  readonly type: string;
}

/** The unit test with a row, for messages. */
export interface FixturePlace {
  /** Name of the input, or `expect`. */
  readonly subject: string;
  readonly unitTest: string;
  readonly location: Location;
}

/**
 * The query that gives the rows of an input (dbt: get_fixture_sql). Each value gets the type of its column, and a column that a
 * row leaves out is null.
 * @throws {UserError} for a column that the relation does not have
 */
export function inputSql(rows: readonly Mapping[], columns: readonly FixtureColumn[], place: FixturePlace): string {
  const nulls = columns.map((column) => [column, castOf('null', column)] as const);
  if (rows.length === 0) return `${selectOf(nulls)} limit 0`;
  return rows
    .map((row) => {
      const values = valuesOf(row, columns, place);
      return selectOf(nulls.map(([column, empty]) => [column, values.get(column) ?? empty]));
    })
    .join('\nunion all\n');
}

/**
 * The query that gives the rows which a unit test expects (dbt: get_expected_sql). Each row has its own columns, in its own
 * order.
 * @throws {UserError} for a column that the model does not have
 */
export function expectedSql(rows: readonly Mapping[], columns: readonly FixtureColumn[], place: FixturePlace): string {
  return rows.map((row) => selectOf([...valuesOf(row, columns, place)])).join('\nunion all\n');
}

/** The SQL of the values of a row, each with the type of its column; in the order of the row. */
function valuesOf(
  row: Mapping,
  columns: readonly FixtureColumn[],
  { subject, unitTest, location }: FixturePlace,
): ReadonlyMap<FixtureColumn, string> {
  return new Map(
    [...row].map(([name, value]) => {
      const column = columns.find((one) => one.name.toLowerCase() === name.toLowerCase());
      if (column) return [column, castOf(valueText(value), column)];
      throw new UserError({
        code: 'bad-unit-test',
        message: `a row of ${subject} in the unit test ${unitTest} has the column '${name}', which is not there.`,
        location,
        fix: `write one of its columns: ${columns.map((one) => one.name).join(', ')}`,
      });
    }),
  );
}

/** A value as dbt writes it into SQL: a text in quotes, null, or Python's text of anything else. */
function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof Date) return textLiteral(dateText(value));
  return typeof value === 'string' ? textLiteral(value) : printValue(toValue(value));
}

function textLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A date of YAML as dbt writes it (Python: isoformat): without a time if it has none. */
function dateText(date: Date): string {
  return date
    .toISOString()
    .replace(/(T00:00:00)?\.000Z$/, '')
    .replace(/Z$/, '000');
}

function castOf(value: string, { type }: FixtureColumn): string {
  return `cast(${value} as ${type})`;
}

function selectOf(values: readonly (readonly [FixtureColumn, string])[]): string {
  return `select ${values.map(([{ name }, value]) => `${value} as ${quoteName(name)}`).join(', ')}`;
}
