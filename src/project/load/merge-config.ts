import { asList, asMapping, type Mapping } from '../mapping.ts';

/** Keys whose values add up from layer to layer. Hooks have a dash here, whichever way they are written. */
const APPENDED = new Set(['tags', 'packages', 'pre-hook', 'post-hook']);
const UPDATED = new Set(['meta', 'quoting', 'column_types', 'docs', 'contract', 'snapshot_meta_column_names']);

/**
 * Merges configurations, each over the one before, as dbt does: some lists add up, some dicts are updated, `grants` has a rule
 * of its own, and any other value replaces the one before.
 */
export function mergeConfig(layers: readonly Mapping[]): Mapping {
  const merged = new Map<string, unknown>();
  for (const layer of layers) {
    for (const [written, value] of layer) {
      const key = written.replace(/^(pre|post)_hook$/, '$1-hook');
      merged.set(key, merged.has(key) ? mergeValue(key, merged.get(key), value) : firstValue(key, value));
    }
  }
  return merged;
}

function mergeValue(key: string, base: unknown, value: unknown): unknown {
  if (APPENDED.has(key)) return [...asList(base), ...asList(value)];
  if (UPDATED.has(key)) return new Map([...(asMapping(base) ?? []), ...(asMapping(value) ?? [])]);
  return key === 'grants' ? mergeGrants(asMapping(base), asMapping(value)) : value;
}

function firstValue(key: string, value: unknown): unknown {
  if (APPENDED.has(key)) return asList(value);
  return key === 'grants' ? mergeGrants(undefined, asMapping(value)) : value;
}

/** dbt: grantees of a privilege that is written with `+` are added to those it has already. */
function mergeGrants(base: Mapping = new Map(), grants: Mapping = new Map()): Mapping {
  const merged = new Map(base);
  for (const [written, grantees] of grants) {
    const key = written.replace(/^\+/, '');
    merged.set(key, key === written ? asList(grantees) : [...asList(merged.get(key)), ...asList(grantees)]);
  }
  return merged;
}

/**
 * The configuration that `dbt_project.yml` gives a node by its package and folders, outermost first: the tree under
 * `models:`, walked along the fqn. A key with `+` is configuration, and so is a plain key, unless its value is a mapping:
 * that is a folder.
 */
export function folderLayers(tree: unknown, fqn: readonly string[]): readonly Mapping[] {
  const layers: Mapping[] = [];
  let level = asMapping(tree);
  for (const step of [...fqn, undefined]) {
    if (!level) break;
    layers.push(configKeys(level));
    level = step === undefined ? undefined : asMapping(level.get(step));
  }
  return layers;
}

function configKeys(level: Mapping): Mapping {
  const keys = new Map<string, unknown>();
  for (const [key, value] of level) {
    if (key.startsWith('+')) keys.set(key.slice(1).trim(), value);
    else if (!asMapping(value)) keys.set(key, value);
  }
  return keys;
}
