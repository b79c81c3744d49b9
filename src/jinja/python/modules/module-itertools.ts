import { integerArgument } from '../../values/arguments.ts';
import { operate } from '../../values/arithmetic.ts';
import { iterate, iterateLazily } from '../../values/iterate.ts';
import { MAX_ITEMS } from '../../values/limits.ts';
import type { BoundArguments } from '../../values/native-function.ts';
import { isNumber } from '../../values/numbers.ts';
import { PythonError } from '../../values/python-error.ts';
import { type CallArguments, Callable, Dict, type Generator, isTruthy, Tuple, type Value } from '../../values/value.ts';
import { callableArgument, callNow } from './call-now.ts';
import { combinations, permutations, product } from './combinatorics.ts';
import { groupBy } from './group-by.ts';
import { type Caller, functionEntry, PythonClass } from './python-class.ts';
import { pythonIterator, zipItems } from './python-iterator.ts';

/**
 * `modules.itertools`. Iterators of `count`, `cycle` and `repeat` can be endless: reading all of their items is a
 * LimitError.
 */
export function itertoolsModule(): Dict {
  return new Dict([
    functionEntry('accumulate', 'iterable func? initial?', accumulate),
    ['chain', chainClass()],
    functionEntry('combinations', 'iterable r', ([items = null, r]) => choices('combinations', items, r, 'once')),
    functionEntry('combinations_with_replacement', 'iterable r', ([items = null, r]) =>
      choices('combinations_with_replacement', items, r, 'again'),
    ),
    functionEntry('compress', 'data selectors', ([items = null, selectors = null]) => compress(items, selectors)),
    functionEntry('count', 'start? step?', ([start = 0, step = 1]) => count(start, step)),
    functionEntry('cycle', 'iterable', ([items = null]) => iterator('cycle', [items], cycle(iterateLazily(items)))),
    functionEntry('dropwhile', 'predicate iterable', ([test = null, items = null], caller) => {
      return iterator('dropwhile', [items], dropWhile(iterateLazily(items), predicate(test, caller)));
    }),
    functionEntry('filterfalse', 'predicate iterable', ([test = null, items = null], caller) => {
      const holds = test === null ? isTruthy : predicate(test, caller);
      return iterator('filterfalse', [items], filterFalse(iterateLazily(items), holds));
    }),
    functionEntry('groupby', 'iterable key?', ([items = null, key = null], caller) => {
      const keyOf = key === null ? (item: Value) => item : applied(key, caller);
      return iterator('groupby', [items], groupBy(iterateLazily(items), keyOf));
    }),
    functionEntry('islice', 'iterable start stop? step?', islice),
    functionEntry('pairwise', 'iterable', ([items = null]) =>
      iterator('pairwise', [items], pairwise(iterateLazily(items))),
    ),
    functionEntry('permutations', 'iterable r?', ([items = null, r = null]) => {
      const pool = [...iterate(items)];
      const length = r === null ? pool.length : lengthArgument(r);
      return iterator('permutations', [], tuples(permutations(pool, length)));
    }),
    ['product', new Callable('product', productOf)],
    functionEntry('repeat', 'object times?', ([item = null, times]) => iterator('repeat', [], repeat(item, times))),
    functionEntry('starmap', 'function iterable', ([by = null, items = null], caller) => {
      return iterator('starmap', [items], starMap(iterateLazily(items), callableArgument(by), caller));
    }),
    functionEntry('takewhile', 'predicate iterable', ([test = null, items = null], caller) => {
      return iterator('takewhile', [items], takeWhile(iterateLazily(items), predicate(test, caller)));
    }),
    functionEntry('tee', 'iterable n?', ([items = null, n]) => tee(items, integerArgument(n, 2))),
    ['zip_longest', new Callable('zip_longest', zipLongest)],
  ]);
}

function iterator(name: string, sources: readonly Value[], items: Iterable<Value>): Generator {
  return pythonIterator(`itertools.${name}`, sources, items);
}

function* tuples(rows: Iterable<readonly Value[]>): Iterable<Value> {
  for (const row of rows) yield new Tuple(row);
}

