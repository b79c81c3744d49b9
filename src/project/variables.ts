import { asMapping, type Mapping } from './mapping.ts';

/** Where `var()` looks (dbt.md 4.1, 9): the command line, the root project's for this package, its own for all, the package's own. */
export interface Variables {
  /** `undefined` when nobody sets it. A string may still hold Jinja: it is rendered when it is read. */
  find(name: string, packageName: string): FoundVariable | undefined;
  names(packageName: string): readonly string[];
}

export interface FoundVariable {
  readonly value: unknown;
  /** In a dbt_project.yml, and not on the command line. */
  readonly isWritten: boolean;
}

export interface VariableSources {
  readonly commandLine: Mapping;
  readonly rootPackage: string;
  /** Package name → `vars:` of its dbt_project.yml. */
  readonly packages: ReadonlyMap<string, Mapping>;
}

export function openVariables({ commandLine, rootPackage, packages }: VariableSources): Variables {
  const layers = (packageName: string): readonly Mapping[] => {
    const own = [rootPackage, packageName].flatMap((owner) => {
      const vars: Mapping = packages.get(owner) ?? new Map();
      const scoped = asMapping(vars.get(packageName));
      return scoped ? [scoped, vars] : [vars];
    });
    return [commandLine, ...own];
  };
  return {
    find(name, packageName) {
      const layer = layers(packageName).find((candidate) => candidate.has(name));
      return layer && { value: layer.get(name), isWritten: layer !== commandLine };
    },
    names: (packageName) => layers(packageName).flatMap((layer) => [...layer.keys()]),
  };
}
