import { allFakers, type Faker } from '@faker-js/faker';
import { buildProject } from '../../src/contract/testing/built-project.ts';
import { searchMarts } from '../../src/contract/testing/search-marts.ts';
import type { FoundSpelling } from './results.ts';

/** A way to write a value: the personal column that it holds, and SQL over the people. */
type Spelling = readonly [spelling: string, column: string, expression: string];

const blocks = (column: string) => `trim(regexp_replace(${column}, '(.{4})', '\\1 ', 'g'))`;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const TURNED = `${LETTERS.slice(13)}${LETTERS.slice(0, 13)}`;

const SPELLINGS: readonly Spelling[] = [
  ['e-mail in upper case', 'email', 'upper(email)'],
  ['e-mail between blanks', 'email', "'  ' || email || ' '"],
  ['e-mail in a URL', 'email', "'https://x.example/?u=' || replace(email, '@', '%40')"],
  ['e-mail with an HTML entity', 'email', "replace(email, '@', '&#64;')"],
  ['e-mail with a tag', 'email', "replace(email, '@', '+news@')"],
  ['e-mail after mailto:', 'email', "'mailto:' || email"],
  ['e-mail behind a display name', 'email', `'"Somebody" <' || email || '>'`],
  ['e-mail in JSON', 'email', `'{"to":[{"address":"' || email || '"}]}'`],
  ['e-mail in a text', 'email', "'please write to ' || email || ', thanks'"],
  ['e-mail with " at " and " dot "', 'email', "replace(replace(email, '@', ' at '), '.', ' dot ')"],
  ['e-mail backwards', 'email', 'reverse(email)'],
  ['e-mail in ROT13', 'email', `translate(email, '${LETTERS}', '${TURNED}')`],
  ['e-mail in base64', 'email', 'base64(encode(email))'],
  ['e-mail in hex', 'email', 'hex(encode(email))'],
  ['MD5 of an e-mail', 'email', 'md5(email)'],
  ['SHA-1 of an e-mail', 'email', 'sha1(email)'],
  ['SHA-256 of an e-mail in lower case', 'email', 'sha256(lower(email))'],
  ['IBAN in blocks', 'iban', blocks('iban')],
  ['IBAN with hyphens', 'iban', `replace(${blocks('iban')}, ' ', '-')`],
  ['IBAN in lower case', 'iban', 'lower(iban)'],
  ['IBAN in a text', 'iban', `'IBAN: ' || ${blocks('iban')} || ' at the bank'`],
  ['card in blocks', 'card', blocks('card')],
  ['card with hyphens', 'card', `replace(${blocks('card')}, ' ', '-')`],
  ['card as a number', 'card', 'cast(card as bigint)'],
  ['card in a text', 'card', `'paid with ' || ${blocks('card')}`],
  ['telephone with 00', 'phone', "'00' || code || ' ' || area || ' ' || subscriber"],
  ['telephone without country', 'phone', "'0' || area || ' ' || subscriber"],
  ['telephone with brackets', 'phone', "'(0' || area || ') ' || left(subscriber, 3) || '-' || substr(subscriber, 4)"],
  ['telephone as digits', 'phone', 'code || area || subscriber'],
  ['telephone as a number', 'phone', 'cast(area || subscriber as bigint)'],
  ['telephone with dots', 'phone', "'+' || code || '.' || area || '.' || subscriber"],
  ['telephone after tel:', 'phone', "'tel:' || phone"],
  ['telephone with (0) in a text', 'phone', "'call +' || code || ' (0)' || area || ' ' || subscriber || ' now'"],
  ['date, ISO', 'born', 'cast(born as varchar)'],
  ['date, United States', 'born', "strftime(born, '%m/%d/%Y')"],
  ['date, Europe with dots', 'born', "strftime(born, '%d.%m.%Y')"],
  ['date, Europe with slashes', 'born', "strftime(born, '%d/%m/%Y')"],
  ['date, compact', 'born', "strftime(born, '%Y%m%d')"],
  ['date, long', 'born', "strftime(born, '%-d %B %Y')"],
  ['date, long, United States', 'born', "strftime(born, '%B %-d, %Y')"],
  ['date in a text', 'born', "'born on ' || strftime(born, '%d %b %Y') || ' here'"],
  ['date as an instant', 'born', "born || 'T00:00:00Z'"],
  ['date as an integer', 'born', "cast(strftime(born, '%Y%m%d') as integer)"],
  ['number with commas', 'tax', "format('{:,}', tax)"],
  ['number with dots', 'tax', "replace(format('{:,}', tax), ',', '.')"],
  ['number with blanks', 'tax', "replace(format('{:,}', tax), ',', ' ')"],
  ['number in a text', 'tax', "'id ' || tax"],
  ['name in upper case', 'full_name', 'upper(full_name)'],
  ['name without accents', 'full_name', 'strip_accents(full_name)'],
  ['family name first', 'full_name', "last_name || ', ' || first_name"],
  ['name without a blank', 'full_name', "replace(full_name, ' ', '')"],
  ['name with a dot', 'full_name', "lower(replace(full_name, ' ', '.'))"],
  ['initial and family name', 'full_name', "left(first_name, 1) || '. ' || last_name"],
  ['name as a login', 'full_name', 'lower(left(first_name, 1) || last_name)'],
  ['name in a text', 'full_name', "'Dear ' || full_name || ', hello'"],
  ['name in JSON', 'full_name', `'{"name":"' || full_name || '"}'`],
  ['name in a URL', 'full_name', "replace(url_encode(full_name), '+', '%20')"],
  ['name in base64', 'full_name', 'base64(encode(full_name))'],
  ['MD5 of a name', 'full_name', 'md5(full_name)'],
];

