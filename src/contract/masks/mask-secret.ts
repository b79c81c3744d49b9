import { unreachable } from '../../unreachable.ts';
import { isCommonSecret } from './mask-guesses.ts';

/** The secret that a mask declares, with its value in this run. The value is for the attack alone and is in no result. */
export interface MaskSecret {
  /** Name of the dbt var. */
  readonly name: string;
  /** `undefined` when the var is not set. */
  readonly value: string | undefined;
  /** Whether the value stands in a file of the project. */
  readonly isCommitted: boolean;
}

export type SecretWeakness =
  /** The mask needs a secret, but declares none. */
  | 'undeclared'
  /** The secret has no value. */
  | 'missing'
  /** The mask gives the same output with another secret. */
  | 'unused'
  /** The secret is in the list of common secrets. */
  | 'default'
  /** The secret is so short that all secrets of its length can be tried out. */
  | 'short'
  /** The secret is in the repository. */
  | 'committed';

/** Length of the shortest secret that counts: an attacker tries out billions a second against one known value. */
const SHORTEST_SECRET = 16;

/** The weakness of a secret that its value alone shows. */
export function secretWeakness({ value, isCommitted }: MaskSecret): SecretWeakness | undefined {
  if (value === undefined || value === '') return 'missing';
  if (isCommonSecret(value)) return 'default';
  if (value.length < SHORTEST_SECRET) return 'short';
  return isCommitted ? 'committed' : undefined;
}

/** Whether a weakness is an error: the mask hides nothing. With the others it still takes an attacker some effort. */
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
    default:
      return unreachable(weakness);
  }
}
