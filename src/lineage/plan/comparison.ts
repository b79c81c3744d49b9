import type { ColumnRef } from '../flow.ts';
import { GENERATED, type LocalFlow } from './flows/local-flow.ts';
import { weaker } from './flows/rank.ts';

/** A comparison of two values, where one of them (`visible`) gives the other away (`compared`). */
export interface Comparison {
  readonly compared: LocalFlow;
  readonly visible: ColumnRef;
}

/** The flow of the compared value. Behind the same masks two values are equal where the clear values are, so the comparison shows those. */
export function comparedBehindMask(compared: LocalFlow, { masks }: LocalFlow): LocalFlow {
  const isSame = compared.masks.length > 0 && compared.masks.join() === masks.join();
  return isSame ? { ...compared, state: 'clear', masks: [] } : compared;
}

/**
 * The flow by which a value of the result gives away the value it was compared with. A masked value gives away no more
 * than its mask lets through.
 */
export function toFlow({ compared, visible }: Comparison, { state, masks }: LocalFlow): LocalFlow {
  return {
    type: 'INDIRECT',
    subtype: 'JOIN',
    source: compared.source,
    state: masks.length > 0 ? weaker(compared.state, state) : compared.state,
    masks: masks.length > 0 ? masks : compared.masks,
    offset: compared.offset,
    equals: visible.uniqueId === GENERATED ? [] : [visible],
  };
}

/**
 * Passes a flow through the summary that `visible` is: a sum gives a person's value away only if all of its rows are about that
 * person.
 */
export function summarized(flow: LocalFlow, visible: LocalFlow): LocalFlow {
  if (visible.state !== 'aggregate') return flow;
  const { of = [] } = visible.summary ?? {};
  return { ...flow, state: weaker(flow.state, 'aggregate'), summary: { of, alone: flow.state } };
}
