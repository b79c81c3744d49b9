import { asMapping, type Mapping } from '../mapping.ts';
import type { Freshness, FreshnessLimit } from '../node.ts';

/**
 * Merges the `freshness` of a source and its table (dbt: merge_freshness). Each limit of the table overrides that of the
 * source, and `freshness: null` at the table removes them.
 * @param levels entry and `config` of the source, then of the table
 */
export function readFreshness(levels: readonly Mapping[]): Freshness | undefined {
  const last = levels.findLast((level) => level.has('freshness'));
  if (last === undefined || last.get('freshness') === null) return undefined;
  const limits = levels.map((level) => asMapping(level.get('freshness')) ?? new Map<string, unknown>());
  const newest = <Value>(read: (level: Mapping, index: number) => Value | undefined) =>
    levels.map(read).findLast((value) => value !== undefined);
  const limit = (key: string) => newest((_, index) => readLimit(limits[index]?.get(key)));
  const text = (key: string) => newest((level) => textOf(level.get(key)));
  return {
    warnAfter: limit('warn_after'),
    errorAfter: limit('error_after'),
    filter: newest((_, index) => textOf(limits[index]?.get('filter'))),
    loadedAtField: text('loaded_at_field'),
    loadedAtQuery: text('loaded_at_query'),
  };
}

function readLimit(written: unknown): FreshnessLimit | undefined {
  const limit = asMapping(written);
  const [count, period] = [Number(limit?.get('count')), String(limit?.get('period'))];
  const unit = PERIODS.find((one) => one === period);
  return unit !== undefined && Number.isFinite(count) ? { count, period: unit } : undefined;
}

const PERIODS = ['minute', 'hour', 'day'] as const;

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
