import { integerArgument, textArgument } from '../../values/arguments.ts';
import { checkItems } from '../../values/arithmetic.ts';
import { type BoundArguments, bindArguments } from '../../values/native-function.ts';
import { PythonError } from '../../values/python-error.ts';
import { Callable, Dict, Generator, HostObject, Tuple, typeName, type Value } from '../../values/value.ts';
import { stringRepr } from '../string-repr.ts';
import { checkTextLength } from '../text.ts';
import { callableOf, callNow } from './call-now.ts';
import { compileRegex, type Program } from './compile-regex.ts';
import { MatchValue, Subject } from './match-value.ts';
import { parseRegex } from './parse-regex.ts';
import type { Caller } from './python-class.ts';
import { REGEX_FLAGS, type Regex } from './regex-node.ts';
import { parseReplacement } from './replacement.ts';
import { type Attempt, runRegex } from './run-regex.ts';

/** The largest number of steps that one call may take, which is about a second. */
const FUEL = 5_000_000;

/** Work charged for one step. The unit of work is a copied character, and a step takes as long as this many. */
const STEP_WORK = 50;

/** Python's `re.Pattern`. */
export class PatternValue extends HostObject {
  readonly typeName = 're.Pattern';
  readonly source: string;
  readonly regex: Regex;
  readonly #program: Program;

  /** @throws {PythonError} ValueError for a pattern that Python rejects, too */
  constructor(source: string, flags: number) {
    super();
    this.source = source;
    this.regex = parseRegex(source, flags);
    this.#program = compileRegex(this.regex);
  }

  print(): string {
    const flags = Object.entries(REGEX_FLAGS).flatMap(([name, bit]) => {
      return (this.regex.flags & bit) !== 0 && bit !== REGEX_FLAGS.UNICODE ? [`re.${name}`] : [];
    });
    const args = [stringRepr(this.source), ...(flags.length > 0 ? [flags.join('|')] : [])];
    return `re.compile(${args.join(', ')})`;
  }

  getAttribute(name: string): Value | undefined {
    switch (name) {
      case 'pattern':
        return this.source;
      case 'flags': {
        const { flags } = this.regex;
        return (flags & REGEX_FLAGS.ASCII) !== 0 ? flags : flags | REGEX_FLAGS.UNICODE;
      }
      case 'groups':
        return this.regex.groups;
      case 'groupindex':
        return new Dict(this.regex.names);
      default: {
        const method = PATTERN_METHODS.get(name);
        if (!method) return undefined;
        const { parameters, call } = method;
        return new Callable(name, (args, site, rendering) =>
          call(this, bindArguments(name, parameters, args), { site, rendering }),
        );
      }
    }
  }

  override equalityKey(): string {
    return `${this.regex.flags} ${this.source}`;
  }

  /** The first match of one call, or `undefined`. */
  find(mode: Attempt['mode'], [text, pos, endpos]: BoundArguments, caller: Caller): MatchValue | undefined {
    const matcher = new Matcher(this, text, pos, endpos, caller);
    return matcher.next(mode);
  }

  get program(): Program {
    return this.#program;
  }
}

/** Finds the matches of a pattern in a text, one after the other, as CPython's scanner does. */
class Matcher {
  readonly subject: Subject;
  readonly #pattern: PatternValue;
  readonly #bounds: readonly [number, number];
  readonly #caller: Caller;
  readonly #fuel = { left: FUEL };
  #at: number;
  #mustAdvance = false;

  constructor(
    pattern: PatternValue,
    text: Value | undefined,
    pos: Value | undefined,
    endpos: Value | undefined,
    caller: Caller,
  ) {
    this.#pattern = pattern;
    this.subject = new Subject(subjectText(text));
    const { length } = this.subject;
    const within = (value: number) => Math.max(0, Math.min(length, value));
    this.#bounds = [within(integerArgument(pos, 0)), within(integerArgument(endpos, length))];
    this.#at = this.#bounds[0];
    this.#caller = caller;
    caller.rendering?.meter.work(length);
  }

