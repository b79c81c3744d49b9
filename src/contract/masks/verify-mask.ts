import type { State } from '../../lineage/flow.ts';
import { MASKED_COLUMN } from '../../lineage/query/mask-shape.ts';
import { SqlError } from '../../warehouse/sql-error.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { compareStates } from '../tier.ts';
import { type Exposure, judgeTrial, type TrialJudgement } from './judge-trial.ts';
import { isFatal, type MaskSecret, type SecretWeakness, secretWeakness } from './mask-secret.ts';
import { type MaskTrial, refusalOf, tryMask } from './mask-trial.ts';
import type { ValueKind } from './mask-values.ts';

/** A mask to be attacked. */
export interface MaskUnderAttack {
  readonly secret: MaskSecret | undefined;
  /** What it is given; it is attacked with nothing else. */
  readonly kinds: ReadonlySet<ValueKind>;
  /**
   * The SQL it prints for an expression, with the secret of this run or the given one.
   * @throws {MaskRefusal}
   */
  render(expression: string, secret?: string): Promise<string>;
  /** Locked down, with what `loadMaskValues` loads for these kinds at least. */
  readonly warehouse: Warehouse;
  /** Milliseconds after which it is given up. */
  readonly patience: number;
}

/** The mask cannot be tried at all; the reason holds no value. */
export class MaskRefusal extends Error {}

/** What attacks on a mask show. */
export type MaskVerdict =
  | { readonly status: 'unknown'; readonly reason: string }
  | {
      readonly status: 'judged';
      /** What is left of a value, at worst. */
      readonly leaves: State | 'none';
      readonly how: Exposure;
      /** Share of values the exposure is about, at worst: 0 to 1. */
      readonly share: number;
      /** Whose values it is about. */
      readonly kinds: readonly ValueKind[];
      readonly secret: { readonly weakness: SecretWeakness; readonly recovered: number } | undefined;
      /** Of 100,000 people, how many would get the result of another, though each should have one: 0 to 1. */
      readonly colliding: number;
      readonly notes: readonly MaskNote[];
    };

/** Worth knowing, and no fault. */
export type MaskNote = 'masks-null' | 'folds-case';

/**
 * Runs a mask on synthetic values and tries to get them back as somebody without the secret would. This finds mistakes,
 * not malice: a mask that looks for a value nobody tries here, and lets it through, is not found.
 */
export async function verifyMask(mask: MaskUnderAttack): Promise<MaskVerdict> {
  await using session = await mask.warehouse.session();
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    void session[Symbol.asyncDispose]();
  }, mask.patience);
  try {
    return await attack(mask, session);
  } catch (cause) {
    if (isLate) return { status: 'unknown', reason: `it runs for more than ${mask.patience / 1000} seconds` };
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
  const { trials, refusal } = await tryMask(expression, mask.kinds, warehouse);
  const judged = trials.map(judgeTrial);
  const [worst] = [...judged].sort((a, b) => compareStates(a.leaves, b.leaves) || b.share - a.share);
  if (!worst) throw new MaskRefusal(refusal);
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

/** For rendering a mask as if its secret were another one. */
const STAND_INS = ['8f14c2a97be05d3614b2', 'e6d93f70a1c84b5279df'] as const;

/** @throws {MaskRefusal} where the mask prints anything but one expression */
async function renderOne(mask: MaskUnderAttack, secret: string | undefined, warehouse: Warehouse): Promise<string> {
  const printed = await mask.render(MASKED_COLUMN, secret);
  const [row] = await warehouse.rows(
    'select json_serialize_sql(?::varchar) as own, json_serialize_sql(?::varchar) as plain',
    [`select (\n${printed}\n)`, 'select (\nnull\n)'],
  );
  if (withoutExpression(row?.['own']) !== withoutExpression(row?.['plain'])) {
    throw new MaskRefusal('it does not print exactly one expression');
  }
  return `(\n${printed}\n)`;
}

/** What a statement is besides the one expression it selects: the same for every mask, or it does more than that. */
function withoutExpression(serialized: unknown): string {
  const tree = JSON.parse(String(serialized)) as {
    readonly statements?: readonly { readonly node: { readonly select_list?: readonly unknown[] } }[];
  };
  const statements = tree.statements?.map(({ node }) => ({ ...node, select_list: node.select_list?.length }));
  return JSON.stringify(statements);
}

/** Only where a value is gone but its result can be compared does a secret keep it from being guessed. */
function needsSecret({ how }: TrialJudgement): boolean {
  return how === 'linked' || how === 'guessed';
}

/** Weaknesses that show in what a mask does with its secret. */
async function weaknessInUse(
  mask: MaskUnderAttack,
  judged: readonly TrialJudgement[],
  warehouse: Warehouse,
): Promise<SecretWeakness | undefined> {
  const { secret } = mask;
  const [needing] = judged.filter((trial) => needsSecret(trial) && trial.unique > MOST_BY_CHANCE);
  if (!needing) return undefined;
  // What is clear anyway needs no word about a secret.
  if (!secret) return judged.every(({ leaves }) => leaves !== 'clear') ? 'undeclared' : undefined;
  const kinds = new Set([needing.kind]);
  const one = await renderOne(mask, STAND_INS[0], warehouse);
  const other = await renderOne(mask, STAND_INS[1], warehouse);
  if (one === other) return 'unused';
  const first = (await tryMask(one, kinds, warehouse)).trials;
  const second = (await tryMask(other, kinds, warehouse)).trials;
  const isSame = first.flatMap(({ masked }, set) =>
    masked.map(({ output }, index) => output !== undefined && output === second[set]?.masked[index]?.output),
  );
  return isSame.filter((same) => same).length > isSame.length * MOST_BY_CHANCE ? 'unused' : undefined;
}

/** A share of values below which nothing is made of it. */
const MOST_BY_CHANCE = 0.05;
/** More of a hash than that means it was cut too short. */
const MOST_COLLISIONS = 0.001;

/** Different people become one where they should not: groups on purpose are no links. */
function unexpectedCollisions(trial: TrialJudgement): number {
  return needsSecret(trial) && trial.colliding > MOST_COLLISIONS ? trial.colliding : 0;
}

function notesOf(trials: readonly MaskTrial[]): readonly MaskNote[] {
  const folded = trials.flatMap(({ foldsCase }) => (foldsCase === undefined ? [] : [foldsCase]));
  return [
    ...(trials.every(({ keepsNull }) => keepsNull) ? [] : ['masks-null' as const]),
    ...(folded.length > 0 && folded.every((folds) => folds) ? ['folds-case' as const] : []),
  ];
}
