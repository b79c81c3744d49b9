import type { State } from '../../lineage/flow.ts';
import { MASKED_COLUMN } from '../../lineage/query/mask-shape.ts';
import type { Sql } from '../../sql.ts';
import { readExpression } from '../../warehouse/one-expression.ts';
import { SqlError } from '../../warehouse/sql-error.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { compareStates } from '../tier.ts';
import { type Exposure, judgeTrial, type TrialJudgement } from './judge-trial.ts';
import { isFatal, type MaskSecret, type SecretWeakness, secretWeakness } from './mask-secret.ts';
import { type MaskTrial, refusalOf, tryMask } from './mask-trial.ts';
import type { ValueKind } from './mask-values.ts';
import { foreignPartIn, staysOneLiteral } from './printed-tree.ts';

/** A mask to attack. */
export interface MaskUnderAttack {
  readonly secret: MaskSecret | undefined;
  /** The kinds of values that it is given, and attacked with. */
  readonly kinds: ReadonlySet<ValueKind>;
  /**
   * Renders the SQL that it prints for an expression, with the secret of this run or the given one.
   * @throws {MaskRefusal}
   */
  render(expression: string, secret?: string): Promise<string>;
  /** Locked down; holds at least the tables of `loadMaskValues` for these kinds. */
  readonly warehouse: Warehouse;
  /** The attack ends after this time, and the mask counts as unknown. */
  readonly timeoutMilliseconds: number;
}

/** The mask cannot be tried at all; the message holds no value. */
export class MaskRefusal extends Error {}

/** The result of the attacks on a mask. */
export type MaskVerdict =
  | { readonly status: 'unknown'; readonly reason: string }
  | {
      readonly status: 'judged';
      /** How much is left of a value, at worst. */
      readonly leaves: State | 'none';
      readonly how: Exposure;
      /** Share of the values that are exposed in this way, at worst: 0 to 1. */
      readonly share: number;
      /** Kinds of the values that are exposed in this way. */
      readonly kinds: readonly ValueKind[];
      readonly secret: { readonly weakness: SecretWeakness; readonly recovered: number } | undefined;
      /** Share of 100,000 people who would get the output of somebody else, where each should have their own: 0 to 1. */
      readonly colliding: number;
      readonly notes: readonly MaskNote[];
    };

/** A property of a mask that the progress line mentions, and that is no fault. */
export type MaskNote = 'masks-null' | 'folds-case';

/**
 * Runs a mask on synthetic values and tries to get them back as somebody without the secret would. This finds mistakes,
 * not malice: a mask that lets through only values that are not among the synthetic ones is not found.
 */
export async function verifyMask(mask: MaskUnderAttack): Promise<MaskVerdict> {
  await using session = await mask.warehouse.session();
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    void session[Symbol.asyncDispose]();
  }, mask.timeoutMilliseconds);
  try {
    return await attack(mask, session);
  } catch (cause) {
    if (isLate)
      return { status: 'unknown', reason: `it runs for more than ${mask.timeoutMilliseconds / 1000} seconds` };
    if (cause instanceof MaskRefusal) return { status: 'unknown', reason: cause.message };
    if (cause instanceof SqlError) return { status: 'unknown', reason: refusalOf(cause) };
    throw cause;
  } finally {
    clearTimeout(limit);
  }
}

async function attack(mask: MaskUnderAttack, warehouse: Warehouse): Promise<MaskVerdict> {
  const ownWeakness = mask.secret && secretWeakness(mask.secret);
  const expression = await renderOne(mask, ownWeakness === 'missing' ? STAND_INS[0] : undefined, warehouse);
  await requireOneLiteral(mask, warehouse);
  const { trials, refusal } = await tryMask(expression, mask.kinds, warehouse);
  const judged = trials.map(judgeTrial);
  const [worst] = [...judged].sort((a, b) => compareStates(a.leaves, b.leaves) || b.share - a.share);
  if (!worst) throw new MaskRefusal(refusal);
  const foreignPart = await foreignPartIn(expression.text, warehouse);
  if (foreignPart !== undefined)
    throw new MaskRefusal(`${foreignPart}; a mask may print its argument, literals and functions`);
  const weakness =
    ownWeakness !== undefined && isFatal(ownWeakness)
      ? ownWeakness
      : ((await weaknessInUse(mask, judged, warehouse)) ?? ownWeakness);
  const needing = judged.filter(needsSecret);
  return {
    status: 'judged',
    leaves: worst.leaves,
    how: worst.how,
    share: worst.share,
    kinds: [...new Set(judged.filter(({ how }) => how === worst.how).map(({ kind }) => kind))],
    secret: weakness && { weakness, recovered: Math.max(0, ...needing.map(({ unique }) => unique)) },
    colliding: Math.max(0, ...judged.map(unexpectedCollisions)),
    notes: notesOf(trials),
  };
}

