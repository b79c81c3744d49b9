import { lengthOf } from './iterate.ts';
import { Dict, PySet, Tuple, type Value, View } from './value.ts';

/** What there is to charge for a value that is touched once: its characters or items, not what is inside of them. */
export function sizeOf(value: Value): number {
  if (typeof value === 'string') return value.length + 1;
  if (isContainer(value)) return lengthOf(value) + 1;
  return 1;
}

/** Counting more would itself take longer than what is counted for. */
const MOST = 5_000_000;

/** Comparing two values or writing one takes as long as touching this many characters. */
const STEP = 30;

/** What there is to charge for a value that is walked through to the bottom, as comparing and printing do. */
export function weightOf(value: Value): number {
  if (typeof value === 'string') return value.length + STEP;
  if (!isContainer(value)) return STEP;
  let weight = 0;
  const pending: Value[] = [value];
  for (let next = pending.pop(); next !== undefined && weight < MOST * STEP; next = pending.pop()) {
    weight += typeof next === 'string' ? next.length + STEP : STEP;
    for (const part of partsOf(next)) pending.push(part);
  }
  return weight;
}

function isContainer(value: Value): value is Value[] | Tuple | Dict | PySet | View {
  return (
    Array.isArray(value) ||
    value instanceof Tuple ||
    value instanceof Dict ||
    value instanceof PySet ||
    value instanceof View
  );
}

function partsOf(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Tuple) return value.items;
  if (value instanceof Dict) return value.entries().flat();
  if (value instanceof PySet) return value.values();
  return value instanceof View ? value.items() : [];
}
