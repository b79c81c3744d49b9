import { toValue } from '../../../jinja/values/plain-value.ts';
import { Callable, HostObject, type Value } from '../../../jinja/values/value.ts';
import { DBT_VERSION } from '../../load/dbt-version.ts';
import type { Surroundings } from '../base-context.ts';

/**
 * The value of `builtins.ref` (dbt: RuntimeRefResolver). Packages call it, and read the project and its packages from
 * its attribute `config`.
 */
export class RefFunction extends HostObject {
  readonly typeName = 'RuntimeRefResolver';
  readonly #ref: Value | undefined;
  readonly #surroundings: Surroundings;

  constructor(ref: Value | undefined, surroundings: Surroundings) {
    super();
    this.#ref = ref;
    this.#surroundings = surroundings;
  }

  print(): string {
    return '<ref>';
  }

  override asCallable(): Callable | undefined {
    return this.#ref instanceof Callable ? this.#ref : undefined;
  }

  getAttribute(name: string): Value | undefined {
    if (name !== 'config') return undefined;
    const { packages, target } = this.#surroundings;
    const [root, ...others] = packages.map((one) => ({ project_name: one.name, version: one.version ?? null }));
    // dbt counts its own macros and those of the adapter as packages.
    const own = ['dbt', 'dbt_duckdb'].map((project_name) => ({ project_name, version: DBT_VERSION }));
    return toValue({
      ...root,
      dependencies: Object.fromEntries([root, ...others, ...own].map((one) => [one?.project_name, one])),
      profile_name: target.profileName,
      target_name: target.name,
    });
  }
}