/** Locales with the country code of their telephone numbers. */
const LOCALES = [
  ['en_GB', '44'],
  ['de', '49'],
  ['fr', '33'],
  ['es', '34'],
  ['pl', '48'],
  ['ja', '81'],
] as const;
const PEOPLE = 60;

/** Whether an error is found for the column with each spelling, in a mart about people of each locale. */
export async function measureSpellings(): Promise<{ readonly [locale: string]: readonly FoundSpelling[] }> {
  const results: [string, readonly FoundSpelling[]][] = [];
  for (const [locale, code] of LOCALES) results.push([locale, await measureLocale(allFakers[locale], code)]);
  return Object.fromEntries(results);
}

async function measureLocale(faker: Faker, code: string): Promise<readonly FoundSpelling[]> {
  faker.seed(4711);
  const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
  const isJapanese = code === '81';
  const rows = Array.from({ length: PEOPLE }, (_, index) => {
    const first = faker.person.firstName();
    const last = faker.person.lastName();
    const full = isJapanese ? `${last} ${first}` : `${first} ${last}`;
    const email = `${faker.internet.username({ firstName: `p${index}` })}@mail${index % 7}.example`.toLowerCase();
    const area = isJapanese ? '3' : '30';
    const subscriber = String(1_234_000 + index * 37);
    const fields = [
      first,
      last,
      full,
      email,
      faker.finance.iban(),
      `4539${faker.string.numeric(12)}`,
      code,
      area,
      subscriber,
    ];
    return `(${fields.map(text).join(', ')}, date '1950-01-01' + ${index * 337}, ${84_000_000 + index * 7919})`;
  });
  const people = `select *, '+' || code || area || subscriber as phone from (values ${rows.join(', ')})
    t(first_name, last_name, full_name, email, iban, card, code, area, subscriber, born, tax)`;
  const personal = ['email', 'first_name', 'last_name', 'full_name', 'iban', 'card', 'phone', 'born', 'tax'];
  await using built = await buildProject({
    sources: { raw_user: people },
    tagged: personal.map((column) => `raw_user.${column}`),
    models: {
      mart: `select ${SPELLINGS.map(([, , expression], at) => `${expression} as s${at}`).join(', ')} from raw_user`,
    },
  });
  const found = await searchMarts(built);
  return SPELLINGS.map(([spelling, column], at) => ({
    spelling,
    isFound: found.some(
      (finding) =>
        finding.rule === 'value-leak' &&
        finding.severity === 'error' &&
        finding.column === `s${at}` &&
        // A full name is found by the family name as well.
        (finding.source.column === column || (column === 'full_name' && finding.source.column === 'last_name')),
    ),
  }));
}
