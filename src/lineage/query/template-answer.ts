import type { Location } from '../../location.ts';
import type { QueryResult } from '../../project/project.ts';
import type { ColumnType } from '../../warehouse/warehouse.ts';
import { bearsNameOf } from '../pivots/pivot-names.ts';
import { union } from '../plan/flow-set.ts';
import { flowsOf } from '../plan/value.ts';
import type { Trace } from '../plan/walk.ts';
import type { QueryNames } from '../query-trace.ts';

/** A query that a template ran (`run_query`, `statement`), and its rows. */
export interface TemplateAnswer {
  readonly sql: string;
  readonly result: QueryResult;
}

/** So many values are compared with the names of columns; with more, every column counts as named by one of them. */
const MOST_VALUES = 1000;

/**
 * Names that a template may have made of the rows it got. It can write them into its query as a column name or a
 * literal, whole or in pieces, and nobody can tell which of them stands where: so each of them may be everywhere.
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
