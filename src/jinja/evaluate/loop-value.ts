import { areEqual } from '../values/comparison.ts';
import { PythonError } from '../values/python-error.ts';
import { Callable, HostObject, Undefined, type Value } from '../values/value.ts';
import type { LoopItems } from './loop-items.ts';

/** The variable `loop` inside a for (Jinja: LoopContext). */
export class LoopValue extends HostObject {
  readonly typeName = 'LoopContext';
  readonly #items: LoopItems;
  readonly #depth0: number;
  readonly #recurse: Callable | undefined;
  #lastChanged: readonly Value[] | undefined;
  index0 = 0;

  /** `recurse` runs the loop's body for other items; absent when the loop is not marked recursive. */
  constructor(items: LoopItems, depth0: number, recurse: Callable | undefined) {
    super();
    this.#items = items;
    this.#depth0 = depth0;
    this.#recurse = recurse;
  }

  print(): string {
    return `<LoopContext ${this.index0 + 1}/${this.#items.length}>`;
  }

  override length(): number {
    return this.#items.length;
  }

  getAttribute(name: string): Value | undefined {
    const { index0 } = this;
    const items = this.#items;
    switch (name) {
      case 'index':
        return index0 + 1;
      case 'index0':
        return index0;
      case 'revindex':
        return items.length - index0;
      case 'revindex0':
        return items.length - index0 - 1;
      case 'first':
        return index0 === 0;
      case 'last':
        return items.at(index0 + 1) === undefined;
      case 'length':
        return items.length;
      case 'depth':
        return this.#depth0 + 1;
      case 'depth0':
        return this.#depth0;
      case 'previtem':
        return present(index0 === 0 ? undefined : items.at(index0 - 1), 'there is no previous item');
      case 'nextitem':
        return present(items.at(index0 + 1), 'there is no next item');
      case 'cycle':
        return new Callable('cycle', ({ positional }) => this.#cycle(positional));
      case 'changed':
        return new Callable('changed', ({ positional }) => this.#changed(positional));
      default:
        return undefined;
    }
  }

  override asCallable(): Callable {
    if (this.#recurse) return this.#recurse;
    throw new PythonError('TypeError', "The loop must have the 'recursive' marker to be called recursively");
  }

  #cycle(values: readonly Value[]): Value {
    const value = values[this.index0 % values.length];
    if (value === undefined) throw new PythonError('TypeError', 'no items for cycling given');
    return value;
  }

  #changed(values: readonly Value[]): boolean {
    const last = this.#lastChanged;
    if (last && last.length === values.length && last.every((value, index) => areEqual(value, values[index] ?? null)))
      return false;
    this.#lastChanged = values;
    return true;
  }
}

/** The item, or an undefined value with this hint. Not `??`: an item may be None, which is `null` here. */
function present(item: Value | undefined, hint: string): Value {
  return item === undefined ? new Undefined(hint) : item;
}