/** Secrets to render a mask with in the place of its own. */
const STAND_INS = ['8f14c2a97be05d3614b2', 'e6d93f70a1c84b5279df'] as const;

/**
 * @throws {MaskRefusal} where the mask prints anything but one expression
 * @throws {SqlError} where it calls what it may not
 */
async function renderOne(mask: MaskUnderAttack, secret: string | undefined, warehouse: Warehouse): Promise<Sql> {
  const expression = await readExpression(await mask.render(MASKED_COLUMN, secret), warehouse);
  if (!expression) throw new MaskRefusal('it does not print exactly one expression');
  return expression;
}

/** @throws {MaskRefusal} where the value of the secret is more than one text, and so may be SQL */
async function requireOneLiteral({ secret, render }: MaskUnderAttack, warehouse: Warehouse): Promise<void> {
  if (secret?.value === undefined || secret.value === '') return;
  const own = { printed: await render(MASKED_COLUMN), secret: secret.value };
  const others = [];
  for (const standIn of STAND_INS) others.push({ printed: await render(MASKED_COLUMN, standIn), secret: standIn });
  // A mask that prints the same with each secret does not use it, which is another finding.
  if (others.every(({ printed }) => printed === own.printed)) return;
  for (const other of others) {
    if (await staysOneLiteral(own, other, warehouse)) continue;
    throw new MaskRefusal(`the secret ${secret.name} is not one whole text literal where it is printed`);
  }
}

/**
 * Whether only a secret protects the values: they are not in the outputs, but outputs of guesses could be compared with
 * them.
 */
function needsSecret({ how }: TrialJudgement): boolean {
  return how === 'linked' || how === 'guessed';
}

/** The weakness in how a mask uses its secret. */
async function weaknessInUse(
  mask: MaskUnderAttack,
  judged: readonly TrialJudgement[],
  warehouse: Warehouse,
): Promise<SecretWeakness | undefined> {
  const { secret } = mask;
  const [needing] = judged.filter((trial) => needsSecret(trial) && trial.unique > MOST_BY_CHANCE);
  if (!needing) return undefined;
  // A mask that leaves values clear is a finding already, without a word about its secret.
  if (!secret) return judged.every(({ leaves }) => leaves !== 'clear') ? 'undeclared' : undefined;
  const kinds = new Set([needing.kind]);
  const one = await renderOne(mask, STAND_INS[0], warehouse);
  const other = await renderOne(mask, STAND_INS[1], warehouse);
  if (one.text === other.text) return 'unused';
  const first = (await tryMask(one, kinds, warehouse)).trials;
  const second = (await tryMask(other, kinds, warehouse)).trials;
  const isSame = first.flatMap(({ masked }, set) =>
    masked.map(({ output }, index) => output !== undefined && output === second[set]?.masked[index]?.output),
  );
  return isSame.filter((same) => same).length > isSame.length * MOST_BY_CHANCE ? 'unused' : undefined;
}

/** Share of the values that may be unique, or the same with two secrets, by chance. */
const MOST_BY_CHANCE = 0.05;
/** Largest share of people that may have the same masked value as another person: a hash with more is too short. */
const LARGEST_COLLISION_SHARE = 0.001;

/** The share of people who get the output of somebody else by mistake; outputs that are groups share them on purpose. */
function unexpectedCollisions(trial: TrialJudgement): number {
  return needsSecret(trial) && trial.colliding > LARGEST_COLLISION_SHARE ? trial.colliding : 0;
}

function notesOf(trials: readonly MaskTrial[]): readonly MaskNote[] {
  const folded = trials.flatMap(({ foldsCase }) => (foldsCase === undefined ? [] : [foldsCase]));
  return [
    ...(trials.every(({ keepsNull }) => keepsNull) ? [] : ['masks-null' as const]),
    ...(folded.length > 0 && folded.every((folds) => folds) ? ['folds-case' as const] : []),
  ];
}
