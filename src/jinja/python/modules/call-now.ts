import { PythonError } from '../../values/python-error.ts';
import { Callable, HostObject, typeName, type Value } from '../../values/value.ts';
import type { Caller } from './python-class.ts';

/** What may be called as a function; `undefined` when the value may not. */
export function callableOf(value: Value | undefined): Callable | undefined {
  if (value instanceof Callable) return value;
  return value instanceof HostObject ? value.asCallable() : undefined;
}

/** @throws {PythonError} TypeError for what is no function. */
export function callableArgument(value: Value | undefined): Callable {
  const callable = callableOf(value);
  if (!callable) throw new PythonError('TypeError', `'${typeName(value ?? null)}' object is not callable`);
  return callable;
}

/**
 * Calls a function where its value is needed at once.
 * @throws {PythonError} RuntimeError for a macro that has to wait for the warehouse.
 */
export function callNow(callable: Callable, positional: readonly Value[], { site, rendering }: Caller): Value {
  const result = callable.call({ positional, named: new Map() }, site, rendering);
  if (!(result instanceof Promise)) return result;
  // It goes on by itself; whether it fails does not matter any more.
  result.catch(() => undefined);
  throw new PythonError(
    'RuntimeError',
    `${callable.name}() has to wait for the warehouse, which a function that modules call cannot do: call it before`,
  );
}
