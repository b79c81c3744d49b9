import type { Location } from '../../location.ts';
import type { Limits } from '../values/limits.ts';
import { Meter } from '../values/meter.ts';
import { PythonError } from '../values/python-error.ts';
import type { MappedText } from './mapped-text.ts';

/** The work charged for a macro call itself. It stops macros that call each other twice: their calls double with each level. */
const MACRO_CALL = 400;

/** The state of one rendering, shared with the macros it calls: its limits, and the origins of texts it made. */
export class Rendering {
  readonly meter: Meter;
  /** The place of the current operation. It is set before each operation that can fail, and errors get it. */
  at: Location;
  readonly #limits: Limits;
  readonly #blocks = new Map<string, Block>();
  #depth = 0;
  #output = 0;

  constructor(limits: Limits, at: Location) {
    this.#limits = limits;
    this.meter = new Meter(limits);
    this.at = at;
  }

  /** @throws {PythonError} LimitError beyond the limits on depth and work */
  enterMacro(): void {
    this.meter.work(MACRO_CALL);
    if (++this.#depth > this.#limits.depth) {
      throw new PythonError('LimitError', `macros call each other more than ${this.#limits.depth} levels deep`);
    }
  }

  leaveMacro(): void {
    this.#depth--;
  }

  /** @throws {PythonError} LimitError beyond the limit on output */
  countOutput(characters: number): void {
    this.#output += characters;
    if (this.#output > this.#limits.output) {
      throw new PythonError('LimitError', `more than ${this.#limits.output} characters of output`);
    }
  }

  /**
   * Keeps the origins of a text that a macro or block printed. Templates handle it as a plain string; a printed string
   * that equals it, or equals it trimmed, gets these origins.
   */
  remember(mapped: MappedText, calledAt: Location | undefined): void {
    const { text } = mapped;
    if (text === '') return;
    const trimmed = text.trim();
    if (trimmed !== text && trimmed !== '') {
      this.#blocks.set(trimmed, { inner: mapped, offset: text.indexOf(trimmed), calledAt });
    }
    this.#blocks.set(text, { inner: mapped, offset: 0, calledAt });
  }

  recall(text: string): Block | undefined {
    return this.#blocks.get(text);
  }
}

interface Block {
  readonly inner: MappedText;
  readonly offset: number;
  readonly calledAt: Location | undefined;
}
