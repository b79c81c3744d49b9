import { UserError } from './user-error.ts';

/** The text that stands in an output in place of a secret. */
export const HIDDEN = '***';

/** Replaces each secret in a text by `***`, also where a string of SQL or JSON spells it with escapes. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce(
    (rest, secret) => spellings(secret).reduce((one, way) => one.replaceAll(way, HIDDEN), rest),
    text,
  );
}

/** A copy of the error without the secrets in its messages, fixes and details. */
export function hideInMistakes({ mistakes }: UserError, secrets: readonly string[], cause: unknown): UserError {
  return new UserError(
    mistakes.map(({ message, fix, detail, ...mistake }) => ({
      ...mistake,
      message: hideSecrets(message, secrets),
      ...(fix !== undefined && { fix: hideSecrets(fix, secrets) }),
      ...(detail !== undefined && { detail: hideSecrets(detail, secrets) }),
    })),
    { cause },
  );
}

function spellings(secret: string): readonly string[] {
  const sql = secret.replaceAll("'", "''");
  const json = (text: string) => JSON.stringify(text).slice(1, -1);
  return [...new Set([json(sql), sql, json(secret), secret])];
}
