import type { Value } from './value.ts';

/** Variables of a template, a macro, a round of a loop or a block; what is not there is looked for around it. */
export class Scope {
  readonly #variables = new Map<string, Value>();
  readonly #around: Scope | undefined;

  constructor(around?: Scope) {
    this.#around = around;
  }

  get outermost(): Scope {
    return this.#around?.outermost ?? this;
  }

  get(name: string): Value | undefined {
    for (let scope: Scope | undefined = this; scope; scope = scope.#around) {
      const value = scope.#variables.get(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  set(name: string, value: Value): void {
    this.#variables.set(name, value);
  }

  /** Every name that means something here. */
  names(): string[] {
    return [...this.#variables.keys(), ...(this.#around?.names() ?? [])];
  }
}
