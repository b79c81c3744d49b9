import { unreachable } from '../../unreachable.ts';
import type { NodeConfig, Resource } from '../node.ts';

/**
 * Whether the configuration has, at a path of keys, a value, a list with it, or a mapping with it as a key:
 * `config.materialized:view`, `config.meta.owner:ada`.
 */
export function matchesConfig(resource: Resource, path: readonly string[], value: string): boolean {
  const config = configOf(resource);
  if (!config) return false;
  const { enabled, materialized, schema, alias, database, tags, meta, severity, other } = config;
  const keys: { readonly [key: string]: unknown } = {
    ...other,
    enabled,
    materialized,
    schema,
    alias,
    database,
    tags,
    meta,
    severity,
  };
  const found = path.reduce<unknown>(memberOf, keys);
  const wanted = value.toLowerCase();
  if (Array.isArray(found)) return found.some((item) => String(item).toLowerCase() === wanted);
  if (typeof found === 'object' && found !== null) return memberOf(found, value) !== undefined;
  return found !== undefined && found !== null && String(found).toLowerCase() === wanted;
}

function configOf(resource: Resource): NodeConfig | undefined {
  switch (resource.resourceType) {
    case 'model':
    case 'snapshot':
    case 'seed':
    case 'test':
      return resource.config;
    case 'source':
    case 'exposure':
    case 'unit_test':
      return undefined;
    default:
      return unreachable(resource);
  }
}

function memberOf(value: unknown, key: string): unknown {
  if (value instanceof Map) return value.get(key);
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined;
}
