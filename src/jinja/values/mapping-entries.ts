import { PythonError } from './python-error.ts';
import { Dict, HostObject, typeName, Undefined, type Value } from './value.ts';

/** The entries of a mapping, as `mapping.items()` gives them. @throws {PythonError} for a value that is no mapping */
export function mappingEntries(value: Value): readonly (readonly [Value, Value])[] {
  if (value instanceof Dict) return value.entries();
  if (value instanceof Undefined) throw value.error();
  const keys = value instanceof HostObject && value.isMapping() ? value.items() : undefined;
  if (!(value instanceof HostObject) || !keys) {
    throw new PythonError('AttributeError', `'${typeName(value)}' object has no attribute 'items'`);
  }
  return keys.map((key) => [key, value.getItem(key) ?? null] as const);
}
