import { areEqual } from '../../values/comparison.ts';
import { Tuple, type Value } from '../../values/value.ts';
import { pythonIterator } from './python-iterator.ts';

/**
 * Groups neighbours with equal keys (Python: itertools.groupby): pairs of the key and an iterator over the group. All
 * iterators read one source, so the next pair makes the former group's iterator empty.
 */
export function* groupBy(source: Iterable<Value>, keyOf: (item: Value) => Value): Iterable<Value> {
  const reader = new Reader(source, keyOf);
  reader.advance();
  while (reader.current) {
    const { key } = reader.current;
    const group = reader.openGroup();
    yield new Tuple([key, pythonIterator('itertools._grouper', [], members(reader, group, key))]);
    while (reader.isIn(key)) reader.advance();
  }
}

function* members(reader: Reader, group: number, key: Value): Iterable<Value> {
  while (reader.group === group && reader.current && reader.isIn(key)) {
    yield reader.current.item;
    if (reader.group === group) reader.advance();
  }
}

class Reader {
  readonly #iterator: Iterator<Value>;
  readonly #keyOf: (item: Value) => Value;
  current: { readonly item: Value; readonly key: Value } | undefined;
  /** The number of the group that the source is in. */
  group = 0;

  constructor(source: Iterable<Value>, keyOf: (item: Value) => Value) {
    this.#iterator = source[Symbol.iterator]();
    this.#keyOf = keyOf;
  }

  advance(): void {
    const step = this.#iterator.next();
    this.current = step.done ? undefined : { item: step.value, key: this.#keyOf(step.value) };
  }

  openGroup(): number {
    return ++this.group;
  }

  isIn(key: Value): boolean {
    return this.current !== undefined && areEqual(this.current.key, key);
  }
}
