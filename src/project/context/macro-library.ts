import type { TemplateBlock } from '../../jinja/syntax/parse-template.ts';
import type { Macro } from '../project.ts';

export interface MacroDefinition extends Macro {
  readonly block: TemplateBlock;
}

/** Name of the package with the built-in macros, which every project has. */
export const BUILTIN_PACKAGE = 'dbt';

/** All macros of the project and its packages, and the built-in ones, with dbt's rules of look-up. */
export interface MacroLibrary {
  readonly all: readonly MacroDefinition[];
  readonly packages: ReadonlySet<string>;
  /** Finds a macro among those that the package itself defines. */
  inPackage(packageName: string, name: string): MacroDefinition | undefined;
  /**
   * Finds the macro of a plain name in a template of `localPackage`: in that package, else in the root project, else
   * among the built-in ones.
   */
  find(name: string, localPackage: string): MacroDefinition | undefined;
  /** Finds the macro that `adapter.dispatch` calls. In each package `duckdb__name` goes before `default__name`. */
  dispatch(name: string, namespace: string | undefined, localPackage: string): MacroDefinition | undefined;
}

export interface LibraryOptions {
  readonly rootPackage: string;
  /** `dispatch:` of the root project: namespace → names of packages in the order in which they are searched. */
  readonly searchOrders: ReadonlyMap<string, readonly string[]>;
  /** Whether packages of the project are not installed, so that their macros are not in the library. */
  readonly lacksPackages: boolean;
}

export function openMacroLibrary(macros: readonly MacroDefinition[], options: LibraryOptions): MacroLibrary {
  const { rootPackage, searchOrders, lacksPackages } = options;
  const byPackage = new Map<string, Map<string, MacroDefinition>>();
  for (const macro of macros) {
    const ofPackage = byPackage.get(macro.packageName) ?? new Map<string, MacroDefinition>();
    byPackage.set(macro.packageName, ofPackage.set(macro.name, macro));
  }

  const inPackage = (packageName: string, name: string) => byPackage.get(packageName)?.get(name);
  const find = (name: string, localPackage: string) =>
    inPackage(localPackage, name) ?? inPackage(rootPackage, name) ?? inPackage(BUILTIN_PACKAGE, name);

  return {
    all: macros,
    packages: new Set(byPackage.keys()),
    inPackage,
    find,
    dispatch(name, namespace, localPackage) {
      const installed = namespace !== undefined && namespace !== BUILTIN_PACKAGE && byPackage.has(namespace);
      // A package that is not installed may have a macro that goes before the one that would be found here. Without a
      // database, schema and alias no node can be loaded, so the macros for these come from the packages that are there.
      const isUnknown = (place: string) => lacksPackages && !byPackage.has(place) && !NAMES_PLACE.test(name);
      const places =
        (namespace === undefined ? undefined : searchOrders.get(namespace)) ??
        (installed ? [rootPackage, namespace] : undefined);
      const candidates = [`duckdb__${name}`, `default__${name}`];
      if (places) {
        const end = places.findIndex(isUnknown);
        const certain = end < 0 ? places : places.slice(0, end);
        return first(certain, (place) => first(candidates, (candidate) => inPackage(place, candidate)));
      }
      if (namespace !== undefined && isUnknown(namespace)) return undefined;
      return first(candidates, (candidate) => find(candidate, localPackage));
    },
  };
}

const NAMES_PLACE = /^generate_(?:database|schema|alias)_name$/;

function first<Item, Found>(items: readonly Item[], find: (item: Item) => Found | undefined): Found | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
