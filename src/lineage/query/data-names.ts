import { nameKey } from '../../name.ts';
import type { QueryNode } from '../../project/node.ts';
import type { CompiledNode } from '../../project/project.ts';
import { projectSql } from '../../sql.ts';
import type { ColumnType } from '../../warehouse/warehouse.ts';
import { bearsNameOf, locateNames, mentionedTexts, tracePivots } from '../pivots/pivot-names.ts';
import { mayPivot } from '../pivots/pivot-text.ts';
import { NAMES, ROWS, SIZE } from '../plan/flows/local-flow.ts';
import type { QueryNames, QueryTrace } from '../query-trace.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import type { MaskMarker } from './mask-marker.ts';
import { type PlannedQuery, planTemplateQuery } from './plan-query.ts';
import { type QueryContext, traceContext } from './query-context.ts';
import type { RenderedQuery } from './render-query.ts';
import { namesOfAnswer } from './template-answer.ts';

/** Column names that the PIVOTs of a query take from the values they turn on. */
export async function pivotedNames(
  marked: CompiledNode['sql'],
  marker: MaskMarker,
  columns: readonly ColumnType[],
  context: QueryContext,
): Promise<readonly QueryNames[]> {
  const { shadow } = context;
  if (!mayPivot(marked.text)) return [];
  const traced = await tracePivots(projectSql(marked.text), shadow.pivots, traceContext(marker, context));
  if (!traced) throw new UnknownFlow('a PIVOT that cannot be followed');
  return locateNames(traced, marked, columns, shadow.warehouse);
}

/** Column names that a template may take from the rows it read, since it can write them anywhere into its query. */
export async function answeredNames(
  node: QueryNode,
  { marked, plain }: { readonly marked: RenderedQuery; readonly plain: RenderedQuery },
  marker: MaskMarker,
  columns: readonly ColumnType[],
  context: QueryContext,
): Promise<readonly QueryNames[]> {
  const names: QueryNames[] = [];
  for (const [index, answer] of plain.answers.entries()) {
    const sql = marked.answers[index]?.sql;
    if (sql === undefined || marked.answers.length !== plain.answers.length) {
      throw new UnknownFlow('a template whose queries change if the output of a mask is marked');
    }
    if (marker.isUsed) await marker.verify(sql, answer.sql, context.shadow.warehouse);
    const { trace } = await planTemplateQuery(projectSql(sql), marker, context);
    names.push(namesOfAnswer(answer, trace, columns, node.location));
  }
  return names;
}

/** Column names of inputs that come from data, if the query keeps such a column or turns such a name into a value. */
export function inheritedNames(
  { uniqueId, location, dependsOn }: QueryNode,
  { inputs: read, plan }: PlannedQuery,
  { columns }: QueryTrace,
  { ledger }: QueryContext,
): readonly QueryNames[] {
  const namesOf = (input: string) => ledger.nodes.get(input)?.names ?? [];
  // A template that calls ref() can write the names of that model's columns without reading its table.
  const inputs = [...new Set([...read, ...dependsOn.nodes])].filter(
    (input) => input !== uniqueId && namesOf(input).length > 0,
  );
  if (inputs.length === 0) return [];
  const mentioned = mentionedTexts(plan);
  return inputs.flatMap((input) =>
    namesOf(input).flatMap((named): readonly QueryNames[] => {
      const bears = named.columns.length > 0 ? bearsNameOf(named.values) : () => false;
      const borne = columns.map(({ name }) => name).filter(bears);
      const becomeValues = named.columns.some((name) => mentioned.has(nameKey(name)));
      const inValues = becomeValues || (named.inValues && readsValues(columns, input));
      if (borne.length === 0 && !inValues) return [];
      const source = { uniqueId: input, column: NAMES };
      const kind = { type: 'DIRECT', subtype: 'IDENTITY', state: 'clear', masking: false, masks: [] } as const;
      const flows = [{ ...kind, source, location, expression: NAMES }];
      return [{ columns: borne, values: named.values, inValues, flows }];
    }),
  );
}

function readsValues(columns: QueryTrace['columns'], input: string): boolean {
  return columns.some(({ flows }) =>
    flows.some(
      ({ type, source, part }) =>
        type === 'DIRECT' &&
        source.uniqueId === input &&
        source.column !== ROWS &&
        source.column !== SIZE &&
        part !== 'elements',
    ),
  );
}
