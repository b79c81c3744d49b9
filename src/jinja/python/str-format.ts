import { printValue, reprValue } from '../values/print-value.ts';
import { PythonError } from '../values/python-error.ts';
import { type CallArguments, Dict, type Value } from '../values/value.ts';
import { asciiRepr } from './ascii-repr.ts';
import { formatValue } from './format-spec.ts';
import { checkTextLength } from './text.ts';

const FIELD = /\{\{|\}\}|\{([^{}!:]*)(?:!([a-z]))?(?::((?:[^{}]|\{[^{}]*\})*))?\}|[{}]/g;

/**
 * Python's `text.format(…)`. Fields read items (`{0[name]}`) and attributes (`{0.name}`) only through `reach`, the way that
 * templates have: format strings that reach into objects are a common way out of template sandboxes.
 * @throws {PythonError} as Python's method does
 */
export function strFormat(text: string, args: CallArguments, reach: Reach, mapping?: Value): string {
  const fields = new Fields(args, reach, mapping);
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

const STEP = /\[([^\]]+)\]|\.([^.[]+)|[\s\S]/g;

/** How templates read attributes and items. */
export interface Reach {
  readonly getAttribute: (object: Value, name: string) => Value;
  readonly getItem: (object: Value, key: Value) => Value;
}

/** The arguments of a format call, read by name, by number, or one after the other. */
class Fields {
  readonly #args: CallArguments;
  readonly #reach: Reach;
  readonly #mapping: Value | undefined;
  #next = 0;
  #isNumbered = false;

  constructor(args: CallArguments, reach: Reach, mapping: Value | undefined) {
    this.#args = args;
    this.#reach = reach;
    this.#mapping = mapping;
  }

  /** The value of a field's path: `name`, `0` or nothing for the next argument, and items behind it as in `0[key][1]`. */
  valueAt(path: string): Value {
    const [, name = '', rest = ''] = /^([^.[]*)(.*)$/s.exec(path) ?? [];
    return itemsIn(/^\d*$/.test(name) ? this.#numbered(name) : this.#named(name), rest, this.#reach);
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

function itemsIn(value: Value, path: string, { getAttribute, getItem }: Reach): Value {
  let current = value;
  for (const [step, key, attribute] of path.matchAll(STEP)) {
    if (attribute !== undefined) current = getAttribute(current, attribute);
    else if (key !== undefined) current = getItem(current, /^\d+$/.test(key) ? Number(key) : key);
    else throw new PythonError('ValueError', `'${step}' means nothing in a field of a format string`);
  }
  return current;
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
