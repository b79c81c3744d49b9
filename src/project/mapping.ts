/** A mapping of YAML or of a template, with its keys in the order of the file. */
export type Mapping = ReadonlyMap<string, unknown>;

/** An object or Map as a mapping; `undefined` for anything else. */
export function asMapping(value: unknown): Mapping | undefined {
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [String(key), item]));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null
    ? new Map(Object.entries(value))
    : undefined;
}

/** The value with each Map in it, at any depth, as an object: for JSON, and for records such as `meta`. */
export function toObject(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toObject);
  const mapping = asMapping(value);
  return mapping ? Object.fromEntries([...mapping].map(([key, item]) => [key, toObject(item)])) : value;
}

/** A value as a list, as dbt reads `tags` and hooks: a single value gives a list of one, and no value an empty list. */
export function asList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
