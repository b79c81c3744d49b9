import { Callable, type Value } from '../../../jinja/values/value.ts';
import type { Location } from '../../../location.ts';
import { didYouMean } from '../../../nearest-name.ts';
import { UserError } from '../../../user-error.ts';

/** The arguments of one call, by parameter; `undefined` for a parameter without an argument. */
export interface Bound<Parameter extends string> {
  readonly given: { readonly [name in Parameter]?: Value };
  readonly site: Location;
}

/** Makes a function for templates. Arguments are bound to parameters by position and by name, as in Python. */
export function templateFunction<const Parameter extends string>(
  name: string,
  parameters: readonly Parameter[],
  body: (bound: Bound<Parameter>) => Value | Promise<Value>,
): Callable {
  return new Callable(name, ({ positional, named }, site) => {
    if (positional.length > parameters.length) {
      throw new UserError({
        code: 'jinja-runtime',
        message: `${name}() takes ${parameters.length} arguments, but ${positional.length} are given`,
        location: site,
      });
    }
    const given: { [parameter in Parameter]?: Value } = {};
    for (const [index, parameter] of parameters.entries()) {
      const value = index < positional.length ? positional[index] : named.get(parameter);
      if (value !== undefined) given[parameter] = value;
    }
    for (const argument of named.keys()) {
      if (!isOneOf(parameters, argument)) {
        throw new UserError({
          code: 'jinja-runtime',
          message: `${name}() has no argument '${argument}'.${didYouMean(argument, parameters)}`,
          location: site,
        });
      }
    }
    return body({ given, site });
  });
}

function isOneOf(names: readonly string[], name: string): boolean {
  return names.includes(name);
}
