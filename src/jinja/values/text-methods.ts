import { characters, checkTextLength, textLength } from '../python/text.ts';
import { capitalize, caseFold, isLower, isTitle, isUpper, swapCase, titleCase } from '../python/text-case.ts';
import { TEXT_KINDS } from '../python/text-kind.ts';
import { makeTranslation, translate } from '../python/text-translation.ts';
import { isSpace, SPACE, splitLines } from '../python/whitespace.ts';
import { integerArgument, textArgument } from './arguments.ts';
import { iterate } from './iterate.ts';
import { type NativeFunction, native } from './native-function.ts';
import { PythonError } from './python-error.ts';
import { HostObject, isTruthy, Tuple, typeName, type Value } from './value.ts';

type Method = NativeFunction<string>;

/** Python's methods of str, without `format` and `format_map`: these reach attributes (see `str-format.ts`). */
export const TEXT_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ...[...TEXT_KINDS].map(([name, isKind]) => [name, native('', (text: string) => isKind(text))] as const),
  ['capitalize', native('', (text) => capitalize(text))],
  ['casefold', native('', (text) => caseFold(text))],
  ['center', native('width fillchar?', (text, [width, fill]) => center(text, integerArgument(width), fillOf(fill)))],
  ['count', native('sub start? end?', (text, [part, start, end]) => countWithin(text, textArgument(part), start, end))],
  ['encode', native('*', () => refuseBytes())],
  [
    'endswith',
    native('suffix start? end?', (text, [part, start, end]) =>
      affixes(part).some((affix) => sliced(text, start, end)?.endsWith(affix)),
    ),
  ],
  ['expandtabs', native('tabsize?', (text, [size]) => expandTabs(text, integerArgument(size, 8)))],
  [
    'find',
    native('sub start? end?', (text, [part, start, end]) => find(text, textArgument(part), start, end, 'indexOf')),
  ],
  [
    'index',
    native('sub start? end?', (text, [part, start, end]) =>
      requireFound(find(text, textArgument(part), start, end, 'indexOf')),
    ),
  ],
  ['islower', native('', (text) => isLower(text))],
  ['istitle', native('', (text) => isTitle(text))],
  ['isupper', native('', (text) => isUpper(text))],
  ['join', native('iterable', (text, [items]) => joinTexts(text, items ?? null))],
  [
    'ljust',
    native('width fillchar?', (text, [width, fill]) => text + filling(text, integerArgument(width), fillOf(fill))),
  ],
  ['lower', native('', (text) => text.toLowerCase())],
  ['lstrip', native('chars?', (text, [chars]) => strip(text, chars, 'start'))],
  ['maketrans', native('x y? z?', (_, [from = null, to, removed]) => makeTranslation(from, to, removed))],
  ['partition', native('sep', (text, [sep]) => partition(text, separator(sep), 'indexOf'))],
  [
    'removeprefix',
    native('prefix', (text, [prefix]) =>
      text.startsWith(textArgument(prefix)) ? text.slice(textArgument(prefix).length) : text,
    ),
  ],
  ['removesuffix', native('suffix', (text, [suffix]) => removeSuffix(text, textArgument(suffix)))],
  [
    'replace',
    native('old new count?', (text, [old, by, count]) =>
      replaceText(text, textArgument(old), textArgument(by), integerArgument(count, -1)),
    ),
  ],
  [
    'rfind',
    native('sub start? end?', (text, [part, start, end]) => find(text, textArgument(part), start, end, 'lastIndexOf')),
  ],
  [
    'rindex',
    native('sub start? end?', (text, [part, start, end]) =>
      requireFound(find(text, textArgument(part), start, end, 'lastIndexOf')),
    ),
  ],
  [
    'rjust',
    native('width fillchar?', (text, [width, fill]) => filling(text, integerArgument(width), fillOf(fill)) + text),
  ],
  ['rpartition', native('sep', (text, [sep]) => partition(text, separator(sep), 'lastIndexOf'))],
  ['rsplit', native('sep? maxsplit?', (text, [sep, limit]) => splitFromEnd(text, sep, integerArgument(limit, -1)))],
  ['rstrip', native('chars?', (text, [chars]) => strip(text, chars, 'end'))],
  ['split', native('sep? maxsplit?', (text, [sep, limit]) => splitText(text, sep, integerArgument(limit, -1)))],
  ['splitlines', native('keepends?', (text, [keep]) => splitLines(text, keep !== undefined && isTruthy(keep)))],
  [
    'startswith',
    native('prefix start? end?', (text, [part, start, end]) =>
      affixes(part).some((affix) => sliced(text, start, end)?.startsWith(affix)),
    ),
  ],
  ['strip', native('chars?', (text, [chars]) => strip(text, chars, 'both'))],
  ['swapcase', native('', (text) => swapCase(text))],
  ['title', native('', (text) => titleCase(text))],
  ['translate', native('table', (text, [table = null]) => translate(text, table))],
  ['upper', native('', (text) => text.toUpperCase())],
  ['zfill', native('width', (text, [width]) => zeroFill(text, integerArgument(width)))],
]);

