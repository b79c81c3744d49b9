import type { Location } from '../../location.ts';
import { unreachable } from '../../unreachable.ts';
import type { Mistake } from '../../user-error.ts';
import { UNSUPPORTED } from './features.ts';

/** Code of an entry in the table `UNSUPPORTED`; also the code of its mistake. */
export type UnsupportedCode = keyof typeof UNSUPPORTED;

/** A use of a feature that is not supported, with its place in the project. */
export interface UnsupportedUse {
  /** Name of the node or hook that uses it: `stg_users`, `on-run-start`. */
  readonly subject: string;
  readonly location: Location;
  /** Text after the message, with a space in front: a suggestion for a misspelled name. Mostly empty. */
  readonly hint?: string;
  /** Unique ids of nodes and sources that are built without the feature, but whose rows are not proven. */
  readonly unproven?: readonly string[];
  /** Unique id of the node that is not built. */
  readonly unbuilt?: string;
  /** Why the node is unknown; absent: the feature is not supported. */
  readonly reason?: string;
}

/** A use that is found while files are read, with the code of its entry. */
export interface FoundUse extends UnsupportedUse {
  readonly code: UnsupportedCode;
}

/** A use of an unsupported feature that is left out and counted. */
export interface LeftOut {
  readonly code: UnsupportedCode;
  readonly subject: string;
  readonly location: Location;
}

/** The reason why the rows of a node or source are not proven: a feature that is left out makes or may change them. */
export interface Unproven {
  readonly reason: string;
  /** The way on, as an imperative. */
  readonly fix: string;
  /** Whether the node is built. If not, the nodes that read it are left out, too. */
  readonly isBuilt: boolean;
}

/** The unsupported features that a project uses, by their effect. */
export interface Unsupported {
  readonly leftOut: readonly LeftOut[];
  /** Unproven nodes by unique id. */
  readonly unproven: ReadonlyMap<string, Unproven>;
}

/**
 * Sorts the uses of unsupported features of dbt by their effect: features that are left out and counted in the report, and
 * nodes of which nothing is proven.
 */
export function sortUses(
  uses: readonly { readonly code: UnsupportedCode; readonly use: UnsupportedUse }[],
): Unsupported {
  const leftOut: LeftOut[] = [];
  const unproven = new Map<string, Unproven>();
  for (const { code, use } of uses) {
    const { subject, location } = use;
    const { what, effect, fix } = UNSUPPORTED[code];
    switch (effect) {
      case 'unfollowed': {
        const reason = `${subject} is not followed: ${what} write what they print`;
        for (const uniqueId of use.unproven ?? []) unproven.set(uniqueId, { reason, fix, isBuilt: true });
        break;
      }
      case 'leave-out':
      case 'unknown': {
        leftOut.push({ code, subject, location });
        const { reason = `${subject} is left out: ${what} are not supported by this version of Fenceline` } = use;
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
  return { leftOut, unproven };
}

/** The reason of what may need a package that is not installed. @param message what stops without it */
export function needsPackage(message: string): string {
  return `packages are not installed, and ${message.replace(/\.$/, '')}`;
}

/** The mistake for a use of an unsupported feature. */
export function unsupported(code: UnsupportedCode, { subject, location, hint = '' }: UnsupportedUse): Mistake {
  const { what, fix } = UNSUPPORTED[code];
  const message = `${subject}: ${what} are not supported by this version of Fenceline.${hint}`;
  return { code, message, location, fix };
}
