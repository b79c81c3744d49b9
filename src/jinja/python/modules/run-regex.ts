import { unreachable } from '../../../unreachable.ts';
import { PythonError } from '../../values/python-error.ts';
import type { Program } from './compile-regex.ts';

/** The steps that may still be taken. Zero is a LimitError: the pattern tries too many ways. */
interface Fuel {
  left: number;
}

/** One attempt to match: the text, the place and the kind of match. */
export interface Attempt {
  /** The text as code points. */
  readonly text: readonly number[];
  readonly start: number;
  /** The text ends here for the pattern. */
  readonly end: number;
  /** `search` also matches at positions behind `start`; `match` only at `start`; `fullmatch` only from `start` to `end`. */
  readonly mode: 'search' | 'match' | 'fullmatch';
  /** The last match was empty at `start`: another empty one there does not count. */
  readonly mustAdvance: boolean;
}

export interface RawMatch {
  readonly start: number;
  readonly end: number;
  /** Start and end of each group; -1 for a group that took no part. */
  readonly groups: readonly number[];
  /** The group that ended last (Python: lastindex); -1 for none. */
  readonly lastGroup: number;
}

/**
 * Matches a pattern by backtracking, with a stack of its own. Alternatives are tried in Python's order, so the match is
 * Python's, also with back references and lookarounds. A pattern that would take too long runs out of fuel.
 * @throws {PythonError} LimitError when it is out of fuel
 */
export function runRegex(program: Program, attempt: Attempt, fuel: Fuel): RawMatch | undefined {
  const { text, start, end, mode } = attempt;
  const { first } = program;
  for (let from = start; from <= end; from++) {
    if (first && mode === 'search') {
      const place = from;
      while (from < end && !first.some((matches) => matches(text[from] ?? 0))) from++;
      spend(fuel, (first.length * (from - place)) / TESTS_A_STEP);
      if (from === end) return undefined;
    }
    const run = new Run(program, { ...attempt, mustAdvance: attempt.mustAdvance && from === start }, fuel, from);
    const matchEnd = run.goOn(0, from);
    if (matchEnd !== undefined) return run.result(matchEnd);
    if (mode !== 'search') return undefined;
  }
  return undefined;
}

/** Number of character tests that take as long as one step. */
const TESTS_A_STEP = 16;

function spend(fuel: Fuel, steps: number): void {
  fuel.left -= steps;
  if (fuel.left < 0) throw new PythonError('LimitError', 'the pattern tries too many ways to match the text');
}

const UNSET = -1;

class Run {
  readonly #program: Program;
  readonly #attempt: Attempt;
  readonly #fuel: Fuel;
  readonly #from: number;
  readonly #registers: number[];
  /** Pairs of a register and its old value: backtracking undoes them. */
  readonly #changes: number[] = [];
  /** Triples of a step, a position and a number of changes: the alternatives that are still open. */
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

  /** Matches from `step` at the position `at`; returns the end of the match, or `undefined`. */
  goOn(step: number, at: number): number | undefined {
    const floor = this.#choices.length;
    const changes = this.#changes.length;
    for (;;) {
      const end = this.#try(step, at);
      if (end !== undefined) {
        // Backtracking never enters a finished match again, so its open alternatives are dropped. The outer match undoes
        // its changes.
        this.#choices.length = floor;
        return end;
      }
      if (this.#choices.length === floor) {
        this.#undo(changes);
        return undefined;
      }
      this.#undo(this.#choices.pop() ?? 0);
      at = this.#choices.pop() ?? 0;
      step = this.#choices.pop() ?? 0;
    }
  }

  /** Follows one alternative until it matches or fails. */
  #try(step: number, at: number): number | undefined {
    const { text, end, mode, mustAdvance } = this.#attempt;
    for (;;) {
      spend(this.#fuel, 1);
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
          const changes = this.#changes.length;
          const isThere = from >= 0 && this.goOn(step + 1, from) !== undefined;
          if (isThere === current.isNegated) return undefined;
          if (current.isNegated) this.#undo(changes);
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