export function center(text: string, width: number, fill = ' '): string {
  const missing = width - textLength(text);
  if (missing <= 0) return text;
  checkTextLength(width);
  // CPython puts the odd space to the left only when the width is odd.
  const before = Math.floor(missing / 2) + (missing & width & 1);
  return fill.repeat(before) + text + fill.repeat(missing - before);
}

function filling(text: string, width: number, fill: string): string {
  checkTextLength(width);
  return fill.repeat(Math.max(0, width - textLength(text)));
}

function fillOf(value: Value | undefined): string {
  const fill = textArgument(value, ' ');
  if (textLength(fill) !== 1)
    throw new PythonError('TypeError', 'the fill character must be exactly one character long');
  return fill;
}

function zeroFill(text: string, width: number): string {
  checkTextLength(width);
  const sign = /^[+-]/.test(text) ? text.slice(0, 1) : '';
  return sign + '0'.repeat(Math.max(0, width - textLength(text))) + text.slice(sign.length);
}

function expandTabs(text: string, size: number): string {
  checkTextLength(text.length + countOf(text, '\t') * Math.max(0, size));
  let column = 0;
  return characters(text)
    .map((character) => {
      if (character === '\n' || character === '\r') column = 0;
      else if (character !== '\t') column++;
      else {
        const width = size <= 0 ? 0 : size - (column % size);
        column += width;
        return ' '.repeat(width);
      }
      return character;
    })
    .join('');
}

/** `text[start:end]` of the methods that search. `undefined` when the end is before the start: then nothing is found. */
function sliced(text: string, start: Value | undefined, end: Value | undefined): string | undefined {
  if (start === undefined && end === undefined) return text;
  const all = characters(text);
  const first = boundOf(start, all.length, 0);
  const last = Math.min(all.length, boundOf(end, all.length, all.length));
  return first > last ? undefined : all.slice(first, last).join('');
}

function boundOf(value: Value | undefined, length: number, fallback: number): number {
  const bound = value === undefined || value === null ? fallback : integerArgument(value);
  return bound < 0 ? Math.max(0, length + bound) : bound;
}

function find(
  text: string,
  part: string,
  start: Value | undefined,
  end: Value | undefined,
  how: 'indexOf' | 'lastIndexOf',
): number {
  const inside = sliced(text, start, end);
  const offset = inside?.[how](part) ?? -1;
  if (inside === undefined || offset === -1) return -1;
  return boundOf(start, textLength(text), 0) + textLength(inside.slice(0, offset));
}

function countWithin(text: string, part: string, start: Value | undefined, end: Value | undefined): number {
  const inside = sliced(text, start, end);
  return inside === undefined ? 0 : countOf(inside, part);
}

function refuseBytes(): never {
  throw new PythonError('TypeError', 'encode() gives bytes, which templates cannot print: leave it out');
}

function requireFound(index: number): number {
  if (index === -1) throw new PythonError('ValueError', 'substring not found');
  return index;
}

function countOf(text: string, part: string): number {
  return part === '' ? textLength(text) + 1 : text.split(part).length - 1;
}

