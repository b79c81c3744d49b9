import { toValue } from '../../../jinja/values/plain-value.ts';
import { printValue } from '../../../jinja/values/print-value.ts';
import type { Value } from '../../../jinja/values/value.ts';
import type { Location } from '../../../location.ts';
import { didYouMean } from '../../../nearest-name.ts';
import { type Mistake, UserError } from '../../../user-error.ts';
import type { Variables } from '../../variables.ts';
import { templateFunction } from './template-function.ts';

/**
 * The function `var` in templates of a package. A value with Jinja in it is rendered when a template reads it.
 * @param missing gives the value of a var that has none, and no default
 */
export function varFunction(
  variables: Variables,
  packageName: string,
  render: (text: string, at: Location) => string | Promise<string>,
  missing: (name: string, names: readonly string[], site: Location) => Value,
): Value {
  const isReading = new Set<string>();
  const read = (name: string, raw: string, site: Location): Value | Promise<Value> => {
    if (isReading.has(name)) throw new UserError(selfDefined(name, site));
    isReading.add(name);
    const done = <Text>(text: Text): Text => {
      isReading.delete(name);
      return text;
    };
    const rendered = render(raw, site);
    return rendered instanceof Promise ? rendered.then(done) : done(rendered);
  };
  return templateFunction('var', ['name', 'default'], ({ given, site }) => {
    const name = printValue(given.name ?? null);
    const found = variables.find(name, packageName);
    if (!found) return given.default === undefined ? missing(name, variables.names(packageName), site) : given.default;
    const { value, location = site } = found;
    return typeof value === 'string' && /\{[{%#]/.test(value) ? read(name, value, location) : toValue(value);
  });
}

function selfDefined(name: string, location: Location): Mistake {
  return { code: 'bad-var', message: `var('${name}') is defined by itself.`, location, fix: `give ${name} a value` };
}

/** @throws {UserError} with the nearest name */
export function missingVar(name: string, names: readonly string[], site: Location): never {
  throw new UserError({
    code: 'missing-var',
    message: `var('${name}') has no value.${didYouMean(name, names)}`,
    location: site,
    fix: `set it under 'vars:' in dbt_project.yml, or with --vars '{${name}: …}'`,
  });
}

/** The environment, and the rules by which templates may read its variables. */
export interface VisibleEnvironment {
  readonly environment: { readonly [name: string]: string | undefined };
  readonly isVisibleVariable: (name: string) => boolean;
  /** Whether `DBT_ENV_SECRET_*` may be read, which dbt allows in profiles.yml only (dbt: SECRET_ENV_PREFIX). */
  readonly readsSecrets: boolean;
  /** Values that replace those of the environment, by name. */
  readonly standIns?: ReadonlyMap<string, string> | undefined;
}

/** The function `env_var` in templates. A variable that templates may not read counts as not set. */
export function envVarFunction({ environment, isVisibleVariable, readsSecrets, standIns }: VisibleEnvironment): Value {
  return templateFunction('env_var', ['var', 'default'], ({ given, site }) => {
    const name = printValue(given.var ?? null);
    if (name.startsWith('DBT_ENV_SECRET_') && !readsSecrets) {
      throw new UserError({
        code: 'secret-env-var',
        message: `env_var('${name}') is a secret, which only profiles.yml may read.`,
        location: site,
        fix: 'put a value that a model needs, such as the salt of a mask, into a variable without this prefix',
      });
    }
    const visible = isVisibleVariable(name);
    const standIn = visible ? standIns?.get(name) : undefined;
    if (standIn !== undefined) return standIn;
    const value = visible && Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (value !== undefined) return value;
    if (given.default !== undefined) return given.default;
    throw new UserError({
      code: 'missing-env-var',
      message: visible
        ? `env_var('${name}') is not set in the environment.`
        : `env_var('${name}') may not be read: templates of a pull request see DBT_*, FENCELINE_* and the variables in fenceline.yml.`,
      location: site,
      fix: visible ? `set ${name}, or give env_var a default` : `list ${name} under 'env:' in fenceline.yml`,
    });
  });
}
