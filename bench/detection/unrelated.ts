import { allFakers, type Faker } from '@faker-js/faker';
import { buildProject } from '../../src/contract/testing/built-project.ts';
import { searchMarts } from '../../src/contract/testing/search-marts.ts';
import type { UnrelatedResult } from './results.ts';

/** Kinds of values that may share words, numbers and dates with people. */
const KINDS: readonly (readonly [kind: string, value: (faker: Faker, index: number) => string])[] = [
  ['town', (faker) => faker.location.city()],
  ['street', (faker) => faker.location.street()],
  ['county', (faker) => faker.location.county()],
  ['country', (faker) => faker.location.country()],
  ['postal code', (faker) => faker.location.zipCode()],
  ['company', (faker) => faker.company.name()],
  ['product', (faker) => faker.commerce.productName()],
  ['department', (faker) => faker.commerce.department()],
  ['colour', (faker) => faker.color.human()],
  ['month', (faker) => faker.date.month()],
  ['weekday', (faker) => faker.date.weekday()],
  ['animal', (faker) => faker.animal.type()],
  ['dog', (faker) => faker.animal.dog()],
  ['vehicle', (faker) => faker.vehicle.vehicle()],
  ['airline', (faker) => faker.airline.airline().name],
  ['airport', (faker) => faker.airline.airport().name],
  ['song', (faker) => faker.music.songName()],
  ['artist', (faker) => faker.music.artist()],
  ['book', (faker) => faker.book.title()],
  ['dish', (faker) => faker.food.dish()],
  ['fruit', (faker) => faker.food.fruit()],
  ['sentence', (faker) => faker.lorem.sentence()],
  ['paragraph', (faker) => faker.lorem.paragraph()],
  ['commit message', (faker) => faker.git.commitMessage()],
  ['order number', (_faker, index) => `ORD-${100_000 + index}`],
  ['invoice', (faker) => `2024-${faker.string.numeric(6)}`],
  ['EAN', (faker) => faker.commerce.upc()],
  ['ISBN', (faker) => faker.commerce.isbn()],
  ['price', (faker) => faker.commerce.price()],
  ['amount', (faker) => faker.finance.amount({ min: 0, max: 9_000_000 })],
  ['date of an order', (faker) => faker.date.past({ years: 10 }).toISOString().slice(0, 10)],
  ['instant', (faker) => faker.date.past({ years: 5 }).toISOString()],
  ['seconds', (faker) => String(Math.floor(faker.date.past().getTime() / 1000))],
  ['version', (faker) => faker.system.semver()],
  ['file', (faker) => faker.system.filePath()],
  ['UUID', (faker) => faker.string.uuid()],
  ['digest', (faker) => faker.string.hexadecimal({ length: 64, prefix: '', casing: 'lower' })],
  ['token', (faker) => faker.string.alphanumeric(24)],
  ['network', (faker) => `10.${faker.number.int(255)}.${faker.number.int(255)}.0/24`],
  ['coordinate', (faker) => String(faker.location.latitude())],
  ['currency', (faker) => faker.finance.currencyName()],
  ['transaction', (faker) => faker.finance.transactionDescription()],
  ['job', (faker) => faker.person.jobTitle()],
];

const LOCALES = ['en', 'de', 'fr'] as const;
const SIZES = [50, 500] as const;

/** Searches a mart of all kinds for the values of people, of each locale and for each number of rows. */
export async function measureUnrelated(): Promise<UnrelatedResult> {
  const errors: string[] = [];
  for (const locale of LOCALES) {
    for (const size of SIZES) {
      errors.push(...(await errorsOf(allFakers[locale], `${locale} ${size}`, size)));
    }
  }
  return { kinds: KINDS.length, columns: KINDS.length * LOCALES.length * SIZES.length, errors };
}

async function errorsOf(faker: Faker, label: string, size: number): Promise<readonly string[]> {
  faker.seed(size);
  const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
  const rowsOf = (cells: (index: number) => readonly string[]) =>
    Array.from({ length: size }, (_, index) => `(${cells(index).map(text).join(', ')})`).join(', ');
  const people = rowsOf((index) => [
    faker.person.firstName(),
    faker.person.lastName(),
    faker.internet.email(),
    faker.phone.number({ style: 'international' }),
    faker.date.birthdate().toISOString().slice(0, 10),
    faker.location.streetAddress(),
    `10.0.${index % 250}.${index % 199}`,
    faker.string.numeric({ length: 9, allowLeadingZeros: false }),
  ]);
  const things = rowsOf((index) => KINDS.map(([, value]) => value(faker, index)));
  const personal = ['first_name', 'last_name', 'email', 'phone', 'born', 'street', 'ip', 'tax'];
  await using built = await buildProject({
    sources: {
      raw_user: `select * replace (cast(born as date) as born) from (values ${people}) t(${personal.join(', ')})`,
    },
    tagged: personal.map((column) => `raw_user.${column}`),
    models: { mart: `select * from (values ${things}) t(${KINDS.map((_, at) => `k${at}`).join(', ')})` },
  });
  const found = await searchMarts(built);
  return found.flatMap((finding) => {
    if (finding.rule !== 'value-leak' || finding.severity !== 'error') return [];
    const kind = KINDS[Number(finding.column.slice(1))]?.[0] ?? finding.column;
    return [`${label} ${kind}: ${finding.source.column}`];
  });
}
