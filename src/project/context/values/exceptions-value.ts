import { printValue } from '../../../jinja/values/print-value.ts';
import { Callable, Dict, type Value } from '../../../jinja/values/value.ts';
import { UserError } from '../../../user-error.ts';
import { templateFunction } from '../functions/template-function.ts';

/** The value of `exceptions` in templates. Each of its functions stops the template with a message, except `warn`. */
export function exceptionsValue(hasReadVariables: () => boolean): Value {
  const raising = (name: string, parameter: string, say: (text: string) => string = (text) => text) =>
    [
      name,
      new Callable(name, ({ positional, named }, site) => {
        const text = printValue(positional[0] ?? named.get(parameter) ?? null);
        if (hasReadVariables()) throw new UserError({ ...HIDDEN_MESSAGE, location: site });
        throw new UserError({ code: 'compiler-error', message: say(text), location: site });
      }),
    ] as const;
  return new Dict([
    raising('raise_compiler_error', 'msg'),
    raising('raise_database_error', 'msg'),
    raising('raise_fail_fast_error', 'msg'),
    raising('raise_not_implemented', 'msg'),
    raising('raise_contract_error', 'yaml_columns', () => 'the model does not have the columns its contract declares.'),
    raising('missing_relation', 'relation', (relation) => `the relation ${relation} is not there.`),
    raising('relation_wrong_type', 'relation', (relation) => `the relation ${relation} is of the wrong type.`),
    raising('missing_config', 'name', (name) => `the configuration '${name}' is missing.`),
    ['warn', templateFunction('warn', ['msg'], () => '')],
  ]);
}

/**
 * The mistake in place of a message of a template that has read variables: the message may hold their values, in any
 * form.
 */
const HIDDEN_MESSAGE = {
  code: 'compiler-error',
  message: 'a template stops with a message of its own. It may hold the value of a variable, so it is not shown.',
  fix: 'read the message in the template',
};