function affixes(value: Value | undefined): readonly string[] {
  return value instanceof Tuple ? value.items.map((item) => textArgument(item)) : [textArgument(value)];
}

/** `', '.join(items)`. @throws {PythonError} TypeError for an item that is no text */
function joinTexts(text: string, items: Value): string {
  const parts = iterate(items).map((item, index) => {
    if (typeof item === 'string') return item;
    if (item instanceof HostObject) return item.print();
    throw new PythonError('TypeError', `sequence item ${index}: expected str instance, ${typeName(item)} found`);
  });
  checkTextLength(parts.reduce((length, part) => length + part.length + text.length, 0));
  return parts.join(text);
}

export function strip(text: string, chars: Value | undefined, where: 'start' | 'end' | 'both'): string {
  const set = chars === undefined || chars === null ? undefined : new Set(characters(textArgument(chars)));
  const isStripped = (character: string) => (set ? set.has(character) : isSpace(character));
  const all = characters(text);
  let start = 0;
  let end = all.length;
  if (where !== 'end') while (start < end && isStripped(all[start] ?? '')) start++;
  if (where !== 'start') while (end > start && isStripped(all[end - 1] ?? '')) end--;
  return end - start === all.length ? text : all.slice(start, end).join('');
}

function separator(value: Value | undefined): string {
  const text = textArgument(value);
  if (text === '') throw new PythonError('ValueError', 'empty separator');
  return text;
}

function partition(text: string, sep: string, how: 'indexOf' | 'lastIndexOf'): Tuple {
  const at = text[how](sep);
  if (at === -1) return new Tuple(how === 'indexOf' ? [text, '', ''] : ['', '', text]);
  return new Tuple([text.slice(0, at), sep, text.slice(at + sep.length)]);
}

function removeSuffix(text: string, suffix: string): string {
  return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}

export function replaceText(text: string, old: string, by: string, count: number): string {
  const times = count < 0 ? Number.POSITIVE_INFINITY : count;
  const found = Math.min(times, countOf(text, old));
  checkTextLength(text.length + found * Math.max(0, by.length - old.length));
  if (old === '') {
    const all = characters(text);
    return (
      all.map((character, index) => (index < times ? by : '') + character).join('') + (all.length < times ? by : '')
    );
  }
  if (times === Number.POSITIVE_INFINITY) return text.replaceAll(old, () => by);
  const parts = text.split(old);
  return [parts.slice(0, found + 1).join(by), ...parts.slice(found + 1)].join(old);
}

function splitText(text: string, sep: Value | undefined, limit: number): Value[] {
  if (sep === undefined || sep === null) return splitBlank(text, limit);
  const mark = separator(sep);
  const parts = text.split(mark);
  if (limit < 0 || parts.length <= limit + 1) return parts;
  return [...parts.slice(0, limit), parts.slice(limit).join(mark)];
}

const WORD = new RegExp(`[^${SPACE}]+`, 'g');

/** Splits at white space into at most `limit` words and the rest, which keeps the white space at its end. */
function splitBlank(text: string, limit: number): Value[] {
  const words: Value[] = [];
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (limit >= 0 && words.length === limit) return [...words, text.slice(index)];
    words.push(word);
  }
  return words;
}

function splitFromEnd(text: string, sep: Value | undefined, limit: number): Value[] {
  if (sep === undefined || sep === null) return splitBlankFromEnd(text, limit);
  const mark = separator(sep);
  const parts: Value[] = [];
  let end = text.length;
  while (limit < 0 || parts.length < limit) {
    const start = end < mark.length ? -1 : text.lastIndexOf(mark, end - mark.length);
    if (start === -1) break;
    parts.push(text.slice(start + mark.length, end));
    end = start;
  }
  return [...parts, text.slice(0, end)].reverse();
}

function splitBlankFromEnd(text: string, limit: number): Value[] {
  const words = [...text.matchAll(WORD)];
  const first = limit < 0 ? 0 : Math.max(0, words.length - limit);
  const last = words[first - 1];
  const rest = last ? [text.slice(0, last.index + last[0].length)] : [];
  return [...rest, ...words.slice(first).map(([word]) => word)];
}
