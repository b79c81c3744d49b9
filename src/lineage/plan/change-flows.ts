import type { ByteOffset } from '../../warehouse/offset.ts';
import type { DirectSubtype, IndirectSubtype, State } from '../flow.ts';
import type { Part } from '../share.ts';
import { type FlowSet, flowSet, hasValue, mapFlows, union, withoutGenerated } from './flow-set.ts';
import { columnOf, type LocalFlow } from './local-flow.ts';
import { takePart } from './parts.ts';
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
export function assembleFlows(sets: readonly FlowSet[], how: 'beside' | 'against'): FlowSet {
  const seen = new Set<string>();
  const whole = new Set<string>();
  for (const set of sets) {
    const parts = new Set([...set.values()].filter(isPart).map(columnOf));
    for (const column of parts) (seen.has(column) ? whole : seen).add(column);
  }
  const all = markAssembled(sets, how);
  if (whole.size === 0) return all;
  return mapFlows(all, (flow) => (isPart(flow) && whole.has(columnOf(flow)) ? { ...flow, state: 'clear' } : flow));
}

/**
 * Flows of several values that one is put together from, marked as such: models before may have made their columns of
 * parts of one value.
 */
function markAssembled(sets: readonly FlowSet[], how: 'beside' | 'against'): FlowSet {
  const all = union(...sets);
  if (sets.filter(hasValue).length < 2) return all;
  return mapFlows(all, (flow) =>
    flow.type === 'INDIRECT' || flow.assembled === 'against' ? flow : { ...flow, assembled: how },
  );
}

/** Flows of values that a function may compare with each other, once another one has put them beside each other. */
export function opposeFlows(flows: FlowSet): FlowSet {
  return mapFlows(flows, (flow) => (flow.assembled === 'beside' ? { ...flow, assembled: 'against' } : flow));
}

function isPart({ type, state }: LocalFlow): boolean {
  return type === 'DIRECT' && state === 'partial';
}

/** Flows of values that say how much there is of something: a property of it, such as its length, is the value again. */
export function sizeFlows(flows: FlowSet): FlowSet {
  return mapFlows(flows, (flow) =>
    flow.type === 'INDIRECT' || flow.part === 'elements' ? flow : { ...flow, part: 'size' },
  );
}

/** Flows of pieces of a text, another one in each row: together they are all of it. */
export function pieceFlows(flows: FlowSet): FlowSet {
  return mapFlows(flows, (flow) => (flow.type === 'INDIRECT' || flow.part ? flow : { ...flow, part: 'pieces' }));
}

/** Flows of a part of a value, or of a property of it. */
export function partFlows(flows: FlowSet, part: Part, offset: ByteOffset | undefined): FlowSet {
  return mapFlows(transformFlows(flows, offset), (flow) =>
    flow.type === 'INDIRECT' || flow.part === 'elements' ? flow : { ...flow, ...takePart(flow, part) },
  );
}

/** Flows of a value that is tested. */
export function testedFlows(flows: FlowSet, test: Part, offset: ByteOffset | undefined): FlowSet {
  return mapFlows(transformFlows(flows, offset, 'partial'), (flow) =>
    flow.type === 'INDIRECT' || flow.part ? flow : { ...flow, part: test },
  );
}

/** Flows of a test that is turned round: it then holds for all values but one. */
export function negatedFlows(flows: FlowSet): FlowSet {
  return mapFlows(flows, (flow) =>
    flow.part?.startsWith('test = ') ? { ...flow, part: `test not ${flow.part.slice('test = '.length)}` } : flow,
  );
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
  return mapFlows(withoutEchoes(withoutGenerated(flows)), (flow) =>
    flow.type === 'INDIRECT' ? flow : toInfluence(flow, subtype, flow.offset ?? offset),
  );
}

/** Whether a value is there is told by the value, too. */
function withoutEchoes(flows: FlowSet): FlowSet {
  const all = [...flows.values()];
  if (!all.some(isNullTest)) return flows;
  const values = new Set(all.filter(({ type }) => type === 'DIRECT').map(columnOf));
  return flowSet(all.filter((flow) => !isNullTest(flow) || !values.has(columnOf(flow))));
}

function isNullTest({ type, part }: LocalFlow): boolean {
  return type === 'INDIRECT' && part === 'test null';
}

/**
 * The influence that a value leaves when it is gone. It keeps only whether the value was tested for more than being
 * there.
 */
function toInfluence(
  { part, assembled: _, pinned: __, ...flow }: LocalFlow,
  subtype: IndirectSubtype,
  offset: ByteOffset | undefined,
): LocalFlow {
  return { ...flow, type: 'INDIRECT', subtype, offset, ...(part === 'test null' && { part }) };
}
