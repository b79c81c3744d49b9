import type { NodeLineage, RootFlow } from '../flow.ts';
import { findWholes } from '../plan/flows/find-wholes.ts';
import { type CarriedFlow, type CarriedLineage, toRootFlow } from './carried-flow.ts';
import { flowKey, saysMore } from './flow-key.ts';

type Traced = Extract<NodeLineage, { status: 'traced' }>;

/**
 * The lineage of a model as the contract and the reports read it: parts that together are the whole value count as the
 * whole value.
 */
export function lineageOf({ columns, dataset, size, names }: CarriedLineage): Traced {
  const isOfWhole = findWholes(columns);
  return {
    status: 'traced',
    columns: columns.map(({ name, type, flows }) => ({
      name,
      type,
      flows: withoutTwins(flows.map((flow) => toRootFlow(isOfWhole(flow) ? whole(flow) : flow))),
    })),
    dataset: withoutTwins([...dataset.map(toRootFlow), ...size.flows.flatMap(shownSize)]),
    ...(names && { names }),
  };
}

/**
 * The flow of a value into the rows whose number it sets, as an equality with generated values: whoever counts the rows, or
 * reads the one that an OFFSET picks, has the value.
 */
function shownSize(flow: CarriedFlow): readonly RootFlow[] {
  if (flow.type === 'INDIRECT') return [];
  const { source, state, masks, masking, steps } = flow;
  return [{ type: 'INDIRECT', subtype: 'JOIN', source, state, masks, masking, steps, equals: [] }];
}

function whole(flow: CarriedFlow): CarriedFlow {
  const steps = flow.steps.map((step, index) =>
    index === flow.steps.length - 1 ? { ...step, state: 'clear' as const } : step,
  );
  return { ...flow, state: 'clear', steps };
}

function withoutTwins(flows: readonly RootFlow[]): readonly RootFlow[] {
  const found = new Map<string, RootFlow>();
  for (const flow of flows) {
    const key = flowKey(flow);
    const other = found.get(key);
    if (!other || saysMore(flow.state, flow.steps.length, other)) found.set(key, flow);
  }
  return [...found.values()];
}
