import { isCommonSecret } from './mask-guesses.ts';

/** The secret a mask declares, as it is set for this run. Held for the attack alone: it is in no result. */
export interface MaskSecret {
  /** Of the dbt var. */
  readonly name: string;
  /** `undefined` when nobody sets it. */
  readonly value: string | undefined;
  /** It stands as it is in a file of the project. */
  readonly isCommitted: boolean;
}

export type SecretWeakness =
  /** The mask needs one, but names none. */
  | 'undeclared'
  /** It has no value. */
  | 'missing'
  /** Whatever it is, the mask gives the same. */
  | 'unused'
  /** It is what anybody tries first. */
  | 'default'
  /** It is short enough to be tried out. */
  | 'short'
  /** Whoever reads the repository knows it. */
  | 'committed';

/** An attacker tries out billions of secrets a second against one known value: less than this is no secret. */
const SHORTEST_SECRET = 16;

/** What is wrong with a secret in itself. */
export function secretWeakness({ value, isCommitted }: MaskSecret): SecretWeakness | undefined {
  if (value === undefined || value === '') return 'missing';
  if (isCommonSecret(value)) return 'default';
  if (value.length < SHORTEST_SECRET) return 'short';
  return isCommitted ? 'committed' : undefined;
}

/** Errors leave a mask that is none; with the others it holds against whoever does not look closely. */
export function isFatal(weakness: SecretWeakness): boolean {
  switch (weakness) {
    case 'undeclared':
    case 'missing':
    case 'unused':
    case 'default':
      return true;
    case 'short':
    case 'committed':
      return false;
  }
}
