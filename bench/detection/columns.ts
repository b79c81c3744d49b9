import { allFakers, type Faker } from '@faker-js/faker';
import nationalIds from './national-ids.json' with { type: 'json' };
import type { Part } from './results.ts';

/** A generated column of a table about customers or about things, with the kind of its values. */
export interface LabelledColumn {
  /** The right `pii_type` of the column; `-` for one that is not personal. */
  readonly kind: string;
  /** What its values are made from: a locale, a form of number, or a country. */
  readonly of: string;
  /** The telling name of the column: a word for its kind, such as `mobile_number`. */
  readonly name: string;
  readonly table: string;
  readonly values: readonly string[];
  /** Country codes in another column of the same table, which say where its telephone numbers are from. */
  readonly regions: readonly string[];
  readonly part: Part;
}

const COUNT = 24;

/** Locales of Faker that have their own names and streets. */
const LOCALES = (
  'af_ZA ar az cs_CZ da de de_AT de_CH el en_AU en_CA en_GB en_IN en_US en_ZA es es_MX fi fr fr_BE fr_CH he hr hu id_ID it ja ko lv nb_NO nl pl pt_BR pt_PT ro ru sk sv tr uk vi zh_CN zh_TW' as const
).split(' ');

/** Further locales, whose columns are only measured. */
const FRESH_LOCALES = (
  'bn_BD en_GH en_HK en_IE en_NG fa fr_LU fr_SN hy ka_GE mk ne nl_BE ro_MD sr_RS_latin th ur uz_UZ_latin yo_NG zu_ZA' as const
).split(' ');

/** All columns of the benchmark. They are the same in every run. */
export function labelledColumns(): readonly LabelledColumn[] {
  const halves = [...ofLocales(LOCALES), ...ofPhoneForms(NUMBERS), ...ofNationalIds(), ...ofForms(), ...harmless()];
  const fresh = [...ofLocales(FRESH_LOCALES), ...ofPhoneForms(FRESH_NUMBERS), ...otherThings()];
  return [
    ...halves.map((column, index) => ({ ...column, part: index % 2 === 0 ? ('first' as const) : ('later' as const) })),
    ...fresh.map((column) => ({ ...column, part: 'fresh' as const })),
  ];
}

type Column = Omit<LabelledColumn, 'part'>;

const fakers: Readonly<Record<string, Faker>> = allFakers;

function fakerOf(locale: string): Faker {
  const faker = fakers[locale];
  if (!faker) throw new Error(`no locale ${locale}`);
  faker.seed(4711);
  return faker;
}

function many(value: (index: number) => string): readonly string[] {
  return Array.from({ length: COUNT }, (_, index) => value(index));
}

/** For each locale: e-mail addresses, telephone numbers as people and as machines write them, names, streets and birthdays. */
function ofLocales(locales: readonly string[]): readonly Column[] {
  return locales.flatMap((locale) => {
    const faker = fakerOf(locale);
    const column = (kind: string, form: string, name: string, value: () => string): Column => ({
      kind,
      of: `${locale} ${form}`,
      name,
      table: 'customers',
      values: many(value),
      regions: [],
    });
    return [
      column('email', 'e-mail', 'contact_email', () => faker.internet.email()),
      column('phone', 'human', 'phone', () => faker.phone.number({ style: 'human' })),
      column('phone', 'national', 'mobile_number', () => faker.phone.number({ style: 'national' })),
      column('phone', 'international', 'tel', () => faker.phone.number({ style: 'international' })),
      column('name', 'name', 'full_name', () => faker.person.fullName()),
      column('address', 'street', 'street_address', () => faker.location.streetAddress()),
      column('birth_date', 'birthday', 'date_of_birth', () => faker.date.birthdate().toISOString().slice(0, 10)),
    ];
  });
}

/** Forms of a telephone number: `cc` is its country code, `n` its digits within the country, `t` the digit that is dialled before them. */
const PHONE_FORMS: readonly (readonly [name: string, form: (cc: string, n: string, t: string) => string])[] = [
  ['+CCN', (cc, n) => `+${cc}${n}`],
  ['+CC N', (cc, n) => `+${cc} ${n}`],
  ['+CC blocks', (cc, n) => `+${cc} ${n.slice(0, 3)} ${n.slice(3, 6)} ${n.slice(6)}`],
  ['+CC hyphens', (cc, n) => `+${cc}-${n.slice(0, 3)}-${n.slice(3)}`],
  ['+CC dots', (cc, n) => `+${cc}.${n.slice(0, 3)}.${n.slice(3)}`],
  ['+CC (area)', (cc, n) => `+${cc} (${n.slice(0, 3)}) ${n.slice(3)}`],
  ['(+CC)', (cc, n) => `(+${cc}) ${n}`],
  ['00CC', (cc, n) => `00${cc}${n}`],
  ['00 CC blocks', (cc, n) => `00${cc} ${n.slice(0, 3)} ${n.slice(3)}`],
  ['tel:', (cc, n) => `tel:+${cc}${n}`],
  ['extension', (cc, n) => `+${cc} ${n} ext. 12`],
  ['x', (cc, n) => `+${cc}${n}x12`],
  ['+CC (0)', (cc, n) => `+${cc} (0)${n}`],
  ['slash', (cc, n) => `+${cc}/${n.slice(0, 3)}/${n.slice(3)}`],
];

