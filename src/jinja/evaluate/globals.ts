import { iterate } from '../values/iterate.ts';
import { bindArguments } from '../values/native-function.ts';
import { PythonError } from '../values/python-error.ts';
import { makeRange } from '../values/range.ts';
import { type CallArguments, Callable, Dict, HostObject, Namespace, Undefined, type Value } from '../values/value.ts';

/** The names every template has (Jinja: DEFAULT_NAMESPACE), but for `lipsum`: its random text makes builds differ. */
export const GLOBALS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['range', new Callable('range', ({ positional }) => makeRange(positional))],
  ['dict', new Callable('dict', (args) => dictOf(args))],
  ['namespace', new Callable('namespace', (args) => new Namespace(dictOf(args)))],
  ['cycler', new Callable('cycler', ({ positional }) => new Cycler(positional))],
  ['joiner', new Callable('joiner', (args) => new Joiner(bindArguments('joiner', 'sep?', args)[0] ?? ', '))],
]);

function dictOf({ positional, named }: CallArguments): Dict {
  if (positional.length > 1)
    throw new PythonError('TypeError', `dict expected at most 1 argument, got ${positional.length}`);
  const [from] = positional;
  if (from instanceof Undefined) throw from.error();
  const entries = from === undefined ? [] : from instanceof Dict ? from.entries() : iterate(from).map(pairOf);
  return new Dict([...entries, ...named]);
}

function pairOf(item: Value, index: number): readonly [Value, Value] {
  const [key, value, ...more] = iterate(item);
  if (key === undefined || value === undefined || more.length > 0) {
    throw new PythonError('ValueError', `dictionary update sequence element #${index} has another length than 2`);
  }
  return [key, value];
}

/** Value of `cycler('odd', 'even')` (Jinja: Cycler). */
class Cycler extends HostObject {
  readonly typeName = 'Cycler';
  readonly #items: readonly Value[];
  #position = 0;

  constructor(items: readonly Value[]) {
    super();
    if (items.length === 0) throw new PythonError('RuntimeError', 'at least one item has to be provided');
    this.#items = items;
  }

  print(): string {
    return '<Cycler>';
  }

  getAttribute(name: string): Value | undefined {
    if (name === 'current') return this.#current();
    if (name === 'next') return new Callable('next', () => this.#next());
    if (name === 'reset') return new Callable('reset', () => this.#reset());
    return undefined;
  }

  #current(): Value {
    return this.#items[this.#position] ?? null;
  }

  #next(): Value {
    const current = this.#current();
    this.#position = (this.#position + 1) % this.#items.length;
    return current;
  }

  #reset(): Value {
    this.#position = 0;
    return null;
  }
}

/** Value of `joiner(', ')`: empty at the first call, the separator after it (Jinja: Joiner). */
class Joiner extends HostObject {
  readonly typeName = 'Joiner';
  readonly #separator: Value;
  #isUsed = false;

  constructor(separator: Value) {
    super();
    this.#separator = separator;
  }

  print(): string {
    return '<Joiner>';
  }

  getAttribute(name: string): Value | undefined {
    return name === 'sep' ? this.#separator : undefined;
  }

  override asCallable(): Callable {
    return new Callable('joiner', () => {
      if (this.#isUsed) return this.#separator;
      this.#isUsed = true;
      return '';
    });
  }
}
