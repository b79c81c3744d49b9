import { unreachable } from '../../../unreachable.ts';
import { PythonError } from '../../values/python-error.ts';
import type { CharacterTest, Conditional, Fold, Look, PositionTest, Regex, RegexNode, Repeat } from './regex-node.ts';

/** One step of a compiled pattern, for `runRegex`. The next step follows it, unless its kind says otherwise. */
export type Step =
  | { readonly kind: 'character'; readonly matches: CharacterTest }
  | { readonly kind: 'position'; readonly holds: PositionTest }
  /** Goes on at `first`; where that fails, at `second`. */
  | { readonly kind: 'either'; readonly first: number; readonly second: number }
  | { readonly kind: 'jump'; readonly to: number }
  | { readonly kind: 'open'; readonly group: number }
  | { readonly kind: 'close'; readonly group: number }
  | { readonly kind: 'forget'; readonly register: number }
  | LoopHead
  /** Begins a round of a loop: stores the position in the register. */
  | { readonly kind: 'enter'; readonly register: number }
  | { readonly kind: 'backreference'; readonly group: number; readonly fold: Fold }
  | { readonly kind: 'if-group'; readonly group: number; readonly otherwise: number }
  /** The steps up to `accept` are a pattern of their own; the outer pattern goes on at `next`. */
  | { readonly kind: 'look'; readonly back: number; readonly isNegated: boolean; readonly next: number }
  | { readonly kind: 'atomic'; readonly next: number }
  | { readonly kind: 'accept' }
  | { readonly kind: 'match' };

/**
 * The head of a loop. Its register holds the position where the last round began: a round that matched nothing is the
 * last one, as in CPython (SRE_OP_MAX_UNTIL, SRE_OP_MIN_UNTIL).
 */
interface LoopHead {
  readonly kind: 'again';
  readonly register: number;
  readonly exit: number;
  readonly isLazy: boolean;
}

export interface Program {
  readonly steps: readonly Step[];
  readonly groups: number;
  /** Registers of a run: two for each group, one for the last group, one for each loop. */
  readonly registers: number;
  /** Tests of a match's first character, which passes one of them; `undefined` if a match may be empty, or has too many of them. */
  readonly first: readonly CharacterTest[] | undefined;
}

/** The largest number of steps of one pattern. Repetitions are unrolled, so `(a{1000}){1000}` would take all memory. */
const MAX_STEPS = 50_000;

/** Compiles a parsed pattern to steps. @throws {PythonError} LimitError for a pattern of too many steps */
export function compileRegex({ node, groups }: Regex): Program {
  const compiler = new Compiler(2 * groups + 1);
  compiler.emit(node);
  compiler.push({ kind: 'match' });
  return { steps: compiler.steps, groups, registers: compiler.registers, first: firstTests(compiler.steps) };
}

/** The largest number of tests of a match's first character: more take as long as an attempt to match. */
const MAX_FIRST = 16;

/** The tests of a match's first character. Conditions that read no character count as true. */
function firstTests(steps: readonly Step[]): readonly CharacterTest[] | undefined {
  const tests: CharacterTest[] = [];
  const waiting = [0];
  const seen = new Set(waiting);
  for (const at of waiting) {
    const step = steps[at];
    if (step?.kind === 'character') tests.push(step.matches);
    const next = step && nextWithoutCharacter(step, at);
    if (!next || tests.length > MAX_FIRST) return undefined;
    for (const one of next) {
      if (!seen.has(one)) waiting.push(one);
      seen.add(one);
    }
  }
  return tests;
}

/** Indexes of the steps that may follow a step which reads no character; `undefined` where the step alone does not show them. */
function nextWithoutCharacter(step: Step, at: number): readonly number[] | undefined {
  switch (step.kind) {
    case 'character':
      return [];
    case 'either':
      return [step.first, step.second];
    case 'jump':
      return [step.to];
    case 'again':
      return [at + 1, step.exit];
    case 'look':
      return [step.next];
    case 'if-group':
      return [at + 1, step.otherwise];
    case 'open':
    case 'close':
    case 'forget':
    case 'enter':
    case 'position':
    case 'atomic':
      return [at + 1];
    case 'backreference':
    case 'accept':
    case 'match':
      return undefined;
    default:
      return unreachable(step);
  }
}

class Compiler {
  readonly steps: Step[] = [];
  registers: number;

  constructor(registers: number) {
    this.registers = registers;
  }

  /** Appends a step and returns its position, at which it can be replaced later. */
  push(step: Step): number {
    if (this.steps.length >= MAX_STEPS) throw new PythonError('LimitError', 'the pattern repeats too much');
    return this.steps.push(step) - 1;
  }

  emit(node: RegexNode): void {
    switch (node.kind) {
      case 'character':
      case 'position':
      case 'backreference':
        this.push(node);
        return;
      case 'sequence':
        for (const part of node.nodes) this.emit(part);
        return;
      case 'choice':
        this.#emitChoice(node.branches);
        return;
      case 'repeat':
        this.#emitRepeat(node);
        return;
      case 'capture':
        this.push({ kind: 'open', group: node.group });
        this.emit(node.node);
        this.push({ kind: 'close', group: node.group });
        return;
      case 'atomic':
        this.#emitInner(node.node, (next) => ({ kind: 'atomic', next }));
        return;
      case 'look':
        this.#emitLook(node);
        return;
      case 'conditional':
        this.#emitConditional(node);
        return;
      default:
        unreachable(node);
    }
  }

  #emitChoice(branches: readonly RegexNode[]): void {
    const ends: number[] = [];
    for (const [index, branch] of branches.entries()) {
      if (index === branches.length - 1) this.emit(branch);
      else {
        const fork = this.#reserve();
        this.emit(branch);
        ends.push(this.#reserve());
        this.steps[fork] = { kind: 'either', first: fork + 1, second: this.steps.length };
      }
    }
    for (const end of ends) this.steps[end] = { kind: 'jump', to: this.steps.length };
  }

  #emitRepeat({ node, least, most, isLazy }: Repeat): void {
    for (let round = 0; round < least; round++) this.emit(node);
    if (most === least) return;
    const register = this.registers++;
    this.push({ kind: 'forget', register });
    const heads: number[] = [];
    const rounds = most === Number.POSITIVE_INFINITY ? 1 : most - least;
    for (let round = 0; round < rounds; round++) {
      heads.push(this.#reserve());
      this.push({ kind: 'enter', register });
      this.emit(node);
    }
    if (most === Number.POSITIVE_INFINITY) this.push({ kind: 'jump', to: heads[0] ?? 0 });
    for (const head of heads) {
      this.steps[head] = { kind: 'again', register, exit: this.steps.length, isLazy };
    }
  }

  #emitLook({ node, back, isNegated }: Look): void {
    this.#emitInner(node, (next) => ({ kind: 'look', back, isNegated, next }));
  }

  #emitInner(node: RegexNode, stepTo: (next: number) => Step): void {
    const head = this.#reserve();
    this.emit(node);
    this.push({ kind: 'accept' });
    this.steps[head] = stepTo(this.steps.length);
  }

  #emitConditional({ group, then, otherwise }: Conditional): void {
    const head = this.#reserve();
    this.emit(then);
    const end = this.#reserve();
    this.steps[head] = { kind: 'if-group', group, otherwise: this.steps.length };
    this.emit(otherwise);
    this.steps[end] = { kind: 'jump', to: this.steps.length };
  }

  /** Appends a placeholder for a step whose target is not compiled yet, and returns its position. */
  #reserve(): number {
    return this.push({ kind: 'accept' });
  }
}