type Numbers = readonly (readonly [country: string, cc: string, number: (index: number) => string])[];

const NUMBERS: Numbers = [
  ['GB', '44', (index) => `20794609${String(10 + index)}`],
  ['US', '1', (index) => `2125550${String(100 + index)}`],
];

/** Numbers that France and Australia keep for films and books. */
const FRESH_NUMBERS: Numbers = [
  ['FR', '33', (index) => `199001${String(100 + index)}`],
  ['AU', '61', (index) => `25550${String(1000 + index)}`],
];

function ofPhoneForms(numbers: Numbers): readonly Column[] {
  return numbers.flatMap(([country, cc, number]) =>
    PHONE_FORMS.map(([form, write]) => ({
      kind: 'phone',
      of: `${country} ${form}`,
      name: 'phone_number',
      table: 'customers',
      values: many((index) => write(cc, number(index), '0')),
      regions: [],
    })),
  );
}

/** National numbers that Faker for Python made up. They belong to nobody. */
function ofNationalIds(): readonly Column[] {
  return nationalIds.map(({ country, name, values }) => ({
    kind: 'national_id',
    of: `${country} ${name}`,
    name,
    table: 'customers',
    values,
    regions: [],
  }));
}

function ofForms(): readonly Column[] {
  const faker = fakerOf('en');
  const column = (kind: string, of: string, name: string, value: (index: number) => string): Column => ({
    kind,
    of,
    name,
    table: 'customers',
    values: many(value),
    regions: [],
  });
  const email = () => faker.internet.email();
  const ip = () =>
    `${faker.number.int({ min: 11, max: 99 })}.${faker.number.int(255)}.${faker.number.int(255)}.${faker.number.int({ min: 1, max: 254 })}`;
  return [
    column('email', 'display name', 'sender_email', () => `"${faker.person.fullName()}" <${email()}>`),
    column('email', 'mailto', 'email_link', () => `mailto:${email()}`),
    column('email', 'JSON', 'email_json', () => JSON.stringify({ to: [{ address: email() }], n: 1 })),
    column('email', 'text', 'email_note', () => `${faker.lorem.words(5)} ${email()}, ${faker.lorem.words(3)}`),
    column('email', 'encoded', 'email_query', () => `/unsubscribe?u=${encodeURIComponent(email())}`),
    column('email', 'list', 'email_cc', () => `${email()};${email()}`),
    column('ip_address', 'IPv4', 'client_ip', ip),
    column('ip_address', 'port', 'remote_addr', () => `${ip()}:${faker.number.int({ min: 1024, max: 65000 })}`),
    column('ip_address', 'IPv6', 'ip', () => faker.internet.ipv6()),
    column('ip_address', 'IPv6 short', 'ipv6', (index) => `2001:db8::${index + 1}`),
    column('ip_address', 'IPv6 port', 'ip_address', (index) => `[2001:db8::${index + 1}]:443`),
    column('ip_address', 'mapped', 'source_ip', () => `::ffff:${ip()}`),
    column('ip_address', 'forwarded', 'x_forwarded_for', () => `${ip()}, 10.0.0.1`),
    column('ip_address', 'inet with mask', 'last_ip', () => `${ip()}/24`),
    ...['visa', 'mastercard', 'american_express', 'discover', 'diners_club', 'jcb', 'maestro'].map((issuer) =>
      column('payment_card', issuer, 'card_number', () => faker.finance.creditCardNumber(issuer)),
    ),
    ...['DE', 'FR', 'GB', 'NL', 'ES', 'IT', 'PL', 'SE', 'TR', 'SA'].map((countryCode) =>
      column('iban', countryCode, 'iban', () => faker.finance.iban({ countryCode, formatted: countryCode < 'G' })),
    ),
    column('device_id', 'MAC', 'mac_address', () => faker.internet.mac()),
    column('device_id', 'MAC hyphens', 'device_mac_address', () => faker.internet.mac({ separator: '-' })),
    column(
      'location',
      'coordinates',
      'home_location',
      () => `${faker.location.latitude()}, ${faker.location.longitude()}`,
    ),
    column('iban', 'BIC', 'bank_account', () => faker.finance.bic()),
  ];
}

