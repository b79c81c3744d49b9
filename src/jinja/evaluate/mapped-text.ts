import type { Location } from '../../location.ts';
import { locationAt, offsetOf, type Source } from '../syntax/source.ts';

/**
 * Rendered text that has, for each character, the place in a template where it was written. For text that a macro printed
 * that is a place in the macro's own file. So an error in compiled SQL can be shown where its text was written.
 */
export interface MappedText {
  readonly text: string;
  /** Place in a template at which the character at `offset` (UTF-16 units from 0) was written. */
  origin(offset: number): Origin;
}

export interface Origin {
  readonly location: Location;
  /** Places of the macro calls around it, outermost (in the model's own file) first; empty for the model's own text. */
  readonly calls: readonly Location[];
}

/** A run of characters that have one origin. */
export type Piece =
  /** Text of the template itself: the place advances with each character. */
  | { readonly kind: 'written'; readonly text: string; readonly source: Source; readonly at: Location }
  /** A printed value: all characters have the place of the expression. */
  | { readonly kind: 'printed'; readonly text: string; readonly location: Location }
  /** Characters of another text from `offset` on: the output of a macro called at `calledAt`, or of a block. */
  | {
      readonly kind: 'mapped';
      readonly text: string;
      readonly inner: MappedText;
      readonly offset: number;
      readonly calledAt: Location | undefined;
    };

/** Joins pieces in their order. `at` is the origin of an empty text and of the offset behind the last character. */
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

/** The first index whose value is above `offset`, or the length when there is none. `ends` must be ascending. */
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

/** Concatenates texts. The origin of plain strings among them is `at`. */
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
