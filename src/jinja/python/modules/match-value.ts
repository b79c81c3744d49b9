import { textArgument } from '../../values/arguments.ts';
import { callNative, type NativeFunction, native } from '../../values/native-function.ts';
import { isInteger } from '../../values/numbers.ts';
import { PythonError } from '../../values/python-error.ts';
import { Callable, Dict, HostObject, Tuple, type Value } from '../../values/value.ts';
import { stringRepr } from '../string-repr.ts';
import { characters, checkTextLength } from '../text.ts';
import { parseReplacement, type Replacement } from './replacement.ts';
import type { RawMatch } from './run-regex.ts';

/** The text that a pattern is matched against, as code points: positions count these. */
export class Subject {
  readonly text: string;
  readonly codes: readonly number[];
  readonly #characters: readonly string[];

  constructor(text: string) {
    this.text = text;
    this.#characters = characters(text);
    this.codes = this.#characters.map((character) => character.codePointAt(0) ?? 0);
  }

  get length(): number {
    return this.codes.length;
  }

  slice(start: number, end: number): string {
    return this.text.length === this.length ? this.text.slice(start, end) : this.#characters.slice(start, end).join('');
  }
}

/** The pattern of a match: its value for `match.re`, its number of groups and their names. */
interface MatchedPattern {
  readonly value: Value;
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

/** Python's `re.Match`. */
export class MatchValue extends HostObject {
  readonly typeName = 're.Match';
  readonly pattern: MatchedPattern;
  readonly subject: Subject;
  readonly raw: RawMatch;
  readonly #bounds: readonly [number, number];

  /** `bounds` are the `pos` and `endpos` of the call. */
  constructor(pattern: MatchedPattern, subject: Subject, raw: RawMatch, bounds: readonly [number, number]) {
    super();
    this.pattern = pattern;
    this.subject = subject;
    this.raw = raw;
    this.#bounds = bounds;
  }

  print(): string {
    const { start, end } = this.raw;
    return `<re.Match object; span=(${start}, ${end}), match=${stringRepr(this.subject.slice(start, end))}>`;
  }

  getAttribute(name: string): Value | undefined {
    switch (name) {
      case 're':
        return this.pattern.value;
      case 'string':
        return this.subject.text;
      case 'pos':
        return this.#bounds[0];
      case 'endpos':
        return this.#bounds[1];
      case 'lastindex':
        return this.raw.lastGroup === -1 ? null : this.raw.lastGroup;
      case 'lastgroup':
        return Array.from(this.pattern.names).find(([, group]) => group === this.raw.lastGroup)?.[0] ?? null;
      default: {
        const method = METHODS.get(name);
        return method && new Callable(name, (args) => callNative(name, method, this, args));
      }
    }
  }

  override getItem(key: Value): Value {
    return this.group(this.groupNumber(key));
  }

  /** Start and end of a group; -1 for a group that took no part. */
  span(group: number): readonly [number, number] {
    if (group === 0) return [this.raw.start, this.raw.end];
    return [this.raw.groups[2 * group - 2] ?? -1, this.raw.groups[2 * group - 1] ?? -1];
  }

  group(group: number): string | null {
    const [start, end] = this.span(group);
    return end === -1 ? null : this.subject.slice(start, end);
  }

  /** The texts of all groups, without the whole match. */
  groups(fallback: Value): Value[] {
    return Array.from({ length: this.pattern.groups }, (_, index) => this.group(index + 1) ?? fallback);
  }

  /** The number of a group that is given by number or name. @throws {PythonError} IndexError */
  groupNumber(key: Value | undefined): number {
    const number = key === undefined ? 0 : isInteger(key) ? Number(key) : undefined;
    const group = number ?? (typeof key === 'string' ? this.pattern.names.get(key) : undefined);
    if (group === undefined || group < 0 || group > this.pattern.groups) {
      throw new PythonError('IndexError', 'no such group');
    }
    return group;
  }

  /** The text of a replacement, with this match's groups in it. */
  fill(replacement: Replacement): string {
    return replacement.map((part) => (typeof part === 'string' ? part : (this.group(part) ?? ''))).join('');
  }
}

const METHODS: ReadonlyMap<string, NativeFunction<MatchValue>> = new Map<string, NativeFunction<MatchValue>>([
  ['group', native('*', (match, keys) => groupsOf(match, keys))],
  ['groups', native('default?', (match, [fallback = null]) => new Tuple(match.groups(fallback)))],
  ['groupdict', native('default?', (match, [fallback = null]) => groupDict(match, fallback))],
  ['start', native('group?', (match, [key]) => match.span(match.groupNumber(key))[0])],
  ['end', native('group?', (match, [key]) => match.span(match.groupNumber(key))[1])],
  ['span', native('group?', (match, [key]) => new Tuple(match.span(match.groupNumber(key))))],
  ['expand', native('template', (match, [template]) => expand(match, textArgument(template)))],
]);

function groupsOf(match: MatchValue, keys: readonly (Value | undefined)[]): Value {
  if (keys.length < 2) return match.group(match.groupNumber(keys[0]));
  return new Tuple(keys.map((key) => match.group(match.groupNumber(key))));
}

function groupDict(match: MatchValue, fallback: Value): Dict {
  return new Dict(Array.from(match.pattern.names, ([name, group]) => [name, match.group(group) ?? fallback]));
}

function expand(match: MatchValue, template: string): string {
  const text = match.fill(parseReplacement(template, match.pattern));
  checkTextLength(text.length);
  return text;
}
