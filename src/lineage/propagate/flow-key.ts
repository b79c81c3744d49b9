import { nameKey } from '../../name.ts';
import type { ColumnRef, RootFlow, State } from '../flow.ts';
import { weaker } from '../plan/flows/rank.ts';
import type { CarriedFlow } from './carried-flow.ts';

/** Key of the root column of a flow. */
export function rootOf({ source }: CarriedFlow): string {
  return keyOfColumn(source);
}

/** Cache of the keys of columns, since many flows begin in one column. */
const COLUMN_KEYS = new WeakMap<ColumnRef, string>();

function keyOfColumn(source: ColumnRef): string {
  let key = COLUMN_KEYS.get(source);
  if (key === undefined) {
    key = `${source.uniqueId}\u0000${nameKey(source.column)}`;
    COLUMN_KEYS.set(source, key);
  }
  return key;
}

/**
 * Key of a flow into one column: of two flows with the same key, only one is kept. Direct flows differ by their state;
 * influences differ only by their source and kind, and the strongest is kept.
 */
export function flowKey(flow: Omit<RootFlow, 'steps'>): string {
  return keyOf(flow.source, flow);
}

function keyOf(
  source: RootFlow['source'],
  { type, subtype, state, masks, equals }: Omit<RootFlow, 'steps' | 'source'>,
): string {
  let key = `${keyOfColumn(source)}\u0000${subtype}`;
  if (equals) key += `\u0000=${equals.map(({ uniqueId, column }) => `\u0000${uniqueId}\u0000${column}`).join('')}`;
  if (type === 'INDIRECT') return key;
  key += `\u0000${state}`;
  for (const mask of masks) key += `\u0000${mask}`;
  return key;
}

/** {@link flowKey} of a carried flow, which also differs by the part of the value that is left. */
export function carriedFlowKey(
  flow: Omit<CarriedFlow, 'steps' | 'source'>,
  source: CarriedFlow['source'],
  isOfOne: boolean,
): string {
  const { type, part, alone, shownBy } = flow;
  const key = keyOf(source, flow);
  return type === 'INDIRECT' || (!part && !alone && !isOfOne && !shownBy)
    ? key
    : `${key}\u0001${part}\u0001${alone}\u0001${isOfOne}\u0001${shownBy}`;
}

/**
 * Whether a flow with this state and number of steps replaces another one with the same key: it is stronger, or as
 * strong and shorter.
 */
export function saysMore(state: State, steps: number, other: RootFlow): boolean {
  return state === other.state ? steps < other.steps.length : weaker(state, other.state) === other.state;
}