/** Columns that are not personal but look so, such as order numbers and versions. */
function harmless(): readonly Column[] {
  const faker = fakerOf('en');
  const digits = (length: number) => faker.string.numeric({ length, allowLeadingZeros: false });
  const luhn = (length: number) => {
    const body = digits(length - 1);
    const sum = [...body]
      .reverse()
      .map(Number)
      .map((digit, index) => (index % 2 === 1 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit))
      .reduce((total, digit) => total + digit, 0);
    return `${body}${(10 - (sum % 10)) % 10}`;
  };
  const kinds: readonly (readonly [name: string, value: (index: number) => string])[] = [
    ['order_number', (index) => `ORD-${100000 + index}`],
    ['order_no', () => `${digits(3)}-${digits(7)}-${digits(7)}`],
    ['invoice_number', (index) => `2024-${String(index).padStart(6, '0')}`],
    ['invoice_no', () => `RE${digits(8)}`],
    ['part_number', () => `${faker.string.alpha({ length: 3, casing: 'upper' })}-${digits(4)}-${digits(2)}`],
    ['sku', () => `${digits(3)}-${digits(3)}-${digits(4)}`],
    ['batch', () => digits(9)],
    ['lot_number', () => `L${digits(7)}`],
    ['version', () => faker.system.semver()],
    ['build', () => `${faker.number.int(9)}.${faker.number.int(30)}.${faker.number.int(200)}.${faker.number.int(200)}`],
    ['created_on', () => faker.date.past().toISOString().slice(0, 10)],
    ['created_at', () => faker.date.past().toISOString()],
    ['due', () => faker.date.past().toLocaleDateString('en-US')],
    ['due_de', () => faker.date.past().toLocaleDateString('de-DE')],
    ['epoch', () => String(Math.floor(faker.date.past().getTime() / 1000))],
    ['epoch_ms', () => String(faker.date.past().getTime())],
    ['price', () => faker.commerce.price()],
    ['amount', () => `${faker.finance.amount()} EUR`],
    ['delta', () => `+${digits(9)}`],
    ['balance', () => `-${digits(5)}.00`],
    ['isbn', () => faker.commerce.isbn(13)],
    ['isbn10', () => faker.commerce.isbn(10)],
    ['ean', () => faker.commerce.upc({ prefix: '4' })],
    ['upc', () => faker.commerce.upc()],
    ['tracking_number', () => `1Z${faker.string.alphanumeric({ length: 16, casing: 'upper' })}`],
    ['parcel', () => digits(12)],
    ['shipment', () => digits(20)],
    ['uuid', () => faker.string.uuid()],
    ['ulid', () => faker.string.ulid()],
    ['nano', () => faker.string.nanoid()],
    ['md5', () => faker.string.hexadecimal({ length: 32, casing: 'lower', prefix: '' })],
    ['sha1', () => faker.git.commitSha()],
    ['sha256', () => faker.string.hexadecimal({ length: 64, casing: 'lower', prefix: '' })],
    ['cidr', () => `10.${faker.number.int(255)}.${faker.number.int(255)}.0/24`],
    ['subnet', () => `192.168.${faker.number.int(255)}.0`],
    ['cidr6', () => `2001:db8:${faker.string.hexadecimal({ length: 4, prefix: '' })}::/48`],
    [
      'service_mailbox',
      (index) => `${['support', 'info', 'sales', 'no-reply'][index % 4]}@${faker.internet.domainName()}`,
    ],
    ['dsn', () => `postgres://app:secret@${faker.internet.domainName()}/db`],
    ['package', () => `${faker.lorem.slug()}@${faker.system.semver()}`],
    ['namespace', () => `${faker.lorem.word()}::${faker.lorem.word()}`],
    [
      'hex_word',
      () =>
        `${faker.string.hexadecimal({ length: 3, prefix: '' })}::${faker.string.hexadecimal({ length: 3, prefix: '' })}`,
    ],
    ['luhn10', () => luhn(10)],
    ['luhn12', () => luhn(12)],
    ['luhn15', () => `99${luhn(13)}`],
    ['luhn16', () => `9${luhn(15)}`],
    ['random9', () => digits(9)],
    ['random10', () => digits(10)],
    ['random11', () => digits(11)],
    ['random13', () => digits(13)],
    ['sequence', (index) => String(100000000 + index)],
    ['sequence11', (index) => String(20000000000 + 11 * index)],
    ['zip', () => faker.location.zipCode()],
    ['zip4', () => `${digits(5)}-${digits(4)}`],
    ['url', () => faker.internet.url()],
    ['color', () => faker.color.rgb()],
    ['percentage', () => `${faker.number.float({ max: 100, fractionDigits: 2 })}%`],
    ['vin', () => faker.vehicle.vin()],
    ['iata', () => faker.airline.flightNumber()],
    ['currency_pair', () => `${faker.finance.currencyCode()}/${faker.finance.currencyCode()}`],
    ['mime', () => faker.system.mimeType()],
    ['path', () => faker.system.filePath()],
    ['cron', () => faker.system.cron()],
    ['dimension', () => `${digits(2)} x ${digits(2)} x ${digits(2)}`],
    ['ratio', () => `${digits(1)}:${digits(1)}`],
    ['score', () => `${digits(2)}-${digits(2)}`],
    ['isin', () => `US${digits(10)}`],
    ['word', () => faker.lorem.word()],
    ['sentence', () => faker.lorem.sentence()],
    ['product_title', () => faker.commerce.productName()],
    ['company', () => faker.company.name()],
  ];
  return kinds.map(([name, value]) => ({
    kind: '-',
    of: name,
    name,
    table: 'shipments',
    values: many(value),
    regions: [],
  }));
}

