import type { Location } from '../../../location.ts';
import type { Rendering } from '../../evaluate/rendering.ts';
import { type BoundArguments, bindArguments } from '../../values/native-function.ts';
import { Callable, HostObject, type Value } from '../../values/value.ts';

/** A class of Python as templates see it: called it makes an object, and it has attributes such as `date.today`. */
export class PythonClass extends HostObject {
  readonly typeName = 'type';
  readonly #name: string;
  readonly #construct: Callable;
  readonly #attributes: ReadonlyMap<string, Value>;

  /** `name` is the whole one: `datetime.date`. */
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

/** Where a function is called, and in which rendering: for functions that call others. */
export interface Caller {
  readonly site: Location;
  readonly rendering: Rendering | undefined;
}

/** A function whose arguments are bound as {@link bindArguments} says. */
export function boundFunction(
  name: string,
  parameters: string,
  body: (args: BoundArguments, caller: Caller) => Value,
): Callable {
  return new Callable(name, (args, site, rendering) =>
    body(bindArguments(name, parameters, args), { site, rendering }),
  );
}

/** A function as an entry of a dict or of an attribute table. */
export function named(
  name: string,
  parameters: string,
  body: (args: BoundArguments, caller: Caller) => Value,
): [string, Callable] {
  return [name, boundFunction(name, parameters, body)];
}
