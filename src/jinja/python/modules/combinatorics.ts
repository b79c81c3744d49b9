import type { Value } from '../../values/value.ts';

/** All choices of one item from each pool. The last pool changes fastest (Python: itertools.product). */
export function* product(pools: readonly (readonly Value[])[]): Iterable<readonly Value[]> {
  if (pools.some((pool) => pool.length === 0)) return;
  const indices = pools.map(() => 0);
  for (;;) {
    yield indices.map((index, position) => itemAt(pools[position] ?? [], index));
    let position = pools.length - 1;
    while (position >= 0 && indexAt(indices, position) === (pools[position] ?? []).length - 1) indices[position--] = 0;
    if (position < 0) return;
    indices[position] = indexAt(indices, position) + 1;
  }
}

/** All orders of `length` items of the pool, in Python's order (Python: the cycles of itertools.permutations). */
export function* permutations(pool: readonly Value[], length: number): Iterable<readonly Value[]> {
  if (length > pool.length) return;
  const indices = pool.map((_, index) => index);
  const cycles = Array.from({ length }, (_, index) => pool.length - index);
  yield pool.slice(0, length);
  for (let position = length - 1; position >= 0; position--) {
    const left = indexAt(cycles, position) - 1;
    cycles[position] = left;
    if (left === 0) {
      indices.push(...indices.splice(position, 1));
      cycles[position] = pool.length - position;
      continue;
    }
    const other = pool.length - left;
    [indices[position], indices[other]] = [indexAt(indices, other), indexAt(indices, position)];
    yield indices.slice(0, length).map((index) => itemAt(pool, index));
    position = length;
  }
}

/** All choices of `length` items in the order of the pool. With `again`, an item can be chosen more than once. */
export function* combinations(
  pool: readonly Value[],
  length: number,
  repetition: 'once' | 'again',
): Iterable<readonly Value[]> {
  const step = repetition === 'once' ? 1 : 0;
  if (repetition === 'once' ? length > pool.length : pool.length === 0 && length > 0) return;
  const indices = Array.from({ length }, (_, index) => index * step);
  const last = (position: number) => pool.length - 1 - (length - 1 - position) * step;
  for (;;) {
    yield indices.map((index) => itemAt(pool, index));
    let position = length - 1;
    while (position >= 0 && indexAt(indices, position) === last(position)) position--;
    if (position < 0) return;
    const next = indexAt(indices, position) + 1;
    for (let rest = position; rest < length; rest++) indices[rest] = next + (rest - position) * step;
  }
}

function indexAt(indices: readonly number[], position: number): number {
  return indices[position] ?? 0;
}

function itemAt(pool: readonly Value[], index: number): Value {
  return pool[index] ?? null;
}
