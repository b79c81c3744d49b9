/** A mapping of YAML or of a template, in the order it was written: readers give objects or Maps. */
export type Mapping = ReadonlyMap<string, unknown>;

/** `undefined` for anything that is no mapping. */
export function asMapping(value: unknown): Mapping | undefined {
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [String(key), item]));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null
    ? new Map(Object.entries(value))
    : undefined;
}

/** Maps at any depth become objects: for JSON and for records such as `meta`. */
export function toObject(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toObject);
  const mapping = asMapping(value);
  return mapping ? Object.fromEntries([...mapping].map(([key, item]) => [key, toObject(item)])) : value;
}

/** A list as it is, a single value as a list of one, nothing as an empty list: as dbt reads `tags` and hooks. */
export function asList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
