import { UserError } from '../user-error.ts';

/** The settings that an address gives, by libpq's names: `host`, `port`, `dbname`, `user`, `sslmode`, … */
export type AddressSettings = ReadonlyMap<string, string>;

/**
 * Reads an address as libpq does: a URL (`postgres://user:password@host:port/database?sslmode=…`) or words
 * (`host=… dbname=…`). Several hosts stand behind each other, with commas between them.
 * @throws {UserError} for one that is neither, and for settings that Fenceline does not follow. The address is never quoted,
 *   since it holds a password
 */
export function readAddress(text: string): AddressSettings {
  const settings = /^\w+:\/\//.test(text) ? readUrl(text) : readWords(text);
  for (const name of settings.keys()) refuseUnread(name);
  return settings;
}

function readUrl(text: string): AddressSettings {
  const parts =
    /^postgres(?:ql)?:\/\/(?:(?<login>[^/?#]*)@)?(?<hosts>[^/?#@]*)(?:\/(?<dbname>[^?#/]*))?(?:\?(?<query>[^#]*))?$/.exec(
      text,
    );
  if (!parts?.groups) throw notAnAddress();
  const { login = '', hosts = '', dbname = '', query = '' } = parts.groups;
  const colon = login.indexOf(':');
  const [user, password] = colon < 0 ? [login, ''] : [login.slice(0, colon), login.slice(colon + 1)];
  const places = hosts.split(',').map((place) => /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(place));
  const written = [
    ['user', decoded(user)],
    ['password', decoded(password)],
    ['host', places.map((place) => decoded(place?.[1] ?? '').replace(/^\[|\]$/g, '')).join(',')],
    ['port', places.map((place) => place?.[2] ?? '').join(',')],
    ['dbname', decoded(dbname)],
  ];
  if (places.includes(null)) throw notAnAddress();
  const parameters = query === '' ? [] : query.split('&').map((parameter) => parameter.split('='));
  for (const [name = '', value, ...rest] of parameters) {
    if (value === undefined || rest.length > 0) throw notAnAddress();
    written.push([decoded(name), decoded(value)]);
  }
  return new Map(
    written.filter(([, value]) => value?.replaceAll(',', '') !== '').map(([name = '', value = '']) => [name, value]),
  );
}

/** The text behind percent-encoding. A plus stays a plus, as in libpq. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // The error of the decoder is dropped: it could quote the text.
    throw notAnAddress();
  }
}

/** `name = value` or `name='a value'`, in which a backslash stands before a quote or a backslash. */
const WORD = /\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)/y;

function readWords(text: string): AddressSettings {
  const settings = new Map<string, string>();
  WORD.lastIndex = 0;
  let end = 0;
  for (let word = WORD.exec(text); word; word = WORD.exec(text)) {
    end = WORD.lastIndex;
    settings.set(word[1] ?? '', (word[2] ?? word[3] ?? '').replace(/\\(.)/g, '$1'));
  }
  if (settings.size === 0 || text.slice(end).trim() !== '') throw notAnAddress();
  return settings;
}

function notAnAddress(): UserError {
  return new UserError({
    code: 'postgres-url',
    message: 'the URL of Postgres is not one of the form postgres://user:password@host:port/database',
    fix: 'percent-encode reserved characters of the password (# is %23, / is %2F, @ is %40)',
  });
}

/** Settings of libpq that are followed, or that change nothing here. */
const READ: ReadonlySet<string> = new Set([
  ...['host', 'hostaddr', 'port', 'dbname', 'user', 'password', 'passfile', 'service', 'target_session_attrs'],
  ...['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslpassword', 'channel_binding', 'connect_timeout', 'options'],
  ...[
    'application_name',
    'fallback_application_name',
    'client_encoding',
    'sslcompression',
    'sslsni',
    'tcp_user_timeout',
  ],
  ...['keepalives', 'keepalives_idle', 'keepalives_interval', 'keepalives_count'],
]);

/** Settings of libpq that would have to be followed. */
const REFUSED: { readonly [name: string]: string } = {
  gssencmode: 'encrypt by TLS: sslmode=verify-full',
  krbsrvname: 'log in by a password or a certificate',
  gsslib: 'log in by a password or a certificate',
  gssdelegation: 'log in by a password or a certificate',
  require_auth: 'let the server allow one kind of login only',
  requirepeer: 'use a host whose socket only its user can open',
  sslcrl: 'leave it away, and let the server have a new certificate where one was lost',
  sslcrldir: 'leave it away, and let the server have a new certificate where one was lost',
  sslnegotiation: 'leave it away: encryption is negotiated',
  sslcertmode: 'leave it away: a certificate is sent where sslcert names one',
  ssl_min_protocol_version: 'leave it away: TLS 1.2 is the oldest',
  ssl_max_protocol_version: 'leave it away',
  load_balance_hosts: 'leave it away: hosts are tried in their order',
  replication: 'leave it away',
  requiressl: 'use sslmode=verify-full',
};

function refuseUnread(name: string): void {
  if (READ.has(name)) return;
  const fix = REFUSED[name];
  throw new UserError({
    code: 'postgres-url',
    // The name of an unknown setting is not quoted: it may be a part of a password.
    message: `the URL of Postgres has ${fix === undefined ? 'a setting that libpq does not have' : `the setting ${name}, which Fenceline does not follow`}`,
    fix: fix ?? 'correct its name; percent-encode reserved characters of the password (? is %3F, & is %26)',
  });
}
