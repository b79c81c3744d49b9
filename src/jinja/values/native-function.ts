import { PythonError } from './python-error.ts';
import type { CallArguments, Value } from './value.ts';

/** Arguments in the order of the parameters; `undefined` for a parameter that got none. */
export type BoundArguments = readonly (Value | undefined)[];

/**
 * Binds a call's arguments to parameters as Python does. `parameters` are names between spaces: `old new count?` has two
 * required ones and an optional one.
 * @throws {PythonError} TypeError for too many, unknown or missing arguments.
 */
export function bindArguments(name: string, parameters: string, { positional, named }: CallArguments): BoundArguments {
  const specs = parametersOf(parameters);
  if (positional.length > specs.length) {
    throw new PythonError(
      'TypeError',
      `${name}() takes at most ${specs.length} arguments (${positional.length} given)`,
    );
  }
  if (named.size === 0 && positional.length === specs.length) return positional;
  for (const given of named.keys()) {
    const index = specs.findIndex((spec) => spec.name === given);
    if (index === -1) throw new PythonError('TypeError', `${name}() got an unexpected keyword argument '${given}'`);
    if (index < positional.length)
      throw new PythonError('TypeError', `${name}() got multiple values for argument '${given}'`);
  }
  return specs.map((spec, index) => {
    const value = index < positional.length ? positional[index] : named.get(spec.name);
    if (value === undefined && !spec.isOptional)
      throw new PythonError('TypeError', `${name}() missing argument '${spec.name}'`);
    return value;
  });
}

interface ParameterSpec {
  readonly name: string;
  readonly isOptional: boolean;
}

function parametersOf(parameters: string): readonly ParameterSpec[] {
  if (parameters === '') return [];
  return parameters.split(' ').map((word) => {
    const isOptional = word.endsWith('?');
    return { name: isOptional ? word.slice(0, -1) : word, isOptional };
  });
}

/** A method, filter or test implemented here: its parameters and its body. */
export interface NativeFunction<Self, Result = Value> {
  /** Names as {@link bindArguments} reads them; `*` stands for any number of positional arguments. */
  readonly parameters: string;
  readonly call: (self: Self, args: BoundArguments, all: CallArguments) => Result;
}

export function native<Self, Result = Value>(
  parameters: string,
  call: (self: Self, args: BoundArguments, all: CallArguments) => Result,
): NativeFunction<Self, Result> {
  return { parameters, call };
}

export function callNative<Self, Result>(
  name: string,
  { parameters, call }: NativeFunction<Self, Result>,
  self: Self,
  args: CallArguments,
): Result {
  return call(self, parameters === '*' ? args.positional : bindArguments(name, parameters, args), args);
}
