import { createHash } from 'node:crypto';
import { asMapping } from '../mapping.ts';

/** The two names of a generic test: `full` is in its unique id and fqn, `short` is its alias and file name. */
export interface GenericTestName {
  readonly full: string;
  readonly short: string;
}

/**
 * The name that dbt makes for a generic test (dbt: synthesize_generic_test_names): its type and target, then the values of
 * its arguments in the order of their names, with `_` for everything but word characters.
 * @param print prints a value as Python's `str()` does
 */
export function genericTestName(
  {
    type,
    target,
    kwargs,
  }: { readonly type: string; readonly target: string; readonly kwargs: ReadonlyMap<string, unknown> },
  print: (value: unknown) => string,
): GenericTestName {
  const parts = [...kwargs]
    .filter(([name]) => name !== 'model')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, value]) => flattened(value))
    .map((value) => print(value).replace(/[^0-9a-zA-Z_]+/g, '_'));
  const identifier = `${type}_${target}`;
  const full = `${identifier}_${parts.join('__')}`;
  return { full, short: full.length < 64 ? full : `${identifier.slice(0, 30)}_${md5(full)}` };
}

/**
 * The last part of a generic test's unique id (dbt: create_test_node). `metadata` has every leaf as text already, so
 * that its Python `repr` is the same whatever the types were.
 */
export function genericTestHash(
  name: string,
  metadata: ReadonlyMap<string, unknown>,
  print: (value: unknown) => string,
): string {
  return md5(name + pythonRepr(metadata, print)).slice(-10);
}

/** Python's `repr` of dicts with sorted keys, lists, and strings. */
function pythonRepr(value: unknown, print: (value: unknown) => string): string {
  const mapping = asMapping(value);
  if (mapping) {
    const keys = [...mapping.keys()].sort();
    return `{${keys.map((key) => `${quoted(key)}: ${pythonRepr(mapping.get(key), print)}`).join(', ')}}`;
  }
  if (Array.isArray(value)) return `[${value.map((item) => pythonRepr(item, print)).join(', ')}]`;
  return quoted(print(value));
}

/** Python's `repr` of a string: in single quotes, unless it has single quotes and no double quotes. */
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll(quote, `\\${quote}`);
  return quote + escaped + quote;
}

function flattened(value: unknown): readonly unknown[] {
  const mapping = asMapping(value);
  if (mapping) return [...mapping.values()];
  return Array.isArray(value) ? value : [value];
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
