import type { Location } from '../location.ts';
import { asMapping, type Mapping } from './mapping.ts';

/** Where `var()` looks (dbt.md 4.1, 9): the command line, the root project's for this package, its own for all, the package's own. */
export interface Variables {
  /** `undefined` when nobody sets it. A string may still hold Jinja: it is rendered when it is read. */
  find(name: string, packageName: string): FoundVariable | undefined;
  names(packageName: string): readonly string[];
}

export interface FoundVariable {
  readonly value: unknown;
  /** Where a dbt_project.yml says it; none for one of the command line. */
  readonly location: Location | undefined;
}

export interface VariableSources {
  readonly commandLine: Mapping;
  readonly rootPackage: string;
  /** Package name → `vars:` of its dbt_project.yml. */
  readonly packages: ReadonlyMap<string, WrittenVariables>;
}

interface WrittenVariables {
  readonly vars: Mapping;
  /** `path` begins below `vars`. */
  locate(path: readonly string[]): Location;
}

interface Layer {
  readonly vars: Mapping;
  locate(name: string): Location | undefined;
}

export function openVariables({ commandLine, rootPackage, packages }: VariableSources): Variables {
  const layers = (packageName: string): readonly Layer[] => {
    const own = [rootPackage, packageName].flatMap((owner): readonly Layer[] => {
      const written = packages.get(owner);
      if (!written) return [];
      const { vars, locate } = written;
      const scoped = asMapping(vars.get(packageName));
      const all = { vars, locate: (name: string) => locate([name]) };
      return scoped ? [{ vars: scoped, locate: (name) => locate([packageName, name]) }, all] : [all];
    });
    return [{ vars: commandLine, locate: () => undefined }, ...own];
  };
  return {
    find(name, packageName) {
      const layer = layers(packageName).find(({ vars }) => vars.has(name));
      return layer && { value: layer.vars.get(name), location: layer.locate(name) };
    },
    names: (packageName) => layers(packageName).flatMap(({ vars }) => [...vars.keys()]),
  };
}
