import { asList, asMapping, type Mapping } from '../mapping.ts';

/**
 * Keys whose lists are joined over all layers. Hooks are spelled with a dash here, also if the project writes
 * `pre_hook`.
 */
const APPENDED = new Set(['tags', 'packages', 'pre-hook', 'post-hook']);
const UPDATED = new Set(['meta', 'quoting', 'column_types', 'docs', 'contract', 'snapshot_meta_column_names']);

/**
 * Merges layers of configuration as dbt does. A later layer replaces the values of an earlier one, but some lists are
 * joined,
 * some dicts are updated, and `grants` has a rule of its own.
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

/**
 * Merges `grants`. The grantees of a privilege with a `+` are added to those of earlier layers; without it, they
 * replace them.
 */
function mergeGrants(base: Mapping = new Map(), grants: Mapping = new Map()): Mapping {
  const merged = new Map(base);
  for (const [written, grantees] of grants) {
    const key = written.replace(/^\+/, '');
    merged.set(key, key === written ? asList(grantees) : [...asList(merged.get(key)), ...asList(grantees)]);
  }
  return merged;
}

/**
 * Layers of configuration in a tree of dbt_project.yml, such as `models:`, for one node: one layer for each folder of
 * its fqn,
 * outermost first. A key with `+` is configuration, and so is a plain key, unless its value is a mapping: that is a folder.
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
