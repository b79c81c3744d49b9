import type { ByteOffset } from '../../warehouse/offset.ts';
import type { DirectSubtype, IndirectSubtype, State } from '../flow.ts';
import { type FlowSet, mapFlows, union, withoutGenerated } from './flow-set.ts';
import { columnOf, type LocalFlow } from './local-flow.ts';
import type { Part } from './parts.ts';
import { lowerRank, weaker } from './rank.ts';

/**
 * Flows of a value that another is computed from: a copy becomes a transformation.
 *
 * @param most the strongest state that is left
 */
export function transformFlows(flows: FlowSet, offset: ByteOffset | undefined, most: State = 'clear'): FlowSet {
  return direct(flows, 'TRANSFORMATION', offset, most);
}

/**
 * Flows of the values of several rows that one is computed from.
 *
 * @param most the strongest state that is left
 */
export function aggregateFlows(flows: FlowSet, offset: ByteOffset | undefined, most: State = 'clear'): FlowSet {
  return direct(flows, 'AGGREGATION', offset, most);
}

function direct(flows: FlowSet, subtype: DirectSubtype, offset: ByteOffset | undefined, most: State): FlowSet {
  return mapFlows(flows, (flow) =>
    flow.type === 'INDIRECT'
      ? flow
      : {
          ...flow,
          subtype: lowerRank(flow.subtype, subtype),
          state: weaker(flow.state, most),
          offset: flow.offset ?? offset,
        },
  );
}

/**
 * Flows of several values that one is put together from. Parts of the same column may be all of it: `local_part || '@'
 * || domain`.
 */
export function assembleFlows(sets: readonly FlowSet[]): FlowSet {
  const seen = new Set<string>();
  const whole = new Set<string>();
  for (const set of sets) {
    const parts = new Set([...set.values()].filter(isPart).map(columnOf));
    for (const column of parts) (seen.has(column) ? whole : seen).add(column);
  }
  const all = union(...sets);
  if (whole.size === 0) return all;
  return mapFlows(all, (flow) => (isPart(flow) && whole.has(columnOf(flow)) ? { ...flow, state: 'clear' } : flow));
}

function isPart({ type, state }: LocalFlow): boolean {
  return type === 'DIRECT' && state === 'partial';
}

/** Flows of values that say how much there is of something: a property of it, such as its length, is the value again. */
export function sizeFlows(flows: FlowSet): FlowSet {
  return mapFlows(flows, (flow) => (flow.type === 'INDIRECT' ? flow : { ...flow, part: 'size' }));
}

/** Flows of pieces of a text, another one in each row: together they are all of it. */
export function pieceFlows(flows: FlowSet): FlowSet {
  return mapFlows(flows, (flow) => (flow.type === 'INDIRECT' || flow.part ? flow : { ...flow, part: 'pieces' }));
}

/** Flows of a part of a value, or of a property of it. */
export function partFlows(flows: FlowSet, part: Part, offset: ByteOffset | undefined): FlowSet {
  return mapFlows(transformFlows(flows, offset), (flow) => {
    if (flow.type === 'INDIRECT' || flow.part === 'size') return flow;
    // One piece at a fixed place is a part, but all letters as numbers are the text.
    if (flow.part === 'pieces' && !part.startsWith('text array') && !part.startsWith('text list')) return flow;
    const state = weaker(flow.state, 'partial');
    return { ...flow, state, part: flow.state === 'partial' ? (flow.part ?? part) : part };
  });
}

/**
 * Flows through a mask. The mask counts for what flows as a value, and for what the same column decides: a mask that
 * tests its argument was verified as it is. The influence of any other column passes unmasked.
 */
export function maskFlows(flows: FlowSet, mask: string, yields: State, offset: ByteOffset | undefined): FlowSet {
  const values = new Set([...flows.values()].filter(({ type }) => type === 'DIRECT').map(columnOf));
  return mapFlows(flows, (flow) => {
    if (!values.has(columnOf(flow))) return flow;
    const masks = flow.masks.includes(mask) ? flow.masks : [...flow.masks, mask];
    const changed = { state: weaker(flow.state, yields), masks, offset: offset ?? flow.offset };
    return flow.type === 'INDIRECT'
      ? { ...flow, ...changed }
      : { ...flow, ...changed, subtype: lowerRank(flow.subtype, 'TRANSFORMATION') };
  });
}

/** Flows of values that decide over a result without being in it. The first such step on a path names its kind. */
export function influenceOf(flows: FlowSet, subtype: IndirectSubtype, offset?: ByteOffset): FlowSet {
  return mapFlows(withoutGenerated(flows), (flow) =>
    flow.type === 'INDIRECT' ? flow : { ...flow, type: 'INDIRECT', subtype, offset: flow.offset ?? offset },
  );
}
