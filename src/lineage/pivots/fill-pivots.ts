import type { QueryNode } from '../../project/node.ts';
import type { CompiledNode } from '../../project/project.ts';
import type { MaskMarker } from '../query/mask-marker.ts';
import { type QueryContext, traceContext } from '../query/query-context.ts';
import { PIVOT_OVER_DATA, requireAllowed } from '../query/refused-sql.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import { declaredIn, declaredValues } from './declared-values.ts';
import { locateNames } from './pivot-names.ts';
import { mayPivot, openPivots, withLists } from './pivot-text.ts';
import { probePivots, refusedDeclaration } from './probe-pivots.ts';

/** Both texts of a query: the marked one has marks around the output of masks, the plain one is what runs. */
export interface QueryTexts {
  readonly marked: CompiledNode['sql'];
  readonly plain: CompiledNode['sql'];
}

/**
 * Adds a list of the declared values to each PIVOT that takes its values from the data. Returns the texts unchanged if
 * there is no such PIVOT, or if the engine cannot plan them with a list either.
 *
 * @throws {UnknownFlow} if values are not declared, or the columns of the built table would not show which values there
 *   are
 */
export async function fillPivots(
  node: QueryNode,
  texts: QueryTexts,
  marker: MaskMarker,
  context: QueryContext,
): Promise<QueryTexts> {
  const { project, shadow, nonce, ledger } = context;
  const open = mayPivot(texts.marked.text) ? openPivots(texts.marked.text) : [];
  if (open.length === 0) return texts;
  await requireAllowed(texts.marked, context);
  await shadow.ready();
  const declarations = {
    nodes: project.nodes,
    queries: ledger.queries,
    columnsOf: (uniqueId: string) => shadow.columnsOf(uniqueId),
  };
  const probe = await probePivots(texts.marked, open, {
    declared: declaredIn(node.dependsOn.nodes, declarations),
    session: shadow.pivots,
    context: traceContext(marker, context),
    nonce,
  });
  if (!probe) return texts;
  const lists = probe.columns
    .map((column) => column && declaredValues(column, declarations))
    .filter((list) => list !== undefined);
  const names = await locateNames(probe.traced, probe.sql, [], shadow.warehouse);
  const openPlain = openPivots(texts.plain.text);
  if (lists.length < open.length || openPlain.length !== open.length) throw new UnknownFlow(PIVOT_OVER_DATA, names);
  const refusal = refusedDeclaration(node, probe);
  if (refusal !== undefined) throw new UnknownFlow(refusal, names);
  ledger.filledPivots.add(node.uniqueId);
  return { marked: withLists(texts.marked, open, lists), plain: withLists(texts.plain, openPlain, lists) };
}
