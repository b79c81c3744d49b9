import { PythonError } from '../../values/python-error.ts';
import { atOnce } from '../../values/steps.ts';
import { Callable, HostObject, typeName, type Value } from '../../values/value.ts';
import type { Caller } from './python-class.ts';

/** The function behind a value; `undefined` for a value that is not callable. */
export function callableOf(value: Value | undefined): Callable | undefined {
  if (value instanceof Callable) return value;
  return value instanceof HostObject ? value.asCallable() : undefined;
}

/** The argument as a function. @throws {PythonError} TypeError for a value that is not callable */
export function callableArgument(value: Value | undefined): Callable {
  const callable = callableOf(value);
  if (!callable) throw new PythonError('TypeError', `'${typeName(value ?? null)}' object is not callable`);
  return callable;
}

/**
 * Calls a function from code that cannot wait, such as the key function of a sort.
 * @throws {PythonError} RuntimeError for a macro that has to wait for the warehouse
 */
export function callNow(callable: Callable, positional: readonly Value[], { site, rendering }: Caller): Value {
  const result = atOnce(() => callable.call({ positional, named: new Map() }, site, rendering));
  if (!(result instanceof Promise)) return result;
  // The call goes on in the background. Its failure must not be an unhandled rejection, which ends the process.
  result.catch(() => undefined);
  throw new PythonError(
    'RuntimeError',
    `${callable.name}() has to wait for the warehouse, which a function that modules call cannot do: call it before`,
  );
}
