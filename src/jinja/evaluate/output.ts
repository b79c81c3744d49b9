import type { Location } from '../../location.ts';
import type { Source } from '../syntax/source.ts';
import { joinPieces, type MappedText, type Piece } from './mapped-text.ts';
import type { Rendering } from './rendering.ts';

/** Collects the output of a template or of a body in it. */
export class Output {
  readonly #rendering: Rendering;
  readonly #start: Location;
  readonly #pieces: Piece[] = [];

  /** `start` is the origin of an empty output. */
  constructor(rendering: Rendering, start: Location) {
    this.#rendering = rendering;
    this.#start = start;
  }

  /** Appends text of the template itself, which stands at `at` in `source`. */
  write(text: string, source: Source, at: Location): void {
    this.#rendering.countOutput(text.length);
    this.#pieces.push({ kind: 'written', text, source, at });
  }

  /** Appends the text of a value. `location` is the place of the expression that printed it. */
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
