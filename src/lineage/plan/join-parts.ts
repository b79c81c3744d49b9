import { flowSet } from './flow-set.ts';
import { words } from './function-kinds.ts';
import { columnOf, type LocalFlow } from './local-flow.ts';
import { flowsOf, mapValue, type TracedColumn } from './value.ts';

/**
 * The columns of a result, where parts of a value that are all of it together count as the whole: two pieces of a text,
 * year, month and day, or tests that narrow it down. It does not matter whether the parts are in one column or in several.
 */
export function joinParts(columns: readonly TracedColumn[]): readonly TracedColumn[] {
  const parts = new Map<string, Set<string>>();
  for (const [index, { type, value }] of columns.entries()) {
    for (const flow of flowsOf(value).values()) {
      if (!isPart(flow)) continue;
      const found = parts.get(columnOf(flow)) ?? new Set();
      found.add(type === 'BOOLEAN' ? `test ${index}` : (flow.part ?? 'measure'));
      parts.set(columnOf(flow), found);
    }
  }
  const whole = new Set([...parts].filter(([, found]) => areWhole([...found])).map(([column]) => column));
  if (whole.size === 0) return columns;
  return columns.map(({ type, value }) => ({
    type,
    value: mapValue(value, (flows) =>
      flowSet(
        [...flows.values()].map((flow) =>
          isPart(flow) && whole.has(columnOf(flow)) ? { ...flow, state: 'clear' as const } : flow,
        ),
      ),
    ),
  }));
}

function isPart({ type, state, masks }: LocalFlow): boolean {
  return type === 'DIRECT' && state === 'partial' && masks.length === 0;
}

/** As many yes or no as tell hundreds of people apart. */
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
