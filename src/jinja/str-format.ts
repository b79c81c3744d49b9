import { formatValue } from './format-spec.ts';
import { PythonError } from './python-error.ts';
import { checkTextLength } from './text.ts';
import { type CallArguments, Dict, printValue, reprValue, typeName, Undefined, type Value } from './value.ts';

const FIELD = /\{\{|\}\}|\{([^{}!:]*)(?:!([a-z]))?(?::((?:[^{}]|\{[^{}]*\})*))?\}|[{}]/g;

/**
 * Python's `text.format(…)`. Fields may take items (`{0[name]}`), but no attributes: format strings that reach into
 * objects are a known way out of template sandboxes, and no project needs them.
 * @throws {PythonError}
 */
export function strFormat(text: string, { positional, named }: CallArguments, mapping?: Value): string {
  let next = 0;
  let length = 0;
  const lookUp = (name: string): Value => {
    const value = name === '' ? positional[next++] : /^\d+$/.test(name) ? positional[Number(name)] : (named.get(name) ?? fromMapping(mapping, name));
    if (value !== undefined) return value;
    if (name === '' || /^\d+$/.test(name)) throw new PythonError('IndexError', 'Replacement index out of range for positional args');
    throw new PythonError('KeyError', `'${name}'`);
  };
  const fieldValue = (path: string): Value => {
    const [, name = '', rest = ''] = /^([^.[]*)(.*)$/s.exec(path) ?? [];
    return itemsIn(lookUp(name), rest);
  };
  return text.replace(FIELD, (whole, path?: string, conversion?: string, spec = '') => {
    if (whole === '{{') return '{';
    if (whole === '}}') return '}';
    if (path === undefined) throw new PythonError('ValueError', `single '${whole}' encountered in format string`);
    const value = fieldValue(path);
    const filledSpec = spec.replace(/\{([^{}]*)\}/g, (_, inner: string) => printValue(fieldValue(inner)));
    const formatted = formatValue(converted(value, conversion), filledSpec);
    length += formatted.length;
    checkTextLength(length);
    return formatted;
  });
}

function fromMapping(mapping: Value | undefined, name: string): Value | undefined {
  return mapping instanceof Dict ? mapping.get(name) : undefined;
}

function itemsIn(value: Value, path: string): Value {
  let current = value;
  for (const [step, key] of path.matchAll(/\[([^\]]*)\]|\.\w+|./gs)) {
    if (key === undefined) throw new PythonError('SecurityError', `a format string may not reach '${step}' of an object`);
    const item = itemIn(current, key);
    if (item === undefined) throw new PythonError('KeyError', `'${key}'`);
    current = item;
  }
  return current;
}

function itemIn(value: Value, key: string): Value | undefined {
  if (value instanceof Dict) return value.get(/^\d+$/.test(key) ? Number(key) : key);
  if (Array.isArray(value)) return value[Number(key)];
  if (value instanceof Undefined) throw value.error();
  throw new PythonError('TypeError', `'${typeName(value)}' object has no items`);
}

function converted(value: Value, conversion: string | undefined): Value {
  switch (conversion) {
    case undefined:
      return value;
    case 's':
      return printValue(value);
    case 'r':
    case 'a':
      return reprValue(value);
    default:
      throw new PythonError('ValueError', `unknown conversion '${conversion}'`);
  }
}
