import { Float, type Value } from './value.ts';

/** Whether it is Python's int, or a bool, which is an int to Python. */
export function isInteger(value: Value): value is number | bigint | boolean {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
}

export function isNumber(value: Value): value is number | bigint | boolean | Float {
  return isInteger(value) || value instanceof Float;
}

/** Any number as a double; an int beyond 2^53 loses its last digits. */
export function asDouble(value: number | bigint | boolean | Float): number {
  return value instanceof Float ? value.value : Number(value);
}
