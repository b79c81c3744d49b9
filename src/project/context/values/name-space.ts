import { HostObject, type Value } from '../../../jinja/values/value.ts';
import { templateFunction } from '../functions/template-function.ts';
import { textOf } from '../functions/text-of.ts';

/** A value whose attributes are other values: `api` in `api.Relation`, `builtins` in `builtins.ref`. */
export class NameSpace extends HostObject {
  readonly typeName: string;
  readonly #names: ReadonlyMap<string, Value>;

  constructor(names: ReadonlyMap<string, Value>, typeName: string) {
    super();
    this.#names = names;
    this.typeName = typeName;
  }

  print(): string {
    return `<${this.typeName}>`;
  }

  getAttribute(name: string): Value | undefined {
    if (name === 'get')
      return templateFunction('get', ['key', 'default'], ({ given }) => {
        const found = this.#names.get(textOf(given.key));
        return found === undefined ? (given.default ?? null) : found;
      });
    return this.#names.get(name);
  }

  override getItem(key: Value): Value | undefined {
    return typeof key === 'string' ? this.#names.get(key) : undefined;
  }
}
