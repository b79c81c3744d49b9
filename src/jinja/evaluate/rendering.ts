import type { Location } from '../../location.ts';
import type { Limits } from '../values/limits.ts';
import { Meter } from '../values/meter.ts';
import { PythonError } from '../values/python-error.ts';
import type { MappedText } from './mapped-text.ts';

/** What a call of a macro costs beside what it does: two calls in a macro of two calls … never end by their depth. */
const MACRO_CALL = 400;

/** What one rendering of a template, and of the macros it calls, has used up and made so far. */
export class Rendering {
  readonly meter: Meter;
  /** Where the operation under way is written: set before anything that may fail. */
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

  /** @throws {PythonError} LimitError for macros inside macros inside macros …, and for more calls than any project makes */
  enterMacro(): void {
    this.meter.work(MACRO_CALL);
    if (++this.#depth > this.#limits.depth) {
      throw new PythonError('LimitError', `macros call each other more than ${this.#limits.depth} levels deep`);
    }
  }

  leaveMacro(): void {
    this.#depth--;
  }

  /** @throws {PythonError} LimitError for more output than any SQL needs. */
  countOutput(characters: number): void {
    this.#output += characters;
    if (this.#output > this.#limits.output) {
      throw new PythonError('LimitError', `more than ${this.#limits.output} characters of output`);
    }
  }

  /**
   * Keeps where the text of a macro or block came from. A template handles it as a plain string; when an equal string is
   * printed it is taken to be this one, trimmed or not.
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