function applied(by: Value, caller: Caller): (...items: readonly Value[]) => Value {
  const callable = callableArgument(by);
  return (...items) => callNow(callable, items, caller);
}

function predicate(test: Value, caller: Caller): (item: Value) => boolean {
  const call = applied(test, caller);
  return (item) => isTruthy(call(item));
}

function accumulate([items = null, by = null, initial = null]: BoundArguments, caller: Caller): Value {
  const add = by === null ? (sum: Value, item: Value) => operate('+', sum, item) : applied(by, caller);
  return iterator('accumulate', [items], sums(iterateLazily(items), add, initial));
}

function* sums(items: Iterable<Value>, add: (sum: Value, item: Value) => Value, initial: Value): Iterable<Value> {
  let sum: Value | undefined = initial ?? undefined;
  if (sum !== undefined) yield sum;
  for (const item of items) {
    sum = sum === undefined ? item : add(sum, item);
    yield sum;
  }
}

function chainClass(): PythonClass {
  const chain = new Callable('chain', ({ positional }) => iterator('chain', positional, flatten(positional)));
  return new PythonClass(
    'itertools.chain',
    chain,
    new Map([
      functionEntry('from_iterable', 'iterable', ([items = null]) =>
        iterator('chain', [items], flatten(iterateLazily(items))),
      ),
    ]),
  );
}

function* flatten(lists: Iterable<Value>): Iterable<Value> {
  let count = 0;
  for (const list of lists) {
    // Empty iterables give no items, so the limit on items does not count them.
    if (++count > MAX_ITEMS) throw new PythonError('LimitError', `a chain of more than ${MAX_ITEMS} iterables`);
    yield* iterateLazily(list);
  }
}

function choices(name: string, items: Value, r: Value | undefined, repetition: 'once' | 'again'): Value {
  return iterator(name, [], tuples(combinations([...iterate(items)], lengthArgument(r), repetition)));
}

function lengthArgument(value: Value | undefined): number {
  const length = integerArgument(value);
  if (length < 0) throw new PythonError('ValueError', 'r must be non-negative');
  if (length > MAX_ITEMS) throw new PythonError('LimitError', `tuples of more than ${MAX_ITEMS} items`);
  return length;
}

function compress(items: Value, selectors: Value): Value {
  return iterator('compress', [items, selectors], selected(zipItems([iterateLazily(items), iterateLazily(selectors)])));
}

function* selected(pairs: Iterable<readonly Value[]>): Iterable<Value> {
  for (const [item = null, selector = null] of pairs) if (isTruthy(selector)) yield item;
}

function count(start: Value, step: Value): Value {
  if (!isNumber(start) || !isNumber(step)) throw new PythonError('TypeError', 'a number is required');
  return iterator('count', [], counted(start, step));
}

function* counted(start: Value, step: Value): Iterable<Value> {
  for (let value = start; ; value = operate('+', value, step)) yield value;
}

function* cycle(items: Iterable<Value>): Iterable<Value> {
  const taken: Value[] = [];
  for (const item of items) {
    taken.push(item);
    yield item;
  }
  while (taken.length > 0) yield* taken;
}

function* dropWhile(items: Iterable<Value>, holds: (item: Value) => boolean): Iterable<Value> {
  let isDropping = true;
  for (const item of items) {
    isDropping &&= holds(item);
    if (!isDropping) yield item;
  }
}

function* filterFalse(items: Iterable<Value>, holds: (item: Value) => boolean): Iterable<Value> {
  for (const item of items) if (!holds(item)) yield item;
}

/** `islice(iterable, stop)` or `islice(iterable, start, stop, step)`. */
function islice([items = null, first = null, second, third = null]: BoundArguments): Value {
  const [start, stop] = second === undefined ? [null, first] : [first, second];
  const bounds = {
    start: boundArgument(start, 0, 'Indices for islice()'),
    stop: boundArgument(stop, Number.POSITIVE_INFINITY, 'Stop argument for islice()'),
    step: boundArgument(third, 1, 'Step for islice()'),
  };
  if (bounds.step < 1) throw new PythonError('ValueError', 'Step for islice() must be a positive integer or None.');
  return iterator('islice', [items], sliced(iterateLazily(items), bounds));
}

