import { integerArgument, textArgument } from '../../values/arguments.ts';
import { PythonError } from '../../values/python-error.ts';
import { Dict, type Value } from '../../values/value.ts';
import { PATTERN_METHODS, type PatternMethod, PatternValue } from './pattern-value.ts';
import { named } from './python-class.ts';
import { REGEX_FLAGS } from './regex-node.ts';

/** `modules.re`, with Python's own order of tries, so that it finds what Python finds. */
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
    const known = patterns.get(key);
    if (known) return known;
    const made = new PatternValue(source, bits);
    if (patterns.size >= MAX_KEPT) patterns.clear();
    patterns.set(key, made);
    return made;
  };
  return new Dict([
    named('compile', 'pattern flags?', ([pattern, flags]) => compile(pattern, flags)),
    ...Array.from(PATTERN_METHODS, ([name, method]) => moduleFunction(name, method, compile)),
    named('escape', 'pattern', ([pattern]) => escapePattern(textArgument(pattern))),
    named('purge', '', () => null),
    ...FLAGS,
  ]);
}

/** Compiled patterns kept for the next call, which in a loop is the same again. */
const MAX_KEPT = 500;

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

/** `re.sub(pattern, repl, string, count, flags)`: as the method, without `pos` and `endpos`. */
function moduleFunction(
  name: string,
  { parameters, call }: PatternMethod,
  compile: (pattern: Value | undefined, flags: Value | undefined) => PatternValue,
) {
  const own = parameters.replace(' pos? endpos?', '');
  const count = own.split(' ').length;
  return named(name, `pattern ${own} flags?`, (given, caller) =>
    call(compile(given[0], given[count + 1]), given.slice(1, count + 1), caller),
  );
}

function escapePattern(text: string): string {
  return text.replace(/[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g, '\\$&');
}
