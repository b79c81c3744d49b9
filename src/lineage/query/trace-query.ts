import { inTableOrder } from '../../project/contract.ts';
import { cteName } from '../../project/ephemeral.ts';
import type { Placement, QueryNode } from '../../project/node.ts';
import type { CompiledNode } from '../../project/project.ts';
import { projectSql } from '../../sql.ts';
import type { ColumnType } from '../../warehouse/warehouse.ts';
import { fillPivots, type QueryTexts } from '../pivots/fill-pivots.ts';
import type { Revealed } from '../plan/comparisons.ts';
import type { Trace } from '../plan/walk.ts';
import type { QueryTrace } from '../query-trace.ts';
import { queryKey } from '../trace-cache.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import { answeredNames, inheritedNames, pivotedNames } from './data-names.ts';
import { findExposedSecret, type MarkedText } from './exposed-secrets.ts';
import { locateTrace } from './locate-trace.ts';
import type { MaskMarker } from './mask-marker.ts';
import { type PlannedQuery, planMarked, planPlain } from './plan-query.ts';
import { newMarker, type QueryContext } from './query-context.ts';
import { unknownWhereRefused } from './refused-sql.ts';
import { type RunKind, renderQuery } from './render-query.ts';

/**
 * Traces one query of a node: from the cache, or from the plan that the engine makes of it.
 * The query of a first run leaves its table in the shadow schema.
 *
 * @throws {UserError} for a mistake in the template or its SQL, at its place
 * @throws {UnknownFlow} where the query cannot be followed
 */
export async function traceQuery(node: QueryNode, run: RunKind, context: QueryContext): Promise<QueryTrace> {
  const { cache, shadow } = context;
  const marker = newMarker(context);
  const marked = await renderQuery(node, run, marker, context);
  await noteExposed(node, run, { ...marked, marker }, context);
  const plain = marker.isUsed ? await renderQuery(node, run, undefined, context) : marked;
  const texts = await fillPivots(node, { marked: marked.sql, plain: plain.sql }, marker, context);
  const key = plain.answers.length === 0 ? cacheKey(node, run, texts, marker, context) : undefined;
  const cached = key === undefined ? undefined : cache?.traces.get(key);
  if (cached) {
    if (run === 'first') shadow.declare(tableOf(node, context), cached.columns);
    return cached.query;
  }
  const { planned, query, columns } = await planAndLocate(node, run, texts, marker, context);
  const names = [
    ...(await pivotedNames(texts.marked, marker, columns, context)),
    ...(await answeredNames(node, { marked, plain }, marker, columns, context)),
    ...inheritedNames(node, planned, query, context),
  ];
  const traced = names.length > 0 ? { ...query, names } : query;
  // The cache key has only the columns of inputs by ref() or source(). A query that names another table is not cached.
  const isDeclared = [...planned.inputs].every((id) => id === node.uniqueId || node.dependsOn.nodes.includes(id));
  if (key !== undefined && isDeclared) cache?.traces.put(key, { query: traced, columns });
  return traced;
}

async function noteExposed(
  node: QueryNode,
  run: RunKind,
  marked: MarkedText & Pick<CompiledNode, 'variablesRead'>,
  context: QueryContext,
): Promise<void> {
  const exposed = await findExposedSecret(node, marked, context.secrets, async (standIns) => {
    const marker = newMarker(context);
    return { ...(await renderQuery(node, run, marker, context, standIns)), marker };
  });
  // The first and the later query of an incremental model often have the same text.
  const isNoted = context.ledger.exposed.some(({ uniqueId }) => uniqueId === node.uniqueId);
  if (exposed && !isNoted) context.ledger.exposed.push(exposed);
}

interface LocatedQuery {
  /** The plan of the plain text, without marks. */
  readonly planned: PlannedQuery;
  /** The trace of the marked text if it has marks, else of the plain text. */
  readonly query: QueryTrace;
  /** Columns of the table in their order, which is also that of the trace. */
  readonly columns: readonly ColumnType[];
}

async function planAndLocate(
  node: QueryNode,
  run: RunKind,
  { marked, plain }: QueryTexts,
  marker: MaskMarker,
  context: QueryContext,
): Promise<LocatedQuery> {
  await context.shadow.ready();
  // The plain text comes first: its errors are the user's mistakes, those of the marked text may come from the marks.
  const planned = await planPlain(node, plain, context);
  const columns = await columnsOf(node, run, plain.text, context);
  const located = (trace: Revealed, text: CompiledNode['sql']): LocatedQuery => {
    const query = locateTrace(trace, text, columns, node.location);
    const arranged = { ...query, columns: inTableOrder(node, query.columns) };
    return { planned, query: arranged, columns: inTableOrder(node, columns) };
  };
  if (!marker.isUsed) return located(planned.trace, plain);
  await marker.verify(marked.text, plain.text, context.shadow.warehouse);
  const { trace } = await planMarked(marked, marker, context);
  if (!haveSameTypes(planned.trace, trace)) throw new UnknownFlow('a mask that changes what type a column has');
  return located(trace, marked);
}

function columnsOf(
  node: QueryNode,
  run: RunKind,
  query: string,
  context: QueryContext,
): Promise<readonly ColumnType[]> {
  const { shadow } = context;
  return unknownWhereRefused(
    run === 'first'
      ? shadow.create(tableOf(node, context), projectSql(query), (columns) => inTableOrder(node, columns))
      : shadow.warehouse.describe(projectSql(query)),
  );
}

/** Place of a node's table in the shadow schema: an ephemeral model has one under the name of its CTE. */
export function tableOf(
  node: QueryNode,
  { project }: Pick<QueryContext, 'project'>,
): Placement & Pick<QueryNode, 'uniqueId'> {
  if (node.config.materialized !== 'ephemeral') return node;
  return { ...node, database: project.target.database, schema: 'main', alias: cteName(node) };
}

function haveSameTypes(a: Trace, b: Trace): boolean {
  return a.columns.length === b.columns.length && a.columns.every(({ type }, index) => type === b.columns[index]?.type);
}

/** The cache key of a query's trace; `undefined` if the trace depends on something that is not in a key. */
function cacheKey(
  node: QueryNode,
  run: RunKind,
  { marked, plain }: QueryTexts,
  marker: MaskMarker,
  { cache, shadow, ledger }: QueryContext,
): string | undefined {
  // The fingerprint of the marks has NUL in place of the nonce, so a text with NUL could equal a mark.
  if (!cache || plain.text.includes('\u0000')) return undefined;
  // The trace has the column names that inputs take from data, which are not in a key.
  if (node.dependsOn.nodes.some((input) => ledger.nodes.get(input)?.names)) return undefined;
  const inputs = [...node.dependsOn.nodes, ...(run === 'later' ? [node.uniqueId] : [])];
  return queryKey(cache.surroundings, {
    node,
    run: run === 'later' ? 'later' : 'first',
    sql: plain.text,
    marks: marker.fingerprint(marked.text),
    inputs: inputs.map((uniqueId) => ({ uniqueId, columns: shadow.columnsOf(uniqueId) })),
  });
}