/** More columns that are not personal, which are only measured. */
function otherThings(): readonly Column[] {
  const faker = fakerOf('en');
  const digits = (length: number) => faker.string.numeric({ length, allowLeadingZeros: false });
  const letters = (length: number) => faker.string.alpha({ length, casing: 'upper' });
  const things: readonly (readonly [name: string, value: (index: number) => string])[] = [
    ['container_number', () => `${letters(3)}U${digits(7)}`],
    ['imo_number', () => `IMO ${digits(7)}`],
    ['cas_number', () => `${digits(5)}-${digits(2)}-${digits(1)}`],
    ['icd_code', () => `${letters(1)}${digits(2)}.${digits(1)}`],
    ['hs_code', () => `${digits(4)}.${digits(2)}.${digits(2)}`],
    ['asin', () => `B0${faker.string.alphanumeric({ length: 8, casing: 'upper' })}`],
    ['lei', () => `${digits(4)}00${faker.string.alphanumeric({ length: 12, casing: 'upper' })}${digits(2)}`],
    ['doi', () => `10.${digits(4)}/${faker.lorem.slug()}`],
    ['issn', () => `${digits(4)}-${digits(4)}`],
    ['isrc', () => `US${letters(3)}${digits(7)}`],
    ['duns', () => `${digits(2)}-${digits(3)}-${digits(4)}`],
    ['gtin14', () => digits(14)],
    ['time', () => faker.date.past().toISOString().slice(11, 19)],
    ['time_zone', () => faker.location.timeZone()],
    ['month', () => faker.date.past().toISOString().slice(0, 7)],
    ['week', (index) => `2024-W${String(1 + index).padStart(2, '0')}`],
    [
      'date_de',
      () => faker.date.past().toLocaleDateString('de-DE', { day: '2-digit', month: '2-digit', year: 'numeric' }),
    ],
    ['timestamp', () => faker.date.past().toISOString().slice(0, 19).replace(/\D/g, '')],
    ['meter_reading', () => `${digits(6)}.${digits(3)}`],
    ['interval', () => `${digits(2)}h ${digits(2)}m`],
    ['range', () => `${digits(3)} - ${digits(4)}`],
    ['thousands', () => `${digits(1)} ${digits(3)} ${digits(3)}`],
    ['accounting', () => `(${digits(4)}.${digits(2)})`],
    ['lottery', () => Array.from({ length: 6 }, () => faker.number.int({ min: 1, max: 49 })).join(' ')],
    ['serial', () => `SN${digits(10)}`],
    [
      'license_key',
      () => Array.from({ length: 4 }, () => faker.string.alphanumeric({ length: 4, casing: 'upper' })).join('-'),
    ],
    ['ticket', (index) => `PROJ-${1000 + index}`],
    ['port', () => faker.internet.port().toString()],
    ['geohash', () => faker.string.alphanumeric({ length: 7, casing: 'lower' })],
    ['oui', () => faker.internet.mac().slice(0, 8)],
    ['hostname', () => faker.internet.domainName()],
    ['semver_range', () => `^${faker.system.semver()}`],
    ['hex_id', () => faker.string.hexadecimal({ length: 24, casing: 'lower', prefix: '' })],
    ['status_code', () => faker.internet.httpStatusCode().toString()],
    ['postcode_nl', () => `${digits(4)} ${letters(2)}`],
    ['vat_rate', () => `${digits(2)},${digits(1)} %`],
  ];
  return things.map(([name, value]) => ({
    kind: '-',
    of: `more ${name}`,
    name,
    table: 'measurements',
    values: many(value),
    regions: [],
  }));
}
