import { Undefined, type Value } from '../values/value.ts';

/** Marks a variable that the body will assign to: until then it is undefined, even if an outer scope has it. */
const HIDDEN = Symbol('hidden');

/**
 * The variables of a template, macro, block or round of a loop. A name that is not in it is looked up in the scope
 * around.
 */
export class Scope {
  readonly #variables: Map<string, Value | typeof HIDDEN>;
  readonly #around: Scope | undefined;

  constructor(around?: Scope, variables: Iterable<readonly [string, Value]> = []) {
    this.#around = around;
    this.#variables = new Map(variables);
  }

  /** A new scope with the variables that the outermost scope has now. */
  copyOutermost(): Scope {
    if (this.#around) return this.#around.copyOutermost();
    const variables: (readonly [string, Value])[] = [];
    for (const [name, value] of this.#variables) if (value !== HIDDEN) variables.push([name, value]);
    return new Scope(undefined, variables);
  }

  get(name: string): Value | undefined {
    for (let scope: Scope | undefined = this; scope; scope = scope.#around) {
      const value = scope.#variables.get(name);
      if (value !== undefined) return value === HIDDEN ? undefinedName(name) : value;
    }
    return undefined;
  }

  set(name: string, value: Value): void {
    this.#variables.set(name, value);
  }

  hide(name: string): void {
    this.#variables.set(name, HIDDEN);
  }

  /** Every name of this scope and of those around it. */
  names(): string[] {
    return [...this.#variables.keys(), ...(this.#around?.names() ?? [])];
  }
}

export function undefinedName(name: string): Undefined {
  return new Undefined(`'${name}' is undefined`, { variable: name });
}