function boundArgument(value: Value, fallback: number, what: string): number {
  if (value === null) return fallback;
  const bound = integerArgument(value);
  if (bound < 0) throw new PythonError('ValueError', `${what} must be None or a whole number that is not negative.`);
  return bound;
}

interface Bounds {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
}

function* sliced(items: Iterable<Value>, { start, stop, step }: Bounds): Iterable<Value> {
  const source = items[Symbol.iterator]();
  // No item beyond the end is taken from the source: another iterator may go on with it.
  for (let index = 0; index < stop; index++) {
    const next = source.next();
    if (next.done) return;
    if (index >= start && (index - start) % step === 0) yield next.value;
  }
}

function* pairwise(items: Iterable<Value>): Iterable<Value> {
  let former: Value | undefined;
  for (const item of items) {
    if (former !== undefined) yield new Tuple([former, item]);
    former = item;
  }
}

function productOf({ positional, named: options }: CallArguments): Value {
  const times = integerArgument(options.get('repeat'), 1);
  checkNames('product', options, 'repeat');
  if (times < 0) throw new PythonError('ValueError', 'repeat argument cannot be negative');
  if (times * positional.length > MAX_ITEMS) throw new PythonError('LimitError', 'a product of too many iterables');
  const pools = positional.map((items) => [...iterate(items)]);
  return iterator('product', [], tuples(product(Array.from({ length: times }, () => pools).flat())));
}

function checkNames(name: string, options: ReadonlyMap<string, Value>, only: string): void {
  const wrong = [...options.keys()].find((option) => option !== only);
  if (wrong !== undefined)
    throw new PythonError('TypeError', `${name}() got an unexpected keyword argument '${wrong}'`);
}

function* repeat(item: Value, times: Value | undefined): Iterable<Value> {
  const rounds = times === undefined ? Number.POSITIVE_INFINITY : integerArgument(times);
  for (let round = 0; round < rounds; round++) yield item;
}

function* starMap(items: Iterable<Value>, by: Callable, caller: Caller): Iterable<Value> {
  for (const item of items) yield callNow(by, iterate(item), caller);
}

function* takeWhile(items: Iterable<Value>, holds: (item: Value) => boolean): Iterable<Value> {
  for (const item of items) {
    if (!holds(item)) return;
    yield item;
  }
}

function tee(items: Value, copies: number): Value {
  if (copies < 0) throw new PythonError('ValueError', 'n must be >= 0');
  if (copies > MAX_ITEMS) throw new PythonError('LimitError', `more than ${MAX_ITEMS} copies of an iterator`);
  const source = iterateLazily(items)[Symbol.iterator]();
  const taken: Value[] = [];
  return new Tuple(Array.from({ length: copies }, () => iterator('_tee', [items], replay(source, taken))));
}

/** One iterator of `tee`: the items that another one has already taken, then further ones from the source. */
function* replay(source: Iterator<Value>, taken: Value[]): Iterable<Value> {
  for (let index = 0; ; index++) {
    if (index === taken.length) {
      const next = source.next();
      if (next.done) return;
      taken.push(next.value);
    }
    yield taken[index] ?? null;
  }
}

function zipLongest({ positional, named: options }: CallArguments): Value {
  checkNames('zip_longest', options, 'fillvalue');
  const fill = options.get('fillvalue') ?? null;
  return iterator('zip_longest', positional, tuples(longest(positional.map(iterateLazily), fill)));
}

function* longest(sources: readonly Iterable<Value>[], fill: Value): Iterable<readonly Value[]> {
  const iterators = sources.map((source) => source[Symbol.iterator]());
  for (;;) {
    const steps = iterators.map((each) => each.next());
    if (steps.every((step) => step.done)) return;
    yield steps.map((step) => (step.done ? fill : step.value));
  }
}
