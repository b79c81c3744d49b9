import { toPlain, toValue } from '../../../jinja/values/plain-value.ts';
import { Callable, HostObject, type Value } from '../../../jinja/values/value.ts';
import type { Location } from '../../../location.ts';
import { UserError } from '../../../user-error.ts';
import { asMapping, type Mapping } from '../../mapping.ts';
import { templateFunction } from '../functions/template-function.ts';

/**
 * The value of `config` while a template is parsed (dbt: ParseConfigObject). `configure` gets the arguments of its
 * calls; every key reads as empty.
 */
export function parsedConfig(configure: (layer: Mapping) => void): Value {
  return new ConfigValue(
    configure,
    () => '',
    (given) => given ?? '',
  );
}

/**
 * The value of `config` while a template is compiled. Its keys are those of the node's configuration; a call does
 * nothing.
 */
export function runtimeConfig(config: { readonly [key: string]: unknown }): Value {
  const read = (key: string) => {
    const dashed = key.replace(/^(pre|post)_hook$/, '$1-hook');
    return Object.hasOwn(config, dashed) ? toValue(config[dashed]) : undefined;
  };
  return new ConfigValue(
    () => undefined,
    read,
    (given) => given ?? null,
  );
}

type Read = (key: string) => Value | undefined;

class ConfigValue extends HostObject {
  readonly typeName = 'config';
  readonly #configure: (layer: Mapping) => void;
  readonly #read: Read;
  readonly #otherwise: (given: Value | undefined) => Value;

  constructor(configure: (layer: Mapping) => void, read: Read, otherwise: (given: Value | undefined) => Value) {
    super();
    this.#configure = configure;
    this.#read = read;
    this.#otherwise = otherwise;
  }

  print(): string {
    return '<config>';
  }

  override asCallable(): Callable {
    return new Callable('config', ({ positional, named }, site) => {
      this.#configure(readLayer(positional, named, site));
      return '';
    });
  }

  getAttribute(name: string): Value | undefined {
    switch (name) {
      case 'get':
        return templateFunction('get', ['name', 'default', 'validator'], ({ given }) => {
          const found = this.#find(given.name);
          return found === undefined ? this.#otherwise(given.default) : found;
        });
      case 'require':
        return templateFunction('require', ['name', 'validator'], ({ given, site }) => {
          const found = this.#find(given.name);
          return found === undefined ? missing(String(given.name), site) : found;
        });
      case 'meta_get':
        return templateFunction('meta_get', ['name', 'default'], ({ given }) => {
          const meta = asMapping(toPlain(this.#read('meta') ?? null));
          const found = typeof given.name === 'string' ? meta?.get(given.name) : undefined;
          return found === undefined ? this.#otherwise(given.default) : toValue(found);
        });
      case 'set':
        return templateFunction('set', ['name', 'value'], ({ given }) => {
          if (typeof given.name === 'string') this.#configure(new Map([[given.name, toPlain(given.value ?? null)]]));
          return '';
        });
      case 'persist_relation_docs':
      case 'persist_column_docs':
        return templateFunction(name, [], () => {
          const persisted = asMapping(toPlain(this.#read('persist_docs') ?? null));
          return persisted?.get(name === 'persist_relation_docs' ? 'relation' : 'columns') === true;
        });
      default:
        return undefined;
    }
  }

  #find(name: Value | undefined): Value | undefined {
    return typeof name === 'string' ? this.#read(name) : undefined;
  }
}

/** The configuration in the arguments of a call: `config({…})` or `config(key=value, …)`. */
function readLayer(positional: readonly Value[], named: ReadonlyMap<string, Value>, site: Location): Mapping {
  const [first, ...more] = positional;
  const dict = first === undefined ? undefined : asMapping(toPlain(first));
  if (more.length > 0 || (first !== undefined && (named.size > 0 || !dict))) {
    throw new UserError({
      code: 'bad-config',
      message: 'config() takes one dict, or names with values.',
      location: site,
      fix: "write config(materialized='table')",
    });
  }
  return dict ?? new Map(Array.from(named, ([key, value]) => [key, toPlain(value)]));
}

function missing(name: string, site: Location): never {
  throw new UserError({
    code: 'missing-config',
    message: `the configuration '${name}' is required here, but not set.`,
    location: site,
    fix: `set '${name}' in config()`,
  });
}
