import { bindMacro, type Context, type WrapMacro } from '../../jinja/evaluate/render.ts';
import { Callable, HostObject, type Value } from '../../jinja/values/value.ts';
import type { Names } from './base-context.ts';
import { BUILTIN_PACKAGE, type MacroDefinition, type MacroLibrary } from './macro-library.ts';

export interface ContextOptions {
  readonly library: MacroLibrary;
  readonly rootPackage: string;
  /** The package of the template: its own macros are found first. */
  readonly localPackage: string;
  /** Values by name, macros excepted. More may be added after the context is opened. */
  readonly names: Names;
  /** Values that are expensive to make, by name: each is made when a template reads it, once for this context. */
  readonly late: ReadonlyMap<string, () => Value>;
  readonly wrapMacro?: WrapMacro | undefined;
  /** {@link NodeScope.overrides} */
  readonly overrides?: ReadonlyMap<string, Value>;
  /** Called with each macro that a template names. */
  readonly onMacro?: (macro: MacroDefinition) => void;
  /** Called with the unique id of each macro that the template itself calls, and no other macro (dbt: MacroStack). */
  readonly onOwnCall?: (uniqueId: string) => void;
}

export interface TemplateContext extends Context {
  /** Finds the macro that `adapter.dispatch` calls: the package and adapter of the project may have one of their own. */
  dispatch(name: string, namespace: string | undefined): Callable | undefined;
  /** A macro by its plain name, as a template of the local package finds it. */
  macro(name: string): Callable | undefined;
  define(name: string, value: Value): void;
}

/**
 * Opens the context in which a template looks up names. A macro of the project or its package hides a function of the
 * same name, as in dbt
 * (`builtins.ref` still reaches it); a function hides a built-in macro.
 */
export function openContext(options: ContextOptions): TemplateContext {
  const { library, rootPackage, localPackage, names } = options;
  const bound = new Map<MacroDefinition, Callable>();
  const namespaces = new Map<string, MacroNamespace>();

  const watched = options.onOwnCall ? watchOwnCalls(options.onOwnCall) : (_: string, callable: Callable) => callable;

  const bind = (macro: MacroDefinition | undefined): Callable | undefined => {
    if (!macro) return undefined;
    options.onMacro?.(macro);
    let callable = bound.get(macro);
    if (!callable) {
      callable = watched(
        macro.uniqueId,
        bindMacro(macro.block, context, options.wrapMacro ? { wrapMacro: options.wrapMacro } : {}),
      );
      bound.set(macro, callable);
    }
    return callable;
  };
  const override = (name: string, value: Value | undefined): Value | undefined => {
    const result = options.overrides?.get(name);
    if (result === undefined || value === undefined) return value;
    return value instanceof Callable ? new Callable(name, () => result) : result;
  };
  const namespace = (name: string): MacroNamespace | undefined => {
    if (!library.packages.has(name)) return undefined;
    const isBuiltin = name === BUILTIN_PACKAGE;
    const fallback = isBuiltin ? (key: string) => names.get(key) : () => undefined;
    const find = (key: string) =>
      override(isBuiltin ? key : `${name}.${key}`, bind(library.inPackage(name, key)) ?? fallback(key));
    const macros = namespaces.get(name) ?? new MacroNamespace(name, find);
    namespaces.set(name, macros);
    return macros;
  };

  const named = (name: string): Value | undefined => {
    const make = names.has(name) ? undefined : options.late.get(name);
    if (make) names.set(name, make());
    const value = names.get(name);
    return value instanceof Callable && MACROS_OF_DBT.has(name) ? watched(`macro.dbt.${name}`, value) : value;
  };

  const context: TemplateContext = {
    takesTurns: true,
    get(name) {
      const own = library.inPackage(localPackage, name) ?? library.inPackage(rootPackage, name);
      const value = bind(own) ?? named(name);
      return override(
        name,
        value === undefined ? (bind(library.inPackage(BUILTIN_PACKAGE, name)) ?? namespace(name)) : value,
      );
    },
    *names() {
      yield* names.keys();
      yield* options.late.keys();
      yield* library.packages;
      for (const macro of library.all) yield macro.name;
    },
    macro: (name) => bind(library.find(name, localPackage)),
    dispatch: (name, searched) => bind(library.dispatch(name, searched, localPackage)),
    define: (name, value) => names.set(name, value),
  };
  return context;
}

/** Functions of Fenceline that are macros in dbt, and so stand in dbt's manifest. */
const MACROS_OF_DBT = new Set([
  'run_query',
  'statement',
  'noop_statement',
  'load_relation',
  'load_cached_relation',
  'get_columns_in_query',
  'is_incremental',
  'should_full_refresh',
]);

/** Makes the function that wraps macros, so that a call outside of any other call is noted. */
function watchOwnCalls(onOwnCall: (uniqueId: string) => void): (uniqueId: string, callable: Callable) => Callable {
  let depth = 0;
  return (uniqueId, { name, call, attributes }) => {
    const watchedCall: typeof call = (args, site, rendering) => {
      if (depth === 0) onOwnCall(uniqueId);
      depth += 1;
      let isPending = false;
      try {
        const result = call(args, site, rendering);
        if (!(result instanceof Promise)) return result;
        isPending = true;
        return result.finally(() => {
          depth -= 1;
        });
      } finally {
        if (!isPending) depth -= 1;
      }
    };
    return new Callable(name, watchedCall, attributes);
  };
}

/** The macros of a package as one value: `dbt_utils` in `dbt_utils.star(…)`. */
class MacroNamespace extends HostObject {
  readonly typeName = 'MacroNamespace';
  readonly #name: string;
  readonly #find: (name: string) => Value | undefined;

  constructor(name: string, find: (name: string) => Value | undefined) {
    super();
    this.#name = name;
    this.#find = find;
  }

  print(): string {
    return `<macros of ${this.#name}>`;
  }

  getAttribute(name: string): Value | undefined {
    return this.#find(name);
  }

  override getItem(key: Value): Value | undefined {
    return typeof key === 'string' ? this.#find(key) : undefined;
  }
}
