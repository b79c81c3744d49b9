import { lengthOf } from './iterate.ts';
import { Dict, PySet, Tuple, type Value, View } from './value.ts';

/** The work charged for touching a value once: its characters or items, without the items' own parts. */
export function sizeOf(value: Value): number {
  if (typeof value === 'string') return value.length + 1;
  if (isContainer(value)) return lengthOf(value) + 1;
  return 1;
}

/** The largest number of parts that are counted: their weight alone is beyond the limit on work. */
const MAX_PARTS = 5_000_000;

/** Comparing or printing one part takes as long as touching this many characters. */
const STEP = 30;

/** The work charged for visiting all parts of a value to any depth, as comparing and printing do. */
export function weightOf(value: Value): number {
  if (typeof value === 'string') return value.length + STEP;
  if (!isContainer(value)) return STEP;
  let weight = 0;
  const pending: Value[] = [value];
  for (let next = pending.pop(); next !== undefined && weight < MAX_PARTS * STEP; next = pending.pop()) {
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
