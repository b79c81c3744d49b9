import { didYouMean } from '../../nearest-name.ts';
import type { Mistake } from '../../user-error.ts';
import type { ModelVersion, RefCall, SourceCall } from '../node.ts';

/** A node that a ref can lead to. */
export interface Referable {
  readonly uniqueId: string;
  readonly name: string;
  readonly packageName: string;
  readonly enabled: boolean;
  readonly version?: ModelVersion | undefined;
}
export interface ReferableSource extends Referable {
  readonly sourceName: string;
}

export interface Referables {
  /** Models, seeds and snapshots. */
  readonly nodes: readonly Referable[];
  readonly sources: readonly ReferableSource[];
  readonly rootPackage: string;
}

export type Resolution<Found> = { readonly found: Found } | { readonly mistake: Mistake };

/** Resolves refs and sources as dbt does: in the root project, then in the package of the reader, then in any package. */
export interface Resolver {
  ref(call: RefCall, readerPackage: string): Resolution<Referable>;
  source(call: SourceCall, readerPackage: string): Resolution<ReferableSource>;
}

export function openResolver({ nodes, sources, rootPackage }: Referables): Resolver {
  const nodesByName = grouped(nodes, ({ name, version }) => version?.model ?? name);
  const sourcesByName = grouped(sources, sourceKey);
  const pick = <Found extends Referable>(candidates: readonly Found[], order: readonly (string | undefined)[]) =>
    order.flatMap((place) => candidates.filter(({ packageName }) => place === undefined || packageName === place))[0];

  return {
    ref(call, readerPackage) {
      const { name, packageName } = call;
      const order = packageName === undefined ? [rootPackage, readerPackage, undefined] : [packageName];
      const candidates = (nodesByName.get(name) ?? []).filter(({ version }) => matchesVersion(version, call.version));
      const found = pick(
        candidates.filter(({ enabled }) => enabled),
        order,
      );
      return found ? { found } : { mistake: missingRef(call, pick(candidates, order), nodes) };
    },
    source(call, readerPackage) {
      const candidates = sourcesByName.get(sourceKey({ sourceName: call.sourceName, name: call.tableName })) ?? [];
      const order = [rootPackage, readerPackage, undefined];
      const found = pick(
        candidates.filter(({ enabled }) => enabled),
        order,
      );
      return found ? { found } : { mistake: missingSource(call, pick(candidates, order), sources) };
    },
  };
}

/**
 * Whether a ref means this version of a model. Without a version it means the latest; with one, never a model without
 * versions (dbt).
 */
function matchesVersion(version: ModelVersion | undefined, written: string | number | undefined): boolean {
  if (!version) return written === undefined;
  return String(version.v) === String(written ?? version.latest);
}

function grouped<Item>(items: readonly Item[], key: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

function sourceKey({ sourceName, name }: { readonly sourceName: string; readonly name: string }): string {
  return JSON.stringify([sourceName, name]);
}

function missingRef(call: RefCall, disabled: Referable | undefined, nodes: readonly Referable[]): Mistake {
  const { name, packageName, version, location } = call;
  const names = packageName === undefined ? `'${name}'` : `'${packageName}', '${name}'`;
  const written = version === undefined ? `ref(${names})` : `ref(${names}, v=${version})`;
  if (disabled) {
    return {
      code: 'disabled-ref',
      message: `${written} is disabled by its configuration.`,
      location,
      fix: `enable ${name}, or take the reference away`,
    };
  }
  const enabled = nodes.filter((node) => node.enabled).map((node) => node.version?.model ?? node.name);
  const versions = nodes.flatMap((node) => (node.version?.model === name ? [String(node.version.v)] : []));
  if (version !== undefined && enabled.includes(name)) {
    return {
      code: 'missing-ref',
      message: `${written} is no version of ${name}.`,
      location,
      fix: versions.length > 0 ? `write one of its versions: ${versions.join(', ')}` : `write ref(${names})`,
    };
  }
  return {
    code: 'missing-ref',
    message: `${written} is no model.${didYouMean(name, enabled)}`,
    location,
    fix: 'write the name of a model or seed: its file name without the ending',
  };
}

function missingSource(
  call: SourceCall,
  disabled: Referable | undefined,
  sources: readonly ReferableSource[],
): Mistake {
  const { sourceName, tableName, location } = call;
  const written = `source('${sourceName}', '${tableName}')`;
  if (disabled) {
    return {
      code: 'disabled-source',
      message: `${written} is disabled by its configuration.`,
      location,
      fix: 'enable it, or take the reference away',
    };
  }
  const tables = sources.filter((source) => source.sourceName === sourceName).map(({ name }) => name);
  const suggestion =
    tables.length > 0
      ? didYouMean(tableName, tables)
      : didYouMean(
          sourceName,
          sources.map((source) => source.sourceName),
        );
  return {
    code: 'missing-source',
    message: `${written} is declared nowhere.${suggestion}`,
    location,
    fix: `declare the table under 'sources:' in a YAML file of the models folder`,
  };
}
