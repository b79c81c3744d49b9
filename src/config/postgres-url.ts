import type { Location } from '../location.ts';
import { type Mistake, UserError } from '../user-error.ts';

/** `postgres.url` as written. Each `${NAME}` in it may be a secret, so it is filled in only where a server is opened. */
export interface WrittenUrl {
  readonly text: string;
  readonly location: Location;
}

/**
 * The address of a server: the written text with each `${NAME}` replaced by the variable of that name.
 * @throws {UserError} with every variable that is not set
 */
export function fillUrl(
  { text, location }: WrittenUrl,
  environment: { readonly [name: string]: string | undefined },
): string {
  const mistakes: Mistake[] = [];
  const url = text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
    const value = (Object.hasOwn(environment, name) && environment[name]) || '';
    if (value === '') {
      mistakes.push({
        code: 'missing-variable',
        message: `the environment variable ${name} is not set`,
        location,
        fix: `set ${name}, or remove 'url' to use a throwaway Postgres`,
      });
    }
    return value;
  });
  if (mistakes.length > 0) throw new UserError(mistakes);
  return url;
}
