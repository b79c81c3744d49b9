import type { Location } from '../../location.ts';
import type { Source } from '../syntax/source.ts';
import { joinPieces, type MappedText, type Piece } from './mapped-text.ts';
import type { Rendering } from './rendering.ts';

/** Collects what a template or a block of it prints. */
export class Output {
  readonly #rendering: Rendering;
  readonly #start: Location;
  readonly #pieces: Piece[] = [];

  /** `start` is where an empty output is said to come from. */
  constructor(rendering: Rendering, start: Location) {
    this.#rendering = rendering;
    this.#start = start;
  }

  /** Text of the template itself, which stands at a place of its source. */
  write(text: string, source: Source, at: Location): void {
    this.#rendering.countOutput(text.length);
    this.#pieces.push({ kind: 'written', text, source, at });
  }

  /** `location` is where the value was printed. */
  print(text: string, location: Location): void {
    if (text === '') return;
    this.#rendering.countOutput(text.length);
    const block = this.#rendering.recall(text);
    this.#pieces.push(block ? { kind: 'mapped', text, ...block } : { kind: 'printed', text, location });
  }

  finish(): MappedText {
    return joinPieces(this.#pieces, this.#start);
  }
}
