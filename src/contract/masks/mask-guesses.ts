import { literal, type Sql, sql } from '../../sql.ts';

/**
 * SQL: a list of the outputs, in lower case, that somebody without a secret would compute from a value to find it behind a
 * mask: every hash the engine has, over the spellings that a mask may use, without a salt and with common salts.
 * @param plain SQL of the value as text
 * @param value SQL of the value in its type
 */
export function guessList(plain: Sql, value: Sql): Sql {
  const spellings = [
    plain,
    sql`lower(${plain})`,
    sql`upper(${plain})`,
    sql`regexp_replace(${plain}, '[^[:alnum:]]', '', 'g')`,
  ];
  const salted = spellings
    .slice(0, 2)
    .flatMap((text) =>
      COMMON_SALTS.flatMap((salt) => [sql`${text} || ${literal(salt)}`, sql`${literal(salt)} || ${text}`]),
    )
    .flatMap((text) => [sql`md5(${text})`, sql`sha1(${text})`, sql`sha256(${text})`]);
  const unsalted = spellings.flatMap((text) => [
    sql`md5(${text})`,
    sql`sha1(${text})`,
    sql`sha256(${text})`,
    sql`md5(md5(${text}))`,
    sql`sha256(sha256(${text}))`,
    sql`sha256(md5(${text}))`,
    sql`md5_number(${text})::varchar`,
    sql`md5_number_lower(${text})::varchar`,
    sql`md5_number_upper(${text})::varchar`,
    sql`hash(${text})::varchar`,
  ]);
  return sql`list_value(hash(${value})::varchar, ${[...unsalted, ...salted]})`;
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
