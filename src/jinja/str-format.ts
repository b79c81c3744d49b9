import { asciiRepr } from './ascii-repr.ts';
import { formatValue } from './format-spec.ts';
import { PythonError } from './python-error.ts';
import { characters, checkTextLength } from './text.ts';
import { type CallArguments, Dict, printValue, reprValue, Tuple, typeName, Undefined, type Value } from './value.ts';

const FIELD = /\{\{|\}\}|\{([^{}!:]*)(?:!([a-z]))?(?::((?:[^{}]|\{[^{}]*\})*))?\}|[{}]/g;

/**
 * Python's `text.format(…)`. Fields may take items (`{0[name]}`), but no attributes: format strings that reach into
 * objects are a known way out of template sandboxes, and no project needs them.
 * @throws {PythonError}
 */
export function strFormat(text: string, args: CallArguments, mapping?: Value): string {
  const fields = new Fields(args, mapping);
  let length = 0;
  return text.replace(FIELD, (whole, path?: string, conversion?: string, spec = '') => {
    if (whole === '{{') return '{';
    if (whole === '}}') return '}';
    if (path === undefined) throw new PythonError('ValueError', `single '${whole}' encountered in format string`);
    const value = fields.valueAt(path);
    const filledSpec = spec.replace(/\{([^{}]*)\}/g, (_: string, inner: string) => printValue(fields.valueAt(inner)));
    const formatted = formatValue(converted(value, conversion), filledSpec);
    length += formatted.length;
    checkTextLength(length);
    return formatted;
  });
}

/** The arguments fields ask for: by name, by number, or one after the other. */
class Fields {
  readonly #args: CallArguments;
  readonly #mapping: Value | undefined;
  #next = 0;
  #isNumbered = false;

  constructor(args: CallArguments, mapping: Value | undefined) {
    this.#args = args;
    this.#mapping = mapping;
  }

  /** `name`, `0`, or nothing for the next one, with items behind: `0[key][1]`. */
  valueAt(path: string): Value {
    const [, name = '', rest = ''] = /^([^.[]*)(.*)$/s.exec(path) ?? [];
    return itemsIn(/^\d*$/.test(name) ? this.#numbered(name) : this.#named(name), rest);
  }

  #numbered(name: string): Value {
    if (name === '' ? this.#isNumbered : this.#next > 0) {
      throw new PythonError('ValueError', 'a format string numbers all of its fields or none');
    }
    if (name !== '') this.#isNumbered = true;
    const value = this.#args.positional[name === '' ? this.#next++ : Number(name)];
    if (value !== undefined) return value;
    throw new PythonError('IndexError', 'Replacement index out of range for positional args');
  }

  #named(name: string): Value {
    const mapped = this.#mapping instanceof Dict ? this.#mapping.get(name) : undefined;
    const value = this.#args.named.get(name) ?? mapped;
    if (value === undefined) throw new PythonError('KeyError', `'${name}'`);
    return value;
  }
}

function itemsIn(value: Value, path: string): Value {
  let current = value;
  for (const [step, key] of path.matchAll(/\[([^\]]*)\]|\.\w+|./gs)) {
    if (key === undefined)
      throw new PythonError('SecurityError', `a format string may not reach '${step}' of an object`);
    const item = itemIn(current, key);
    if (item === undefined) throw new PythonError('KeyError', `'${typeName(current)}' object has no item '${key}'`);
    current = item;
  }
  return current;
}

function itemIn(value: Value, key: string): Value | undefined {
  if (value instanceof Undefined) throw value.error();
  const isNumber = /^\d+$/.test(key);
  if (value instanceof Dict) return value.get(isNumber ? Number(key) : key);
  const items = value instanceof Tuple ? value.items : typeof value === 'string' ? characters(value) : value;
  return Array.isArray(items) && isNumber ? items[Number(key)] : undefined;
}

function converted(value: Value, conversion: string | undefined): Value {
  switch (conversion) {
    case undefined:
      return value;
    case 's':
      return printValue(value);
    case 'r':
      return reprValue(value);
    case 'a':
      return asciiRepr(value);
    default:
      throw new PythonError('ValueError', `unknown conversion '${conversion}'`);
  }
}
