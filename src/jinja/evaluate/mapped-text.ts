import type { Location } from '../../location.ts';
import { locationAt, offsetOf, type Source } from '../syntax/source.ts';

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

/** A run of characters that came from one place. */
export type Piece =
  /** The template's own text, character by character. */
  | { readonly kind: 'written'; readonly text: string; readonly source: Source; readonly at: Location }
  /** A value that was printed. */
  | { readonly kind: 'printed'; readonly text: string; readonly location: Location }
  /** Characters of another text from `offset` on: the output of a macro called at `calledAt`, or of a block. */
  | {
      readonly kind: 'mapped';
      readonly text: string;
      readonly inner: MappedText;
      readonly offset: number;
      readonly calledAt: Location | undefined;
    };

/** Pieces in their order as one text; `at` is where an empty text, and the place behind the last character, come from. */
export function joinPieces(pieces: readonly Piece[], at: Location): MappedText {
  const ends: number[] = [];
  let length = 0;
  for (const { text } of pieces) {
    length += text.length;
    ends.push(length);
  }
  return {
    text: pieces.length === 1 && pieces[0] ? pieces[0].text : pieces.map(({ text }) => text).join(''),
    origin(offset) {
      const index = Math.min(firstAbove(ends, offset), pieces.length - 1);
      const piece = pieces[index];
      if (!piece) return { location: at, calls: [] };
      return originIn(piece, Math.max(0, offset - ((ends[index] ?? 0) - piece.text.length)));
    },
  };
}

function originIn(piece: Piece, offset: number): Origin {
  if (piece.kind === 'written') {
    return { location: locationAt(piece.source, offsetOf(piece.source, piece.at) + offset), calls: [] };
  }
  if (piece.kind === 'printed') return { location: piece.location, calls: [] };
  const { location, calls } = piece.inner.origin(piece.offset + offset);
  return { location, calls: piece.calledAt ? [piece.calledAt, ...calls] : calls };
}

/** The first index whose value is above `offset`; the length when there is none. `ends` ascends. */
function firstAbove(ends: readonly number[], offset: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Texts behind one another; plain strings among them are said to come from `at`. */
export function concatText(parts: readonly (string | MappedText)[], at: Location): MappedText {
  return joinPieces(
    parts.map((part) =>
      typeof part === 'string'
        ? { kind: 'printed', text: part, location: at }
        : { kind: 'mapped', text: part.text, inner: part, offset: 0, calledAt: undefined },
    ),
    at,
  );
}

/** The characters from `start` up to, not including, `end`. */
export function sliceText(whole: MappedText, start: number, end: number): MappedText {
  return { text: whole.text.slice(start, end), origin: (offset) => whole.origin(start + offset) };
}
