import { nameKey } from '../../name.ts';
import { weaker } from '../plan/flows/rank.ts';
import type { ComparedFlows } from '../query-trace.ts';
import { type CarriedFlow, summaryOf } from './carried-flow.ts';
import { flowKey, rootOf } from './flow-key.ts';
import { followFlows, stepOf } from './follow-flows.ts';
import type { Inputs } from './inputs.ts';

/** Flows of the values that a column was compared with, in this query and in the models before it. */
export function followCompared(
  uniqueId: string,
  column: string | undefined,
  { flows, compared }: ComparedFlows,
  inputs: Inputs,
): readonly CarriedFlow[] {
  const found = new Map(
    followFlows(uniqueId, column, compared, inputs).map((flow) => [comparisonOf(flow), flow] as const),
  );
  for (const flow of flows) {
    if (flow.type === 'INDIRECT' || flow.state === 'partial') continue;
    for (const before of inputs.comparedWith(flow.source)) {
      const key = comparisonOf(before);
      if (found.has(key)) continue;
      const summary = summaryOf(flow, before);
      const stepState = summary && inputs.isOfOne(flow, before, summary) ? 'clear' : flow.state;
      const state = weaker(before.state, stepState);
      const step = stepOf(uniqueId, column, { ...flow, type: 'INDIRECT', subtype: 'JOIN', state: stepState });
      found.set(key, { ...before, state, steps: [...before.steps, step] });
    }
  }
  return [...found.values()];
}

/**
 * Comparisons that give the compared value away: the column reads that value as well, or it filters the rows.
 *
 * @param deciding root columns that filter the rows, as keys of `rootOf`
 */
export function revealingComparisons(
  compared: readonly CarriedFlow[],
  flows: readonly CarriedFlow[],
  deciding: ReadonlySet<string>,
): readonly CarriedFlow[] {
  if (compared.length === 0) return [];
  const wholes = new Set(flows.filter(({ type, state }) => type === 'DIRECT' && state === 'clear').map(rootOf));
  const presentKeys = new Set(flows.filter(({ equals }) => equals).map(flowKey));
  const read = new Set(flows.map(rootOf));
  return compared.filter(
    (flow) =>
      !wholes.has(rootOf(flow)) &&
      (read.has(rootOf(flow)) || deciding.has(rootOf(flow))) &&
      !presentKeys.has(flowKey(flow)),
  );
}

function comparisonOf({ source, equals = [] }: CarriedFlow): string {
  return [source, ...equals.slice(0, 1)].map(({ uniqueId, column }) => `${uniqueId}.${nameKey(column)}`).join('\u0000');
}
