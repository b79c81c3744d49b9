/** Kinds of synthetic values on which masks are tried. */
export const VALUE_KINDS = ['e-mail', 'phone number', 'birth date', 'name', 'user name', 'number'] as const;
export type ValueKind = (typeof VALUE_KINDS)[number];

/** Values of one kind in one SQL type: a mask may treat a phone number as text in another way than one as a number. */
export interface ValueSet {
  readonly kind: ValueKind;
  readonly type: 'VARCHAR' | 'BIGINT' | 'DATE';
  readonly values: readonly SyntheticValue[];
}

export interface SyntheticValue {
  /** Number of the person; two values of one person differ in case alone. */
  readonly person: number;
  readonly text: string;
}

/**
 * Synthetic personal data like that of people, which an attacker would try first: the same on every machine. Each set has
 * 1,000 persons, and each value at least six letters and digits, so that a piece of it in a hash is no chance.
 */
export function valueSets(): readonly ValueSet[] {
  return [
    { kind: 'e-mail', type: 'VARCHAR', values: [...perPerson(email), ...shouted(email)] },
    { kind: 'phone number', type: 'VARCHAR', values: perPerson((person) => `+49 ${phone(person)}`) },
    { kind: 'phone number', type: 'BIGINT', values: perPerson((person) => `49${phone(person).replace(' ', '')}`) },
    { kind: 'birth date', type: 'DATE', values: perPerson(birthDate) },
    { kind: 'birth date', type: 'VARCHAR', values: perPerson(birthDate) },
    { kind: 'name', type: 'VARCHAR', values: [...perPerson(fullName), ...shouted(fullName)] },
    { kind: 'user name', type: 'VARCHAR', values: [...perPerson(userName), ...shouted(userName)] },
    { kind: 'number', type: 'BIGINT', values: perPerson((person) => String(100_000 + scattered(person, 899_981))) },
  ];
}

const PERSONS = 1000;
/** Persons with a second value in upper case: enough to see whether a mask treats it as another value. */
const SHOUTED = 50;

function perPerson(textOf: (person: number) => string): readonly SyntheticValue[] {
  return Array.from({ length: PERSONS }, (_, person) => ({ person, text: textOf(person) }));
}

function shouted(textOf: (person: number) => string): readonly SyntheticValue[] {
  return perPerson(textOf)
    .slice(0, SHOUTED)
    .map(({ person, text }) => ({ person, text: text.toUpperCase() }));
}

/** A number below the prime: far from that of the next person, and another one for each. */
function scattered(person: number, prime: number): number {
  return Number((BigInt(person + 1) * 611_953n) % BigInt(prime));
}

function firstName(person: number): string {
  return FIRST_NAMES[person % FIRST_NAMES.length] ?? '';
}

/** The last name of a family of two. There are many families, or a hash of the name would look like a group. */
function lastName(person: number): string {
  const family = Math.floor(person / 2);
  const stem = NAME_STEMS[family % NAME_STEMS.length] ?? '';
  return stem + (NAME_ENDINGS[Math.floor(family / NAME_STEMS.length) % NAME_ENDINGS.length] ?? '');
}

function fullName(person: number): string {
  return `${firstName(person)} ${lastName(person)}`;
}

function email(person: number): string {
  const domain = DOMAINS[(person * 7) % DOMAINS.length] ?? '';
  return `${inAscii(firstName(person))}.${inAscii(lastName(person))}@${domain}`;
}

function userName(person: number): string {
  return `${inAscii(firstName(person))}${inAscii(lastName(person)).charAt(0)}${1000 + scattered(person, 8999)}`;
}

function phone(person: number): string {
  const prefix = MOBILE_PREFIXES[person % MOBILE_PREFIXES.length] ?? '';
  return `${prefix} ${1_000_000 + scattered(person, 8_999_993)}`;
}

/** A day between 1936 and 2004; the days of neighbours lie far apart. */
function birthDate(person: number): string {
  const day = scattered(person, 24_989);
  return new Date(Date.UTC(1936, 0, 1 + day)).toISOString().slice(0, 10);
}

function inAscii(name: string): string {
  return name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

const DOMAINS = [
  'gmail.com',
  'outlook.com',
  'hotmail.com',
  'yahoo.com',
  'icloud.com',
  'gmx.de',
  'web.de',
  'orange.fr',
  'libero.it',
  'proton.me',
  'aol.com',
];
const MOBILE_PREFIXES = ['151', '157', '160', '162', '170', '171', '172', '174', '175', '176', '178', '179', '163'];

const FIRST_NAMES = words(
  'Anna Ben Clara David Emma Felix Grace Henry Isabel Jacob Karen Lukas Maria Noah Olivia Peter Quentin Rosa Samuel ' +
    'Thomas Ursula Victor Wendy Xavier Yasmin Zoë José Jürgen Søren Łucja François Þóra Ángela İrem Мария Chloé',
);
const NAME_STEMS = words(
  'Müll Smith Garc Ross Dubo Kowal Nov John Fisch Web Mart Bern Mor Silv Sant Jans Niels Hans Virt Horv Pop Ivan Öz Øst Tan',
);
const NAME_ENDINGS = words(
  'er son ía ini is ska ák stad mann a as eau um en anen áth escu ova maz by aka feld ski wood hoff',
);

function words(text: string): readonly string[] {
  return text.split(' ');
}
