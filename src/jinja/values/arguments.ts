import { isInteger } from './numbers.ts';
import { PythonError } from './python-error.ts';
import { HostObject, typeName, Undefined, type Value } from './value.ts';

/** The argument as a text. @throws {PythonError} TypeError for a value of another type */
export function textArgument(value: Value | undefined, fallback?: string): string {
  if (value === undefined && fallback !== undefined) return fallback;
  if (typeof value === 'string') return value;
  if (value instanceof HostObject) return value.print();
  if (value instanceof Undefined) throw value.error();
  throw new PythonError('TypeError', `expected a text, not ${typeName(value ?? null)}`);
}

export function integerArgument(value: Value | undefined, fallback?: number): number {
  if (value === undefined && fallback !== undefined) return fallback;
  if (value !== undefined && isInteger(value)) return Number(value);
  if (value instanceof Undefined) throw value.error();
  throw new PythonError('TypeError', `'${typeName(value ?? null)}' object cannot be interpreted as an integer`);
}
