import type { Flow, Step } from '../flow.ts';
import { AssembledFlows } from './assembled-flows.ts';
import { type CarriedFlow, compose, summaryOf } from './carried-flow.ts';
import { carriedFlowKey, saysMore } from './flow-key.ts';
import { type Inputs, isSameColumn } from './inputs.ts';

/** Flows from the root columns into a column of a model: the flows into its inputs, extended by those of its query. */
export function followFlows(
  uniqueId: string,
  column: string | undefined,
  flows: readonly Flow[],
  inputs: Inputs,
): readonly CarriedFlow[] {
  const found = new Map<string, CarriedFlow>();
  const assembled = new AssembledFlows(flows, inputs);
  for (const flow of flows) {
    const written = flow.equals ? { ...flow, equals: inputs.valuesIn(flow.equals) } : flow;
    const alone = flow.summary && { ...written, state: flow.summary.alone };
    const entering = inputs.flowsInto(flow.source);
    // Many flows take the same step; they share it.
    let ownStep: Step | undefined;
    let stepAlone: Step | undefined;
    for (const before of entering) {
      // A number of elements shows something only if a value set that number (`size`), or was split into them (`pieces`).
      if (flow.part === 'elements' && before.part !== 'size' && before.part !== 'pieces') continue;
      if (flow.type === 'INDIRECT' && isRedundantNullTest(before, entering)) continue;
      const summary = summaryOf(flow, before);
      const isOfOne = before.isOfOne || inputs.isOfOne(flow, before, summary);
      const last = alone && summary && isOfOne ? alone : written;
      const composed = assembled.strengthen(compose(before, last), flow, before);
      const key = carriedFlowKey(composed, before.source, isOfOne);
      const other = found.get(key);
      // Most flows are dropped here: only one that stays gets a copy of the steps.
      if (other && !saysMore(composed.state, before.steps.length + 1, other)) continue;
      const step = (last === alone ? stepAlone : ownStep) ?? stepOf(uniqueId, column, last);
      if (last === alone) stepAlone = step;
      else ownStep = step;
      const carried = { ...composed, source: before.source, steps: [...before.steps, step] };
      found.set(key, isOfOne && carried.type === 'DIRECT' ? { ...carried, isOfOne } : carried);
    }
  }
  return [...found.values()];
}

/**
 * Whether a flow is a NULL test of a value that flows into the same column as well: the value also shows whether it is
 * NULL.
 */
function isRedundantNullTest({ type, part, source }: CarriedFlow, all: readonly CarriedFlow[]): boolean {
  if (type !== 'INDIRECT' || part !== 'test null') return false;
  return all.some((other) => other.type === 'DIRECT' && isSameColumn(other.source, source));
}

export function stepOf(uniqueId: string, column: string | undefined, flow: Flow): Step {
  const { state, location, expression } = flow;
  // The fields are listed, since a spread is slow and this runs for every step of every flow.
  return flow.type === 'DIRECT'
    ? { type: flow.type, subtype: flow.subtype, uniqueId, column, state, location, expression }
    : { type: flow.type, subtype: flow.subtype, uniqueId, column, state, location, expression };
}
