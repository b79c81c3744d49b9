import { nameKey } from '../../name.ts';
import type { RootFlow, State } from '../flow.ts';
import { weaker } from '../plan/rank.ts';
import type { CarriedFlow } from './carried-flow.ts';

export function rootOf({ source }: CarriedFlow): string {
  return `${source.uniqueId}\u0000${nameKey(source.column)}`;
}

/** Of direct flows each state counts; influences differ only in their source and kind, and the strongest stands for all. */
export function placeOf({ source, type, subtype, state, masks, equals }: Omit<RootFlow, 'steps'>): string {
  const place = [source.uniqueId, nameKey(source.column), subtype];
  if (equals) place.push('=', ...equals.flatMap(({ uniqueId, column }) => [uniqueId, column]));
  return (type === 'DIRECT' ? [...place, state, ...masks] : place).join('\u0000');
}

export function carriedPlaceOf(flow: Omit<CarriedFlow, 'steps'>, isOfOne: boolean): string {
  const { type, part, alone } = flow;
  const place = placeOf(flow);
  return type === 'INDIRECT' || (!part && !alone && !isOfOne) ? place : JSON.stringify([place, part, alone, isOfOne]);
}

export function saysMore(state: State, steps: number, other: RootFlow): boolean {
  return state === other.state ? steps < other.steps.length : weaker(state, other.state) === other.state;
}
