import type { Flow, Step } from '../flow.ts';
import { Assembled } from './assembled-flows.ts';
import { type CarriedFlow, compose, kindOf } from './carried-flow.ts';
import { carriedFlowKey, saysMore } from './flow-key.ts';
import { type Inputs, isSameColumn } from './inputs.ts';

export function follow(
  uniqueId: string,
  column: string | undefined,
  flows: readonly Flow[],
  inputs: Inputs,
): readonly CarriedFlow[] {
  const found = new Map<string, CarriedFlow>();
  const assembled = new Assembled(flows, inputs);
  for (const flow of flows) {
    const written = flow.equals ? { ...flow, equals: inputs.valuesIn(flow.equals) } : flow;
    for (const before of inputs.flowsInto(flow.source)) {
      // How many elements a value has says something only where it was made to a size.
      if (flow.part === 'elements' && before.part !== 'size') continue;
      if (flow.type === 'INDIRECT' && isEcho(before, inputs.flowsInto(flow.source))) continue;
      const isOfOne = before.isOfOne || inputs.isOfOne(flow, before);
      const held = flow.summary && isOfOne ? { ...written, state: flow.summary.alone } : written;
      const composed = assembled.strengthen(compose(before, held), flow, before);
      const key = carriedFlowKey({ ...composed, source: before.source }, isOfOne);
      const other = found.get(key);
      // Most flows are dropped here: only one that stays gets a copy of the steps.
      if (other && !saysMore(composed.state, before.steps.length + 1, other)) continue;
      found.set(key, {
        ...composed,
        ...(isOfOne && composed.type === 'DIRECT' && { isOfOne }),
        source: before.source,
        steps: [...before.steps, stepOf(uniqueId, column, held)],
      });
    }
  }
  return [...found.values()];
}

/** Whether a value is there is told by the value, too. */
function isEcho({ type, part, source }: CarriedFlow, all: readonly CarriedFlow[]): boolean {
  if (type !== 'INDIRECT' || part !== 'test null') return false;
  return all.some((other) => other.type === 'DIRECT' && isSameColumn(other.source, source));
}

export function stepOf(uniqueId: string, column: string | undefined, flow: Flow): Step {
  const { state, location, expression } = flow;
  return { ...kindOf(flow), uniqueId, column, state, location, expression };
}
