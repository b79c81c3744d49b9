import type { State } from '../../lineage/flow.ts';
import { decipheredShare, type Known } from './mask-cipher.ts';
import { collidingShare } from './mask-collisions.ts';
import { essence, isRearranged, longestPiece } from './mask-piece.ts';
import { readingsOf } from './mask-reading.ts';
import type { MaskedValue, MaskTrial } from './mask-trial.ts';
import type { ValueKind } from './mask-values.ts';

/** What is left of a value behind a mask, as attacks on it show. */
export interface TrialJudgement {
  readonly kind: ValueKind;
  readonly leaves: State | 'none';
  readonly how: Exposure;
  /** Of the values, how many the exposure is about: 0 to 1. */
  readonly share: number;
  /** Values that whoever may run the mask finds by their output, since no other value has it: 0 to 1. */
  readonly unique: number;
  /** Of 100,000 people, how many would get the result of another: 0 to 1. */
  readonly colliding: number;
}

export type Exposure =
  /** The whole value is in what the mask gives, as it is or in another spelling. */
  | 'kept'
  /** It is there encoded, or in a cipher that a few known values break. */
  | 'decoded'
  /** It is found by hashing a list of values: there is no secret in it. */
  | 'guessed'
  /** A piece of it is there. */
  | 'piece'
  /** Nothing but that the same value gives the same result. */
  | 'linked'
  /** One of few results, each of which many values share. */
  | 'grouped'
  /** The same result for every value, or another one each time. */
  | 'nothing';

/** Below, it may be chance: a hash holds some digits of some numbers. */
const MOST_BY_CHANCE = 0.005;
/** Pieces are compared with those a stranger's output has; what is left of chance is well below. */
const MOST_PIECES_BY_CHANCE = 0.1;
/** Where so much of a value is kept on average, the rest is no mask. */
const NEARLY_WHOLE = 0.8;
/** One result for twenty values on average. */
const FEW_RESULTS = 0.05;
/** A guess is in the output or it is not; a short output can be in one by chance. */
const MOST_GUESSES_BY_CHANCE = 0.05;

export function judgeTrial(trial: MaskTrial): TrialJudgement {
  const { kind, masked } = trial;
  const results = countResults(trial);
  const isUnique = ({ output = '', isStable }: MaskedValue) => isStable && results.get(output) === 1;
  return {
    kind,
    ...exposureOf(trial, results.size),
    unique: masked.filter(isUnique).length / masked.length,
    colliding: collidingShare(masked.map(({ output = '' }) => output)),
  };
}

function countResults({ masked }: MaskTrial): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { output = '' } of masked) counts.set(output, (counts.get(output) ?? 0) + 1);
  return counts;
}

type Exposed = Pick<TrialJudgement, 'leaves' | 'how' | 'share'>;

/** The worst first. */
function exposureOf(trial: MaskTrial, results: number): Exposed {
  const { masked } = trial;
  if (results <= 1) return { leaves: 'none', how: 'nothing', share: 1 };
  const [plain, ...decoded] = readingsOf(masked.map(({ output = '' }) => output)).map((reading) =>
    knownValues(masked, reading),
  );
  const kept = keptShare(plain ?? []);
  if (kept > MOST_BY_CHANCE) return { leaves: 'clear', how: 'kept', share: kept };
  const read = Math.max(
    decipheredShare(plain ?? []),
    ...decoded.flatMap((reading) => [keptShare(reading), decipheredShare(reading)]),
  );
  if (read > MOST_GUESSES_BY_CHANCE) return { leaves: 'clear', how: 'decoded', share: read };
  const tried = masked.filter(({ isGuessed }) => isGuessed !== undefined);
  const guessed = tried.filter(({ isGuessed }) => isGuessed).length / Math.max(1, tried.length);
  if (guessed > MOST_GUESSES_BY_CHANCE) return { leaves: 'clear', how: 'guessed', share: guessed };
  const pieces = [plain ?? [], ...decoded].map(piecesOf);
  const share = Math.max(...pieces.map((found) => found.share));
  if (share > MOST_PIECES_BY_CHANCE) {
    const isWhole = pieces.some((found) => found.share > MOST_PIECES_BY_CHANCE && found.length > NEARLY_WHOLE);
    return { leaves: isWhole ? 'clear' : 'partial', how: isWhole ? 'kept' : 'piece', share };
  }
  if (!masked.some(({ isStable }) => isStable)) return { leaves: 'none', how: 'nothing', share: 1 };
  if (results <= masked.length * FEW_RESULTS) return { leaves: 'aggregate', how: 'grouped', share: 1 };
  return { leaves: 'pseudonymous', how: 'linked', share: 1 };
}

/** A value and what is read of it, as they are and by what one recognizes them. */
interface KnownValue extends Known {
  readonly value: string;
  readonly result: string;
}

function knownValues(masked: MaskTrial['masked'], reading: readonly string[]): readonly KnownValue[] {
  const isText = reading.filter((output) => CONTROL.test(output)).length < reading.length / 2;
  return masked.map(({ text }, index) => {
    const output = reading[index] ?? '';
    // Bytes that are no text hold no value in clear, only perhaps in a cipher.
    return { text, output, value: essence(text), result: isText ? essence(output) : '' };
  });
}

const CONTROL = /\p{Cc}/u;

function keptShare(all: readonly KnownValue[]): number {
  return all.filter(({ value, result }) => result.includes(value) || isRearranged(value, result)).length / all.length;
}

/**
 * How many outputs hold more of their own value than a stranger's output does. What a stranger's holds as well is
 * chance, or the same for all. `length` is the mean share of the value that its output holds.
 */
function piecesOf(all: readonly KnownValue[]): { readonly share: number; readonly length: number } {
  // Half-way round, and one less: another first name, last name, domain and year.
  const stranger = (index: number) => all[(index + Math.floor(all.length / 2) - 1) % all.length]?.result ?? '';
  let more = 0;
  let held = 0;
  for (const [index, { value, result }] of all.entries()) {
    const own = longestPiece(value, result);
    more += Math.sign(own - longestPiece(value, stranger(index)));
    held += own / value.length;
  }
  return { share: more / all.length, length: held / all.length };
}
