import type { ByteOffset } from '../../../warehouse/offset.ts';
import type { State } from '../../flow.ts';
import { UnknownFlow } from '../../unknown-flow.ts';
import { type FlowSet, flowSet, mapFlows, union } from './flow-set.ts';
import { columnOf, isGenerated, type LocalFlow } from './local-flow.ts';
import { lowerRank, weaker } from './rank.ts';

/**
 * Flows through a mask. It masks the values of its argument, and the influence of those same columns: `verify-mask` has
 * checked a mask that tests its own argument. The influence of any other column stays unmasked.
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

/**
 * The flows out of a mask, with what no mask hides: what its argument computed before. A part of a value, a test of it
 * or a choice by it has so few results that their masked forms tell them apart.
 *
 * @param masked the flows after the mask
 * @param argument the flows into its argument
 * @throws {UnknownFlow} for an argument with a value that no column has: it would show what the mask makes of guesses
 */
export function withoutMasking(masked: FlowSet, argument: FlowSet, offset: ByteOffset | undefined): FlowSet {
  const values = [...argument.values()].filter(({ type }) => type === 'DIRECT');
  if (values.length === 0 || values.some(isGenerated))
    throw new UnknownFlow(MASKED_GUESS, [], undefined, MASKED_GUESS_FIX);
  const computed = [...argument.values()].filter(staysBehindMask);
  return computed.length === 0 ? masked : union(masked, flowSet(computed.map((flow) => ({ ...flow, offset }))));
}

const MASKED_GUESS =
  'a mask over a value that the query makes itself: whoever reads both knows what the mask makes of a guess';
const MASKED_GUESS_FIX = 'mask a column of a table, and put constants and generated values around the mask';

/**
 * Whether a flow into the argument of a mask shows as much behind the mask as before it: a part of the value or a test of
 * it, if it is not masked yet, and a choice by the value (an influence), masked or not. A choice has so few results that
 * any mask over them shows which it was. A test for NULL is none of these.
 */
export function staysBehindMask({
  type,
  state,
  part,
  masks,
}: Pick<LocalFlow, 'type' | 'state' | 'part' | 'masks'>): boolean {
  if (type === 'INDIRECT') return part !== 'test null';
  return (state === 'partial' || part === 'pieces') && masks.length === 0;
}
