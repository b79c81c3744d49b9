import { integerArgument, textArgument } from '../../values/arguments.ts';
import { PythonError } from '../../values/python-error.ts';
import { Dict, type Value } from '../../values/value.ts';
import { PATTERN_METHODS, type PatternMethod, PatternValue } from './pattern-value.ts';
import { functionEntry } from './python-class.ts';
import { REGEX_FLAGS } from './regex-node.ts';

/** `modules.re`. Patterns try alternatives in Python's order, so they match what Python matches. */
export function reModule(): Dict {
  const patterns = new Map<string, PatternValue>();
  const compile = (pattern: Value | undefined, flags: Value | undefined): PatternValue => {
    if (pattern instanceof PatternValue) {
      if (flags === undefined || flags === 0) return pattern;
      throw new PythonError('ValueError', 'cannot process flags argument with a compiled pattern');
    }
    const source = textArgument(pattern);
    const bits = integerArgument(flags, 0);
    const key = `${bits} ${source}`;
    const cached = patterns.get(key);
    if (cached) return cached;
    const compiled = new PatternValue(source, bits);
    if (patterns.size >= MAX_CACHED) patterns.clear();
    patterns.set(key, compiled);
    return compiled;
  };
  return new Dict([
    functionEntry('compile', 'pattern flags?', ([pattern, flags]) => compile(pattern, flags)),
    ...Array.from(PATTERN_METHODS, ([name, method]) => moduleFunction(name, method, compile)),
    functionEntry('escape', 'pattern', ([pattern]) => escapePattern(textArgument(pattern))),
    functionEntry('purge', '', () => null),
    ...FLAGS,
  ]);
}

/** The largest number of compiled patterns in the cache, which saves a loop from compiling the same one again. */
const MAX_CACHED = 500;

const FLAGS: readonly (readonly [string, Value])[] = [
  ['A', REGEX_FLAGS.ASCII],
  ['ASCII', REGEX_FLAGS.ASCII],
  ['I', REGEX_FLAGS.IGNORECASE],
  ['IGNORECASE', REGEX_FLAGS.IGNORECASE],
  ['M', REGEX_FLAGS.MULTILINE],
  ['MULTILINE', REGEX_FLAGS.MULTILINE],
  ['S', REGEX_FLAGS.DOTALL],
  ['DOTALL', REGEX_FLAGS.DOTALL],
  ['U', REGEX_FLAGS.UNICODE],
  ['UNICODE', REGEX_FLAGS.UNICODE],
  ['X', REGEX_FLAGS.VERBOSE],
  ['VERBOSE', REGEX_FLAGS.VERBOSE],
  ['NOFLAG', 0],
];

/**
 * A function of the module, such as `re.sub(pattern, repl, string, count, flags)`: the pattern's method without `pos`
 * and `endpos`.
 */
function moduleFunction(
  name: string,
  { parameters, call }: PatternMethod,
  compile: (pattern: Value | undefined, flags: Value | undefined) => PatternValue,
) {
  const own = parameters.replace(' pos? endpos?', '');
  const count = own.split(' ').length;
  return functionEntry(name, `pattern ${own} flags?`, (given, caller) =>
    call(compile(given[0], given[count + 1]), given.slice(1, count + 1), caller),
  );
}

function escapePattern(text: string): string {
  return text.replace(/[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g, '\\$&');
}
