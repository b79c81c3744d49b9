import type { Location } from '../../location.ts';
import type { QueryResult } from '../../project/project.ts';
import type { ColumnType } from '../../warehouse/warehouse.ts';
import { bearsNameOf } from '../pivots/pivot-names.ts';
import { union } from '../plan/flows/flow-set.ts';
import { flowsOf } from '../plan/flows/value.ts';
import type { Trace } from '../plan/walk.ts';
import type { QueryNames } from '../query-trace.ts';

/** A query that a template ran (`run_query`, `statement`), and its rows. */
export interface TemplateAnswer {
  readonly sql: string;
  readonly result: QueryResult;
}

/**
 * Largest number of values that are compared with the names of columns; with more, any column may have its name from
 * one of them.
 */
const MOST_VALUES = 1000;

/**
 * Column names that a template may take from the rows of an answer. It can write them into its query as a name or a
 * literal, whole or in pieces. The text does not show which value is where, so each value may be in every name.
 *
 * @param trace of the template's query
 * @param columns of the model
 */
export function namesOfAnswer(
  { result }: TemplateAnswer,
  trace: Trace,
  columns: readonly ColumnType[],
  location: Location,
): QueryNames {
  const flows = [...union(...trace.columns.map(({ value }) => flowsOf(value))).values()].filter(
    ({ type }) => type === 'DIRECT',
  );
  const values = [...new Set(result.rows.flat())].filter((value) => value !== null && value !== '').map(String);
  const bears = values.length > MOST_VALUES ? () => true : bearsNameOf(values);
  return {
    columns: columns.map(({ name }) => name).filter(bears),
    values: values.slice(0, MOST_VALUES),
    inValues: true,
    flows: flows.map(({ offset: _, ...flow }) => {
      return { ...flow, masking: flow.masks.length > 0, location, expression: 'run_query' };
    }),
  };
}
