import { formatLocation, type Location } from './location.ts';

/** A mistake of a user, and what to type instead. It never holds a data value. */
export interface Mistake {
  /** Stable, in kebab-case: `unknown-key`, `missing-ref`, `jinja-syntax`, … */
  readonly code: string;
  /** One sentence; says the nearest name where a name is wrong. */
  readonly message: string;
  readonly location?: Location;
  /** The next step, as an imperative sentence. */
  readonly fix?: string;
  /** The source line and a caret under the place, or a macro stack: shown below the message as it is. */
  readonly detail?: string;
}

/** One or more mistakes of the user, collected over the whole project and shown together. Exit code 2. */
export class UserError extends Error {
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: Mistake | readonly Mistake[], options?: ErrorOptions) {
    const all = Array.isArray(mistakes) ? mistakes : [mistakes as Mistake];
    super(all.map(mistakeText).join('\n'), options);
    this.name = 'UserError';
    this.mistakes = all;
  }
}

/** `models/a.sql:12:8 ref('stg_user') is no model. Did you mean 'stg_users'?` and the fix on a line of its own. */
export function mistakeText({ message, location, fix, detail }: Mistake): string {
  const lines = [location ? `${formatLocation(location)} ${message}` : message];
  if (detail) lines.push(detail);
  if (fix) lines.push(`  fix: ${fix}`);
  return lines.join('\n');
}
