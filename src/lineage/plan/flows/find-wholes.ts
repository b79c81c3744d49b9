import type { ColumnRef, State } from '../../flow.ts';
import type { Share } from '../../share.ts';
import { words } from './function-kinds.ts';

/** The fields of a flow that concern a part of a value. */
interface PartFlow {
  readonly type: 'DIRECT' | 'INDIRECT';
  readonly state: State;
  readonly masks: readonly string[];
  readonly source: ColumnRef;
  readonly part?: Share;
}

/**
 * Finds parts of a value that together are the whole value: two pieces of a text; year, month and day; or many tests.
 * The parts may be in one column or in several.
 *
 * @returns whether a flow is one of those parts
 */
export function findWholes(
  columns: readonly { readonly type: string | undefined; readonly flows: Iterable<PartFlow> }[],
): (flow: PartFlow) => boolean {
  const parts = new Map<string, Set<string>>();
  for (const [index, { type, flows }] of columns.entries()) {
    for (const flow of flows) {
      if (!isPart(flow)) continue;
      const found = parts.get(keyOf(flow)) ?? new Set();
      found.add(type === 'BOOLEAN' ? `test ${index}` : (flow.part ?? 'measure'));
      parts.set(keyOf(flow), found);
    }
  }
  const whole = new Set([...parts].filter(([, found]) => areWhole([...found])).map(([column]) => column));
  return (flow) => whole.size > 0 && isPart(flow) && whole.has(keyOf(flow));
}

function isPart({ type, state, masks }: PartFlow): boolean {
  return type === 'DIRECT' && state === 'partial' && masks.length === 0;
}

function keyOf({ source }: PartFlow): string {
  return `${source.uniqueId}\u0000${source.column}`;
}

/** Number of boolean tests that together distinguish hundreds of people. */
const TELLING_TESTS = 8;

function areWhole(parts: readonly string[]): boolean {
  if (parts.length < 2) return false;
  const pieces = parts.filter((part) => part.startsWith('text '));
  const tests = parts.filter((part) => part.startsWith('test '));
  const units = new Set(parts.filter((part) => part.startsWith('date ')).map((part) => part.slice('date '.length)));
  const has = (list: string): boolean => words(list).some((unit) => units.has(unit) || units.has(`until ${unit}`));
  const hasYear =
    has('year isoyear yearweek month months week weeks') && [...units].some((unit) => /year|until/.test(unit));
  const isDay =
    has('dayofyear') ||
    (has('month monthname mon months') && has('day dayofmonth')) ||
    (has('week weekofyear yearweek') && has('dayofweek isodow weekday dayname'));
  return pieces.length > 1 || tests.length >= TELLING_TESTS || (hasYear && isDay);
}
