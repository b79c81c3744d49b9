import { nameKey } from '../../name.ts';
import type { RootFlow, State } from '../flow.ts';
import { weaker } from '../plan/rank.ts';
import type { CarriedFlow } from './carried-flow.ts';

/** Key of the root column of a flow. */
export function rootOf({ source }: CarriedFlow): string {
  return `${source.uniqueId}\u0000${nameKey(source.column)}`;
}

/**
 * Key of a flow into one column: of two flows with the same key, only one is kept. Direct flows differ by their state;
 * influences differ only by their source and kind, and the strongest is kept.
 */
export function flowKey({ source, type, subtype, state, masks, equals }: Omit<RootFlow, 'steps'>): string {
  const key = [source.uniqueId, nameKey(source.column), subtype];
  if (equals) key.push('=', ...equals.flatMap(({ uniqueId, column }) => [uniqueId, column]));
  return (type === 'DIRECT' ? [...key, state, ...masks] : key).join('\u0000');
}

/** {@link flowKey} of a carried flow, which also differs by the part of the value that is left. */
export function carriedFlowKey(flow: Omit<CarriedFlow, 'steps'>, isOfOne: boolean): string {
  const { type, part, alone } = flow;
  const key = flowKey(flow);
  return type === 'INDIRECT' || (!part && !alone && !isOfOne) ? key : JSON.stringify([key, part, alone, isOfOne]);
}

/**
 * Whether a flow with this state and number of steps replaces another one with the same key: it is stronger, or as
 * strong and shorter.
 */
export function saysMore(state: State, steps: number, other: RootFlow): boolean {
  return state === other.state ? steps < other.steps.length : weaker(state, other.state) === other.state;
}
