/**
 * SQL: a list of the outputs, in lower case, that somebody without a secret would compute from a value to find it behind a
 * mask: every hash the engine has, over the spellings that a mask may use, without a salt and with common salts.
 * @param plain SQL of the value as text
 * @param value SQL of the value in its type
 */
export function guessList(plain: string, value: string): string {
  const spellings = [plain, `lower(${plain})`, `upper(${plain})`, `regexp_replace(${plain}, '[^[:alnum:]]', '', 'g')`];
  const salted = spellings
    .slice(0, 2)
    .flatMap((text) => COMMON_SALTS.flatMap((salt) => [`${text} || '${salt}'`, `'${salt}' || ${text}`]))
    .flatMap((text) => [`md5(${text})`, `sha1(${text})`, `sha256(${text})`]);
  const unsalted = spellings.flatMap((text) => [
    `md5(${text})`,
    `sha1(${text})`,
    `sha256(${text})`,
    `md5(md5(${text}))`,
    `sha256(sha256(${text}))`,
    `sha256(md5(${text}))`,
    `md5_number(${text})::varchar`,
    `md5_number_lower(${text})::varchar`,
    `md5_number_upper(${text})::varchar`,
    `hash(${text})::varchar`,
  ]);
  return `list_value(hash(${value})::varchar, ${[...unsalted, ...salted].join(', ')})`;
}

/** Salts for guesses: few, since each costs time on every value. */
const COMMON_SALTS = ['salt', 'pepper', 'secret', 'changeme', 'password', 'pii'];

const COMMON_SECRETS: ReadonlySet<string> = new Set([
  ...COMMON_SALTS,
  ...['salt123', 'mysalt', 'my_salt', 'mysecret', 'my_secret', 'changeit', 'change_me', 'change-me', 'replace_me'],
  ...['replaceme', 'default', 'default_salt', 'example', 'dummy', 'todo', 'test', 'testing', 'dev', 'local', 'prod'],
  ...['admin', 'root', 'pass', 'passw0rd', 'letmein', 'qwerty', 'hunter2', 'abc123', '123456', '12345678'],
  ...['123456789', '1234567890', '0123456789abcdef', '1234567890123456', 'your_salt_here', 'your_secret_here'],
  ...['your-secret-here', 'supersecret', 'super_secret', 'supersecretsalt', 'super-secret-salt', 'secret_salt'],
  ...['pii_salt', 'hash_salt', 'salt_value', 'changemechangeme', 'xxxxxxxxxxxxxxxx', 'aaaaaaaaaaaaaaaa'],
]);

/** Whether a secret is in the list of common ones. */
export function isCommonSecret(secret: string): boolean {
  return COMMON_SECRETS.has(secret.trim().toLowerCase());
}
