import type { Location } from '../location.ts';
import { asMapping, type Mapping } from './mapping.ts';

/**
 * The values of `var()`. The first of these counts, as in dbt: the command line, `vars:` of the root project for the
 * package,
 * those for all packages, and the same two in the package's own dbt_project.yml.
 */
export interface Variables {
  /**
   * The value of a var; `undefined` if it is not set. A string may hold Jinja, which is rendered when a template reads
   * it.
   */
  find(name: string, packageName: string): FoundVariable | undefined;
  names(packageName: string): readonly string[];
}

export interface FoundVariable {
  readonly value: unknown;
  /** Place of the var in a dbt_project.yml; `undefined` for a var of the command line. */
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
  /** The place of a value; `path` starts below `vars`. */
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
