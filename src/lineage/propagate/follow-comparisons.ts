import { nameKey } from '../../name.ts';
import { weaker } from '../plan/rank.ts';
import type { ComparedFlows } from '../query-trace.ts';
import type { CarriedFlow } from './carried-flow.ts';
import { flowKey, rootOf } from './flow-key.ts';
import { follow, stepOf } from './follow-flows.ts';
import type { Inputs } from './inputs.ts';

/** Flows of what the values of a column were compared with: in this query, and in the models that they come from. */
export function followCompared(
  uniqueId: string,
  column: string | undefined,
  { flows, compared }: ComparedFlows,
  inputs: Inputs,
): readonly CarriedFlow[] {
  const found = new Map(follow(uniqueId, column, compared, inputs).map((flow) => [comparisonOf(flow), flow] as const));
  for (const flow of flows) {
    if (flow.type === 'INDIRECT' || flow.state === 'partial') continue;
    for (const before of inputs.comparedWith(flow.source)) {
      const key = comparisonOf(before);
      if (found.has(key)) continue;
      const held = flow.summary && inputs.isOfOne(flow, before) ? 'clear' : flow.state;
      const state = weaker(before.state, held);
      const step = stepOf(uniqueId, column, { ...flow, type: 'INDIRECT', subtype: 'JOIN', state: held });
      found.set(key, { ...before, state, steps: [...before.steps, step] });
    }
  }
  return [...found.values()];
}

/**
 * The comparisons that tell the compared value: a column reads that, too, or it chooses the rows.
 *
 * @param deciding roots of what chooses the rows
 */
export function toldBy(
  compared: readonly CarriedFlow[],
  flows: readonly CarriedFlow[],
  deciding: ReadonlySet<string>,
): readonly CarriedFlow[] {
  if (compared.length === 0) return [];
  const wholes = new Set(flows.filter(({ type, state }) => type === 'DIRECT' && state === 'clear').map(rootOf));
  const shown = new Set(flows.filter(({ equals }) => equals).map(flowKey));
  const read = new Set(flows.map(rootOf));
  return compared.filter(
    (flow) =>
      !wholes.has(rootOf(flow)) && (read.has(rootOf(flow)) || deciding.has(rootOf(flow))) && !shown.has(flowKey(flow)),
  );
}

function comparisonOf({ source, equals = [] }: CarriedFlow): string {
  return [source, ...equals.slice(0, 1)].map(({ uniqueId, column }) => `${uniqueId}.${nameKey(column)}`).join('\u0000');
}
