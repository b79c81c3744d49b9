import { unreachable } from '../../../unreachable.ts';
import { PythonError } from '../../values/python-error.ts';
import type { Program } from './compile-regex.ts';

/** Steps that may be taken: what a pattern that tries too many ways runs out of. */
interface Fuel {
  left: number;
}

/** Where to match, and what counts as a match. */
export interface Attempt {
  /** Code points. */
  readonly text: readonly number[];
  readonly start: number;
  /** The text is taken to end here. */
  readonly end: number;
  /** `search` goes on at later positions; the others match at `start`, and `fullmatch` up to `end`. */
  readonly mode: 'search' | 'match' | 'fullmatch';
  /** A match right behind an empty one must not be empty at the same place. */
  readonly mustAdvance: boolean;
}

export interface RawMatch {
  readonly start: number;
  readonly end: number;
  /** Start and end of each group, -1 where it took no part. */
  readonly groups: readonly number[];
  /** The group that was closed last; -1 for none. */
  readonly lastGroup: number;
}

/**
 * Tries a pattern in the order Python does, by backtracking with a stack of its own: what it finds is what Python finds,
 * references back and lookarounds included. A pattern that would take forever runs out of fuel instead.
 * @throws {PythonError} LimitError
 */
export function runRegex(program: Program, attempt: Attempt, fuel: Fuel): RawMatch | undefined {
  const { start, end, mode } = attempt;
  for (let from = start; from <= end; from++) {
    const run = new Run(program, { ...attempt, mustAdvance: attempt.mustAdvance && from === start }, fuel, from);
    const matchEnd = run.goOn(0, from);
    if (matchEnd !== undefined) return run.result(matchEnd);
    if (mode !== 'search') return undefined;
  }
  return undefined;
}

const UNSET = -1;

class Run {
  readonly #program: Program;
  readonly #attempt: Attempt;
  readonly #fuel: Fuel;
  readonly #from: number;
  readonly #registers: number[];
  /** Register and old value of each change, to be undone on the way back. */
  readonly #changes: number[] = [];
  /** Step, position and number of changes of each way not tried yet. */
  readonly #choices: number[] = [];

  constructor(program: Program, attempt: Attempt, fuel: Fuel, from: number) {
    this.#program = program;
    this.#attempt = attempt;
    this.#fuel = fuel;
    this.#from = from;
    this.#registers = new Array<number>(program.registers).fill(UNSET);
  }

  result(end: number): RawMatch {
    const { groups } = this.#program;
    return {
      start: this.#from,
      end,
      groups: this.#registers.slice(0, 2 * groups),
      lastGroup: this.#registers[2 * groups] ?? UNSET,
    };
  }

  /** Where the match that begins with `step` at `at` ends. */
  goOn(step: number, at: number): number | undefined {
    const floor = this.#choices.length;
    const undone = this.#changes.length;
    for (;;) {
      const end = this.#try(step, at);
      if (end !== undefined) {
        // Nothing inside is tried again; what it has set stays, to be undone by what is around it.
        this.#choices.length = floor;
        return end;
      }
      if (this.#choices.length === floor) {
        this.#undo(undone);
        return undefined;
      }
      this.#undo(this.#choices.pop() ?? 0);
      at = this.#choices.pop() ?? 0;
      step = this.#choices.pop() ?? 0;
    }
  }

  /** Goes one way to its end. */
  #try(step: number, at: number): number | undefined {
    const { text, end, mode, mustAdvance } = this.#attempt;
    for (;;) {
      if (--this.#fuel.left < 0)
        throw new PythonError('LimitError', 'the pattern tries too many ways to match the text');
      const current = this.#program.steps[step];
      if (!current) throw new Error('internal: a pattern goes on behind its end');
      switch (current.kind) {
        case 'character':
          if (at >= end || !current.matches(text[at] ?? 0)) return undefined;
          at++;
          step++;
          break;
        case 'position':
          if (!current.holds(text, at, end)) return undefined;
          step++;
          break;
        case 'either':
          this.#choices.push(current.second, at, this.#changes.length);
          step = current.first;
          break;
        case 'jump':
          step = current.to;
          break;
        case 'open':
          this.#set(2 * current.group - 2, at);
          step++;
          break;
        case 'close':
          this.#set(2 * current.group - 1, at);
          this.#set(2 * this.#program.groups, current.group);
          step++;
          break;
        case 'forget':
          this.#set(current.register, UNSET);
          step++;
          break;
        case 'again': {
          if (this.#registers[current.register] === at) {
            step = current.exit;
            break;
          }
          const [first, second] = current.isLazy ? [current.exit, step + 1] : [step + 1, current.exit];
          this.#choices.push(second, at, this.#changes.length);
          step = first;
          break;
        }
        case 'enter':
          this.#set(current.register, at);
          step++;
          break;
        case 'backreference': {
          const length = this.#lengthOfSame(current.group, at, current.fold);
          if (length === undefined) return undefined;
          at += length;
          step++;
          break;
        }
        case 'if-group':
          step = this.#isSet(current.group) ? step + 1 : current.otherwise;
          break;
        case 'look': {
          const from = at - current.back;
          const undone = this.#changes.length;
          const isThere = from >= 0 && this.goOn(step + 1, from) !== undefined;
          if (isThere === current.isNegated) return undefined;
          if (current.isNegated) this.#undo(undone);
          step = current.next;
          break;
        }
        case 'atomic': {
          const inner = this.goOn(step + 1, at);
          if (inner === undefined) return undefined;
          at = inner;
          step = current.next;
          break;
        }
        case 'accept':
          return at;
        case 'match':
          if (mode === 'fullmatch' && at !== end) return undefined;
          return mustAdvance && at === this.#from ? undefined : at;
        default:
          return unreachable(current);
      }
    }
  }

  #set(register: number, value: number): void {
    this.#changes.push(register, this.#registers[register] ?? UNSET);
    this.#registers[register] = value;
  }

  #undo(changes: number): void {
    while (this.#changes.length > changes) {
      const value = this.#changes.pop() ?? UNSET;
      this.#registers[this.#changes.pop() ?? 0] = value;
    }
  }

  #isSet(group: number): boolean {
    return (this.#registers[2 * group - 1] ?? UNSET) !== UNSET;
  }

  #lengthOfSame(group: number, at: number, fold: (code: number) => number): number | undefined {
    if (!this.#isSet(group)) return undefined;
    const { text, end } = this.#attempt;
    const from = this.#registers[2 * group - 2] ?? 0;
    const length = (this.#registers[2 * group - 1] ?? 0) - from;
    if (at + length > end) return undefined;
    this.#fuel.left -= length;
    for (let index = 0; index < length; index++) {
      if (fold(text[from + index] ?? 0) !== fold(text[at + index] ?? 0)) return undefined;
    }
    return length;
  }
}