  next(mode: Attempt['mode'] = 'search'): MatchValue | undefined {
    const before = this.#fuel.left;
    const attempt = {
      text: this.subject.codes,
      start: this.#at,
      end: this.#bounds[1],
      mode,
      mustAdvance: this.#mustAdvance,
    };
    const raw = runRegex(this.#pattern.program, attempt, this.#fuel);
    this.#caller.rendering?.meter.work(STEP_WORK * (before - this.#fuel.left));
    if (!raw) return undefined;
    this.#at = raw.end;
    this.#mustAdvance = raw.start === raw.end;
    const { groups, names } = this.#pattern.regex;
    return new MatchValue({ value: this.#pattern, groups, names }, this.subject, raw, this.#bounds);
  }

  *all(): Iterable<MatchValue> {
    for (let match = this.next(); match; match = this.next()) yield match;
  }
}

function subjectText(text: Value | undefined): string {
  if (typeof text === 'string') return text;
  if (text instanceof HostObject) return text.print();
  throw new PythonError('TypeError', `expected string or bytes-like object, got '${typeName(text ?? null)}'`);
}

/** A method of patterns. The module's functions are the same methods, with the pattern as first argument. */
export interface PatternMethod {
  readonly parameters: string;
  readonly call: (pattern: PatternValue, args: BoundArguments, caller: Caller) => Value;
}

export const PATTERN_METHODS: ReadonlyMap<string, PatternMethod> = new Map<string, PatternMethod>([
  [
    'match',
    {
      parameters: 'string pos? endpos?',
      call: (pattern, given, caller) => pattern.find('match', given, caller) ?? null,
    },
  ],
  [
    'fullmatch',
    {
      parameters: 'string pos? endpos?',
      call: (pattern, given, caller) => pattern.find('fullmatch', given, caller) ?? null,
    },
  ],
  [
    'search',
    {
      parameters: 'string pos? endpos?',
      call: (pattern, given, caller) => pattern.find('search', given, caller) ?? null,
    },
  ],
  ['findall', { parameters: 'string pos? endpos?', call: findAll }],
  ['finditer', { parameters: 'string pos? endpos?', call: findEach }],
  ['split', { parameters: 'string maxsplit?', call: split }],
  [
    'sub',
    { parameters: 'repl string count?', call: (pattern, given, caller) => substitute(pattern, given, caller).text },
  ],
  ['subn', { parameters: 'repl string count?', call: countedSubstitute }],
]);

function findAll(pattern: PatternValue, [text, pos, endpos]: BoundArguments, caller: Caller): Value {
  const found: Value[] = [];
  for (const match of new Matcher(pattern, text, pos, endpos, caller).all()) {
    checkItems(found.length + 1);
    const [first = match.group(0), ...more] = match.groups('');
    found.push(more.length > 0 ? new Tuple([first, ...more]) : first);
  }
  return found;
}

function findEach(pattern: PatternValue, [text, pos, endpos]: BoundArguments, caller: Caller): Value {
  return new Generator(new Matcher(pattern, text, pos, endpos, caller).all(), 'callable_iterator');
}

function split(pattern: PatternValue, [text, most]: BoundArguments, caller: Caller): Value {
  const matcher = new Matcher(pattern, text, undefined, undefined, caller);
  const limit = integerArgument(most, 0);
  const parts: Value[] = [];
  let at = 0;
  let count = 0;
  if (limit >= 0) {
    for (const match of matcher.all()) {
      parts.push(matcher.subject.slice(at, match.raw.start), ...match.groups(null));
      checkItems(parts.length);
      at = match.raw.end;
      if (++count === limit) break;
    }
  }
  parts.push(matcher.subject.slice(at, matcher.subject.length));
  return parts;
}

function countedSubstitute(pattern: PatternValue, given: BoundArguments, caller: Caller): Value {
  const { text, count } = substitute(pattern, given, caller);
  return new Tuple([text, count]);
}

function substitute(
  pattern: PatternValue,
  [by, text, most]: BoundArguments,
  caller: Caller,
): { readonly text: string; readonly count: number } {
  const replace = replacer(pattern, by, caller);
  const matcher = new Matcher(pattern, text, undefined, undefined, caller);
  const limit = integerArgument(most, 0);
  const parts: string[] = [];
  let length = 0;
  let at = 0;
  let count = 0;
  const add = (part: string) => {
    parts.push(part);
    length += part.length;
    checkTextLength(length);
  };
  if (limit >= 0) {
    for (const match of matcher.all()) {
      add(matcher.subject.slice(at, match.raw.start));
      add(replace(match));
      at = match.raw.end;
      if (++count === limit) break;
    }
  }
  add(matcher.subject.slice(at, matcher.subject.length));
  return { text: parts.join(''), count };
}

function replacer(pattern: PatternValue, by: Value | undefined, caller: Caller): (match: MatchValue) => string {
  const callable = callableOf(by);
  if (callable) return (match) => replacementText(callNow(callable, [match], caller));
  const replacement = parseReplacement(textArgument(by), pattern.regex);
  return (match) => match.fill(replacement);
}

function replacementText(value: Value): string {
  if (typeof value === 'string') return value;
  throw new PythonError('TypeError', `expected str instance, ${typeName(value)} found`);
}
