import { Undefined, type Value } from '../values/value.ts';

/** What stands for a variable that will be assigned to: until then it is undefined, whatever is around the scope. */
const HIDDEN = Symbol('hidden');

/** Variables of a template, a macro, a round of a loop or a block; what is not there is looked for around it. */
export class Scope {
  readonly #variables: Map<string, Value | typeof HIDDEN>;
  readonly #around: Scope | undefined;

  constructor(around?: Scope, variables: Iterable<readonly [string, Value]> = []) {
    this.#around = around;
    this.#variables = new Map(variables);
  }

  /** A scope that starts with what the outermost one has now. */
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

  /** Every name that means something here. */
  names(): string[] {
    return [...this.#variables.keys(), ...(this.#around?.names() ?? [])];
  }
}

export function undefinedName(name: string): Undefined {
  return new Undefined(`'${name}' is undefined`, { variable: name });
}
