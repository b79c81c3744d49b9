import { EnvironmentError } from '../environment-error.ts';
import { UserError } from '../user-error.ts';

/** The same error, whose message says which database it is about; of one without a name it stays as it is. */
export function nameDatabase(error: unknown, name: string | undefined): unknown {
  if (name === undefined) return error;
  const named = (message: string) => `database ${name}: ${message}`;
  if (error instanceof EnvironmentError) {
    return new EnvironmentError(named(error.message), error.fix, { cause: error.cause });
  }
  if (error instanceof UserError) {
    const mistakes = error.mistakes.map((mistake) => ({ ...mistake, message: named(mistake.message) }));
    return new UserError(mistakes, { cause: error.cause });
  }
  return error;
}
