import type { Location } from '../../location.ts';
import type { QueryResult } from '../../project/project.ts';
import type { ColumnType } from '../../warehouse/warehouse.ts';
import { bearsNameOf } from '../pivots/pivot-names.ts';
import { union } from '../plan/flow-set.ts';
import { flowsOf } from '../plan/value.ts';
import type { Trace } from '../plan/walk.ts';
import type { QueryNames } from '../query-trace.ts';

/** What the data answered to a query of a template: `run_query`, `statement`. */
export interface TemplateAnswer {
  readonly sql: string;
  readonly result: QueryResult;
}

/** Beyond, each name is taken for one of them. */
const MOST_VALUES = 1000;

/**
 * A template can write what it was answered into the text of its query: as a name of a column or a literal, whole or in
 * pieces. Which of it stands where nobody can tell, so all of it may be everywhere.
 */
export function namesOfAnswer(
  { result }: TemplateAnswer,
  { columns: asked }: Trace,
  columns: readonly ColumnType[],
  location: Location,
): QueryNames {
  const flows = [...union(...asked.map(({ value }) => flowsOf(value))).values()].filter(
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
