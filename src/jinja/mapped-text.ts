import type { Location } from '../location.ts';

/**
 * Text that knows, for each of its characters, the place in the template it came from: the innermost place for text
 * printed by a macro (the macro's own file), so that an error in compiled SQL can be shown where it was written.
 */
export interface MappedText {
  readonly text: string;
  /** Where the character at `offset` (UTF-16 units from 0) was written, and the calls that led there, outermost first. */
  origin(offset: number): Origin;
}

export interface Origin {
  readonly location: Location;
  /** Places of the macro calls around it, outermost (in the model's own file) first; empty for the model's own text. */
  readonly calls: readonly Location[];
}
