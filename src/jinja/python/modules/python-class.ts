import type { Location } from '../../../location.ts';
import type { Rendering } from '../../evaluate/rendering.ts';
import { type BoundArguments, bindArguments } from '../../values/native-function.ts';
import { Callable, HostObject, type Value } from '../../values/value.ts';

/** A class of Python. A call makes an object, and it has attributes such as `date.today`. */
export class PythonClass extends HostObject {
  readonly typeName = 'type';
  readonly #name: string;
  readonly #construct: Callable;
  readonly #attributes: ReadonlyMap<string, Value>;

  /** `name` includes the module: `datetime.date`. */
  constructor(name: string, construct: Callable, attributes: ReadonlyMap<string, Value> = new Map()) {
    super();
    this.#name = name;
    this.#construct = construct;
    this.#attributes = attributes;
  }

  print(): string {
    return `<class '${this.#name}'>`;
  }

  getAttribute(name: string): Value | undefined {
    return this.#attributes.get(name);
  }

  override asCallable(): Callable {
    return this.#construct;
  }
}

/** The place of a call and its rendering, for functions that call other functions. */
export interface Caller {
  readonly site: Location;
  readonly rendering: Rendering | undefined;
}

/** Makes a function of parameters as {@link bindArguments} reads them, and a body. */
export function boundFunction(
  name: string,
  parameters: string,
  body: (args: BoundArguments, caller: Caller) => Value,
): Callable {
  return new Callable(name, (args, site, rendering) =>
    body(bindArguments(name, parameters, args), { site, rendering }),
  );
}

/** The same function as an entry for a dict or a table of attributes. */
export function functionEntry(
  name: string,
  parameters: string,
  body: (args: BoundArguments, caller: Caller) => Value,
): [string, Callable] {
  return [name, boundFunction(name, parameters, body)];
}
