import type { Location } from '../../location.ts';
import { unreachable } from '../../unreachable.ts';
import type { Mistake } from '../../user-error.ts';
import { UNSUPPORTED } from './features.ts';

/** Code of an entry in the table of what is not supported; also the code of its mistake. */
export type UnsupportedCode = keyof typeof UNSUPPORTED;

/** Where a project has something that is not supported. */
export interface UnsupportedUse {
  /** What has it, by name: `stg_users`, `on-run-start`. */
  readonly subject: string;
  readonly location: Location;
  /** Said behind the message: the name that was probably meant, with a space in front; mostly empty. */
  readonly hint?: string;
}

/** The mistake that a use of the entry is. */
export function unsupported(code: UnsupportedCode, { subject, location, hint = '' }: UnsupportedUse): Mistake {
  const { what, effect, fix } = UNSUPPORTED[code];
  switch (effect) {
    case 'refuse':
      return {
        code,
        message: `${subject}: ${what} are not supported by this version of Fenceline.${hint}`,
        location,
        fix,
      };
    default:
      return unreachable(effect);
  }
}
