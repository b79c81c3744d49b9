import { type Mistake, UserError } from '../../user-error.ts';
import { readCriteria } from './criterion.ts';
import type { Criterion, SelectionTree } from './selection-tree.ts';

/**
 * Reads `--select` and `--exclude`.
 * @throws {UserError} for a criterion that cannot be read
 */
export function readSelection(select: readonly string[], exclude: readonly string[]): SelectionTree {
  const mistakes: Mistake[] = [];
  const from = unionOf(readCriteria(select, mistakes));
  const without = unionOf(readCriteria(exclude, mistakes));
  if (mistakes.length > 0) throw new UserError(mistakes);
  const wanted: SelectionTree = from.of.length === 0 ? { kind: 'everything' } : from;
  return without.of.length === 0 ? wanted : { kind: 'difference', from: wanted, without };
}

/** The selection tree of a union of intersections. */
export function unionOf(criteria: readonly (readonly Criterion[])[]) {
  return {
    kind: 'union' as const,
    of: criteria.map((all) => ({
      kind: 'intersection' as const,
      of: all.map((criterion) => ({ kind: 'criterion' as const, criterion })),
    })),
  };
}
