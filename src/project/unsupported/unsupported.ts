import type { Location } from '../../location.ts';
import { unreachable } from '../../unreachable.ts';
import type { Mistake } from '../../user-error.ts';
import { UNSUPPORTED } from './features.ts';

/** Code of an entry in the table of what is not supported; also the code of its mistake. */
export type UnsupportedCode = keyof typeof UNSUPPORTED;

/** A place of a project with something that is not supported. */
export interface UnsupportedUse {
  /** Name of what has it: `stg_users`, `on-run-start`. */
  readonly subject: string;
  readonly location: Location;
  /** Said behind the message: the name that was probably meant, with a space in front; mostly empty. */
  readonly hint?: string;
  /** Unique ids of nodes and sources whose rows are not proven without it. */
  readonly unproven?: readonly string[];
  /** Unique id of the node that cannot be built without it. */
  readonly unbuilt?: string;
}

/** Something of a project that is not done, and counted. */
export interface LeftOut {
  readonly code: UnsupportedCode;
  readonly subject: string;
  readonly location: Location;
}

/** A node or source whose rows are not proven, since something that is left out makes or may change them. */
export interface Unproven {
  readonly reason: string;
  /** What to do about it, as an imperative. */
  readonly fix: string;
  /** A node that is not built is left out, with all that reads it. */
  readonly isBuilt: boolean;
}

/** Features of a project that are not supported. */
export interface Unsupported {
  readonly mistakes: readonly Mistake[];
  readonly leftOut: readonly LeftOut[];
  /** Unproven nodes by unique id. */
  readonly unproven: ReadonlyMap<string, Unproven>;
}

/** Tells what ends every command from what is left out. */
export function sortUses(
  uses: readonly { readonly code: UnsupportedCode; readonly use: UnsupportedUse }[],
): Unsupported {
  const mistakes: Mistake[] = [];
  const leftOut: LeftOut[] = [];
  const unproven = new Map<string, Unproven>();
  for (const { code, use } of uses) {
    const { subject, location } = use;
    const { what, effect, fix } = UNSUPPORTED[code];
    switch (effect) {
      case 'refuse':
        mistakes.push(unsupported(code, use));
        break;
      case 'leave-out':
      case 'unknown': {
        leftOut.push({ code, subject, location });
        const reason = `${subject} is left out: ${what} are not supported by this version of Fenceline`;
        for (const uniqueId of use.unproven ?? []) {
          if (!unproven.has(uniqueId)) unproven.set(uniqueId, { reason, fix, isBuilt: true });
        }
        if (use.unbuilt !== undefined) unproven.set(use.unbuilt, { reason, fix, isBuilt: false });
        break;
      }
      default:
        unreachable(effect);
    }
  }
  return { mistakes, leftOut, unproven };
}

/** The mistake that a use of an entry is which ends every command. */
export function unsupported(code: UnsupportedCode, { subject, location, hint = '' }: UnsupportedUse): Mistake {
  const { what, fix } = UNSUPPORTED[code];
  const message = `${subject}: ${what} are not supported by this version of Fenceline.${hint}`;
  return { code, message, location, fix };
}
