import type { Location } from '../location.ts';
import { UserError } from '../user-error.ts';

/** `postgres.url` as written. The value of a variable is a secret, so it is read only where a server is opened. */
export interface WrittenUrl {
  readonly text: string;
  readonly location: Location;
}

/** Whether an address is one whole variable, `${NAME}`, or holds none at all. */
export function isWholeUrl(text: string): boolean {
  return variableOf(text) !== undefined || !text.includes('${');
}

/**
 * The address itself: the value of the variable, or the text that is written.
 * @throws {UserError} when the variable is not set, or is only a part of the address
 */
export function fillUrl(
  { text, location }: WrittenUrl,
  environment: { readonly [name: string]: string | undefined },
): string {
  if (!isWholeUrl(text)) throw new Error('internal: an address with a variable in it is refused when it is read');
  const name = variableOf(text);
  if (name === undefined) return text;
  const value = (Object.hasOwn(environment, name) && environment[name]) || '';
  if (value !== '') return value;
  throw new UserError({
    code: 'missing-variable',
    message: `the environment variable ${name} is not set`,
    location,
    fix: `set ${name}, or remove 'url' to use a throwaway Postgres`,
  });
}

function variableOf(text: string): string | undefined {
  return /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(text)?.[1];
}
