import type { Flow, State, Step } from '../flow.ts';
import { AssembledFlows } from './assembled-flows.ts';
import { type CarriedFlow, compose, kindOf } from './carried-flow.ts';
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
    const entering = inputs.flowsInto(flow.source);
    // Many flows take the same step; they share it.
    const steps = new Map<State, Step>();
    for (const before of entering) {
      // A number of elements shows something only if a value set that number (`size`).
      if (flow.part === 'elements' && before.part !== 'size') continue;
      if (flow.type === 'INDIRECT' && isRedundantNullTest(before, entering)) continue;
      const isOfOne = before.isOfOne || inputs.isOfOne(flow, before);
      const last = flow.summary && isOfOne ? { ...written, state: flow.summary.alone } : written;
      const composed = assembled.strengthen(compose(before, last), flow, before);
      const key = carriedFlowKey(composed, before.source, isOfOne);
      const other = found.get(key);
      // Most flows are dropped here: only one that stays gets a copy of the steps.
      if (other && !saysMore(composed.state, before.steps.length + 1, other)) continue;
      const step = steps.get(last.state) ?? stepOf(uniqueId, column, last);
      steps.set(last.state, step);
      found.set(key, {
        ...composed,
        ...(isOfOne && composed.type === 'DIRECT' && { isOfOne }),
        source: before.source,
        steps: [...before.steps, step],
      });
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
  return { ...kindOf(flow), uniqueId, column, state, location, expression };
}
