import type { State } from '../../lineage/flow.ts';
import { decipheredShare, type MaskedText } from './mask-cipher.ts';
import { collidingShare } from './mask-collisions.ts';
import { essence, isRearranged, longestPiece } from './mask-piece.ts';
import { readingsOf } from './mask-reading.ts';
import type { MaskedValue, MaskTrial } from './mask-trial.ts';
import type { ValueKind } from './mask-values.ts';

/** Result of the attacks on a mask with one set of values. */
export interface TrialJudgement {
  readonly kind: ValueKind;
  /** How much is left of a value. */
  readonly leaves: State | 'none';
  readonly how: Exposure;
  /** Share of the values that are exposed in this way: 0 to 1. */
  readonly share: number;
  /** Share of the values whose output no other value has, so that whoever can run the mask finds them: 0 to 1. */
  readonly unique: number;
  /** Share of 100,000 people who would get the result of somebody else: 0 to 1. */
  readonly colliding: number;
}

export type Exposure =
  /** The whole value is in the output, as it is or in another spelling. */
  | 'kept'
  /** The value is in the output, encoded or in a cipher that a few known values break. */
  | 'decoded'
  /** The value is found by hashing a list of likely values: the mask uses no secret. */
  | 'guessed'
  /** A piece of the value is in the output. */
  | 'piece'
  /** The same value gives the same output, and nothing else is exposed. */
  | 'linked'
  /** There are few outputs, each of which many values share. */
  | 'grouped'
  /** Every value gives the same output, or another one each time. */
  | 'nothing';

/** Share of values in whose output the value may stand by chance: a hash holds some digits of some numbers. */
const MOST_BY_CHANCE = 0.005;
/** Share of values of which a piece may stand in the output by chance, beyond the pieces in a stranger's output. */
const MOST_PIECES_BY_CHANCE = 0.1;
/** Mean share of the value in its output from which on the value counts as kept whole. */
const NEARLY_WHOLE = 0.8;
/** Outputs for each value up to which they count as few: one for twenty values. */
const FEW_RESULTS = 0.05;
/** Share of values that may be guessed by chance, since a short output can be in a guess. */
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

/** Looks for the worst exposure first. */
function exposureOf(trial: MaskTrial, results: number): Exposed {
  const { masked } = trial;
  if (results <= 1) return { leaves: 'none', how: 'nothing', share: 1 };
  const [plain, ...decoded] = readingsOf(masked.map(({ output = '' }) => output)).map((reading) =>
    pairUp(masked, reading),
  );
  const kept = keptShare(plain ?? []);
  if (kept > MOST_BY_CHANCE) return { leaves: 'clear', how: 'kept', share: kept };
  const read = Math.max(
    decipheredShare(plain ?? []),
    ...decoded.flatMap((reading) => [keptShare(reading), decipheredShare(reading)]),
  );
  if (read > MOST_GUESSES_BY_CHANCE) return { leaves: 'clear', how: 'decoded', share: read };
  const compared = masked.filter(({ isGuessed }) => isGuessed !== undefined);
  const guessed = compared.filter(({ isGuessed }) => isGuessed).length / Math.max(1, compared.length);
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

/** A value and its output, and the essence of both by which one is recognized in the other. */
interface MaskedEssence extends MaskedText {
  readonly value: string;
  readonly result: string;
}

/** @param reading the outputs, perhaps decoded, in the order of the values */
function pairUp(masked: MaskTrial['masked'], reading: readonly string[]): readonly MaskedEssence[] {
  const isText = reading.filter((output) => CONTROL.test(output)).length < reading.length / 2;
  return masked.map(({ text }, index) => {
    const output = reading[index] ?? '';
    // Bytes that are no text cannot hold a value in clear, only in a cipher.
    return { text, output, value: essence(text), result: isText ? essence(output) : '' };
  });
}

const CONTROL = /\p{Cc}/u;

function keptShare(all: readonly MaskedEssence[]): number {
  return all.filter(({ value, result }) => result.includes(value) || isRearranged(value, result)).length / all.length;
}

/**
 * `share`: how many outputs hold more of their own value than the output of a stranger does, which holds only what is there
 * by chance or for everybody. `length`: the mean share of a value that its output holds.
 */
function piecesOf(all: readonly MaskedEssence[]): { readonly share: number; readonly length: number } {
  // The output half a list away, less one, is of a person with another first name, last name, domain and year.
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
