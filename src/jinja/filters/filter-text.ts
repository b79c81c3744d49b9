import { percentFormat } from '../python/percent-format.ts';
import { characters, checkTextLength, textLength } from '../python/text.ts';
import { capitalize } from '../python/text-case.ts';
import { SPACE, splitLines } from '../python/whitespace.ts';
import { wrapWords } from '../python/word-wrap.ts';
import { integerArgument, textArgument } from '../values/arguments.ts';
import { lengthOf } from '../values/iterate.ts';
import { printValue } from '../values/print-value.ts';
import { PythonError, type PythonErrorKind } from '../values/python-error.ts';
import { center, replaceText, strip } from '../values/text-methods.ts';
import { Dict, isTruthy, Tuple, typeName, Undefined, type Value } from '../values/value.ts';
import { filter } from './filter.ts';

/*
 * Jinja's `escape`, `safe`, `striptags` and `tojson` give Markup: a text that autoescaping leaves alone and that escapes
 * what is added to it. SQL is rendered without autoescaping, where Markup prints like a plain text, so it is one here. The
 * difference: `('a' | safe) + '<'` stays `a<`, and `x | e | e` escapes twice.
 */

export const CAPITALIZE = filter('', (input) => capitalize(printValue(input)));
export const CENTER = filter('width?', (input, [width]) => center(printValue(input), integerArgument(width, 80)));
export const LOWER = filter('', (input) => printValue(input).toLowerCase());
export const STRING = filter('', (input) => printValue(input));
export const TRIM = filter('chars?', (input, [chars]) => strip(printValue(input), chars, 'both'));
export const UPPER = filter('', (input) => printValue(input).toUpperCase());

export const FORMAT = filter('*', (input, _, __, { positional, named }) => {
  if (positional.length > 0 && named.size > 0) {
    throw new PythonError('FilterArgumentError', "can't handle positional and keyword arguments at the same time");
  }
  return percentFormat(printValue(input), named.size > 0 ? new Dict(named) : new Tuple(positional));
});

export const INDENT = filter('width? first? blank?', (input, [width = 4, first = false, blank = false], { meter }) => {
  const indention = typeof width === 'string' ? width : ' '.repeat(repetitions(integerArgument(width)));
  // Jinja adds a line end first: without it, Python's splitlines() sees no empty last line in `a\n`.
  const lines = splitLines(`${textOf(input, Array.isArray(input) ? 'AttributeError' : 'TypeError')}\n`);
  const length = lines.reduce((sum, line) => sum + line.length + indention.length + 1, 0);
  checkTextLength(length);
  meter.work(length);
  const indentsBlank = isTruthy(blank);
  const [head = '', ...rest] = lines;
  const indented = rest.map((line) => (line === '' && !indentsBlank ? line : indention + line));
  return [(isTruthy(first) ? indention : '') + head, ...indented].join('\n');
});

export const REPLACE = filter('old new count?', (input, [old = '', by = '', count = null]) =>
  replaceText(printValue(input), printValue(old), printValue(by), count === null ? -1 : integerArgument(count)),
);

const WORD_START = new RegExp(`([-({[<${SPACE}]+)`);

/** The filter `title`, by Jinja's own rule: a word begins behind white space, a hyphen or an opening bracket. */
export const TITLE = filter('', (input) =>
  printValue(input)
    .split(WORD_START)
    .map((word) => {
      const [first = ''] = characters(word.slice(0, 2));
      return first.toUpperCase() + word.slice(first.length).toLowerCase();
    })
    .join(''),
);

export const TRUNCATE = filter(
  'length? killwords? end? leeway?',
  (input, [length, killwords = false, end, leeway = null]) => {
    const ending = textArgument(end, '...');
    const limit = integerArgument(length, 255);
    const tolerance = leeway === null ? 5 : integerArgument(leeway);
    const room = limit - textLength(ending);
    if (room < 0) throw new PythonError('AssertionError', `expected length >= ${textLength(ending)}, got ${limit}`);
    if (tolerance < 0) throw new PythonError('AssertionError', `expected leeway >= 0, got ${tolerance}`);
    if (lengthOf(input) <= limit + tolerance) return input;
    const start = characters(textOf(input)).slice(0, room).join('');
    const lastSpace = isTruthy(killwords) ? -1 : start.lastIndexOf(' ');
    return (lastSpace === -1 ? start : start.slice(0, lastSpace)) + ending;
  },
);

export const WORDCOUNT = filter('', (input) => printValue(input).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0);

export const WORDWRAP = filter(
  'width? break_long_words? wrapstring? break_on_hyphens?',
  (input, [width, breaksLongWords = true, wrapstring = null, breaksOnHyphens = true], { meter }) => {
    const lineEnd = wrapstring === null ? '\n' : textArgument(wrapstring);
    const lines = splitLines(textOf(input, 'AttributeError')).flatMap((line) => {
      const wrapped = wrapWords(line, {
        width: integerArgument(width, 79),
        breaksLongWords: isTruthy(breaksLongWords),
        breaksOnHyphens: isTruthy(breaksOnHyphens),
      });
      // A line without words stays an empty line.
      return wrapped.length === 0 ? [''] : wrapped;
    });
    const length = lines.reduce((sum, line) => sum + line.length + lineEnd.length, 0);
    checkTextLength(length);
    meter.work(length);
    return lines.join(lineEnd);
  },
);

/** The input of a filter that calls a method of str. @throws {PythonError} for a value of another type */
function textOf(input: Value, kind: PythonErrorKind = 'TypeError'): string {
  if (typeof input === 'string') return input;
  if (input instanceof Undefined) throw input.error();
  throw new PythonError(kind, `expected a text, not ${typeName(input)}`);
}

function repetitions(count: number): number {
  checkTextLength(count);
  return Math.max(0, count);
}
