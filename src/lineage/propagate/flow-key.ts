import { nameKey } from '../../name.ts';
import type { RootFlow, State } from '../flow.ts';
import { weaker } from '../plan/rank.ts';
import type { CarriedFlow } from './carried-flow.ts';

/** A text that no other root column has. */
export function rootOf({ source }: CarriedFlow): string {
  return `${source.uniqueId}\u0000${nameKey(source.column)}`;
}

/**
 * A text that two flows into one column share where one of them stands for both. Direct flows differ by their state;
 * influences differ only by their source and kind, and the strongest stands for all.
 */
export function flowKey({ source, type, subtype, state, masks, equals }: Omit<RootFlow, 'steps'>): string {
  const key = [source.uniqueId, nameKey(source.column), subtype];
  if (equals) key.push('=', ...equals.flatMap(({ uniqueId, column }) => [uniqueId, column]));
  return (type === 'DIRECT' ? [...key, state, ...masks] : key).join('\u0000');
}

/** The same for a flow that is carried from model to model, which may also differ by what is left of the value. */
export function carriedFlowKey(flow: Omit<CarriedFlow, 'steps'>, isOfOne: boolean): string {
  const { type, part, alone } = flow;
  const key = flowKey(flow);
  return type === 'INDIRECT' || (!part && !alone && !isOfOne) ? key : JSON.stringify([key, part, alone, isOfOne]);
}

/** Whether a flow of this state over so many steps stands for another one with the same key. */
export function saysMore(state: State, steps: number, other: RootFlow): boolean {
  return state === other.state ? steps < other.steps.length : weaker(state, other.state) === other.state;
}
