import { judgeName } from '../names/judge-name.ts';
import { isBic, isIban, isPaymentCard } from './bank-number.ts';
import { holdsEmail } from './email-address.ts';
import { isDeviceAddress } from './ip-address.ts';
import { NATIONAL_IDS, type NationalId } from './national-ids.ts';
import { couldBePhone, countriesIn, isInternationalPhone, isNationalPhone, likelyCountries } from './phone-number.ts';

/** Different values of one column, without blanks around them, and what is around the column. */
export interface ColumnSample {
  readonly name: string;
  /** As `DESCRIBE` spells it. */
  readonly type: string;
  readonly table: string;
  /** Names of all columns of the table. */
  readonly neighbours: readonly string[];
  readonly values: readonly string[];
  /** Values of the columns of the table that say a country, a currency or a locale. */
  readonly regions: readonly string[];
}

/** How many of a column's different values must have the form of a kind: more where other things often have it. */
interface Evidence {
  /** 0 to 1. */
  readonly share: number;
  readonly values: number;
}

/** A kind of personal value that can be recognized by its form. */
interface ValueKind {
  /** The `meta.pii_type` to write. */
  readonly piiType: string;
  /** What is enough whatever the column is called. */
  readonly alone: Test & Evidence;
  /** What is enough in a column whose name says the kind. */
  readonly named: Test & Evidence;
}

interface Test {
  /** Gives the test of single values of a column. */
  readonly test: (column: ColumnSample) => (value: string) => boolean;
}

const never = () => () => false;

const KINDS: readonly ValueKind[] = [
  {
    piiType: 'email',
    alone: { test: () => holdsEmail, share: 0.2, values: 2 },
    named: { test: () => holdsEmail, share: 0.1, values: 1 },
  },
  {
    piiType: 'iban',
    alone: { test: () => isIban, share: 0.5, values: 2 },
    named: { test: () => (value) => isIban(value) || isBic(value) || couldBeAccount(value), share: 0.3, values: 1 },
  },
  {
    piiType: 'ip_address',
    alone: { test: addressTest, share: 0.8, values: 4 },
    named: { test: () => isDeviceAddress, share: 0.5, values: 2 },
  },
  {
    piiType: 'device_id',
    alone: { test: () => isMacAddress, share: 0.8, values: 4 },
    named: { test: never, share: 1, values: 1 },
  },
  {
    piiType: 'payment_card',
    alone: { test: () => isPaymentCard, share: 0.8, values: 6 },
    named: { test: () => isPaymentCard, share: 0.5, values: 2 },
  },
  {
    piiType: 'national_id',
    alone: { test: never, share: 0.9, values: 6 },
    named: { test: () => isAnyNationalId, share: 0.5, values: 2 },
  },
  {
    piiType: 'phone',
    alone: { test: phoneTest, share: 0.6, values: 4 },
    named: { test: () => couldBePhone, share: 0.6, values: 3 },
  },
  {
    piiType: 'location',
    alone: { test: coordinatesTest, share: 0.8, values: 4 },
    named: { test: () => isPlace, share: 0.5, values: 2 },
  },
];

/** The kind of personal values that a column holds, by the share of its different values that are of that kind. */
export function judgeValues(column: ColumnSample): string | undefined {
  const { name, type, table, neighbours } = column;
  const called = judgeName({ name, type }, table, neighbours)?.piiType;
  const byName = KINDS.find(({ piiType, named }) => piiType === called && shows(column, named));
  if (byName) return byName.piiType;
  if (isOfThings(name)) return KINDS.find(({ piiType, alone }) => piiType === 'email' && shows(column, alone))?.piiType;
  const byValue = KINDS.find(({ piiType, alone }) =>
    piiType === 'national_id' ? isOneNationalId(column, alone) : shows(column, alone),
  );
  return byValue?.piiType;
}

function shows(column: ColumnSample, { test, ...evidence }: Test & Evidence): boolean {
  return isEnough(column, test(column), evidence);
}

function isEnough({ values }: ColumnSample, holds: (value: string) => boolean, evidence: Evidence): boolean {
  if (values.length < evidence.values) return false;
  const found = values.filter(holds).length;
  return found >= evidence.values && found >= evidence.share * values.length;
}

/** Words of columns with numbers of things, whose forms are those of telephone numbers, cards or national numbers. */
const OF_THINGS =
  /order|invoice|(^|_)(rma|ref|sku|lot|batch|ticket|part|serial|doc|po|awb|ean|upc|gtin|isbn|issn|imo|vin|hash|uuid|guid)(_|$)|tracking|parcel|shipment|voucher|contract|article|product|build|version|balance|delta|amount|price|total|score|release|firmware|(^|_)os(_|$)|cidr|subnet|netmask|network|(^|_)range/;

function isOfThings(name: string): boolean {
  return OF_THINGS.test(name.replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1_$2').toLowerCase());
}

/** A dotted number of four small parts is a version where every value begins with a figure below ten. */
function addressTest({ values }: ColumnSample): (value: string) => boolean {
  const areVersions = values.every((value) => /^\d\./.test(value));
  return areVersions ? () => false : isDeviceAddress;
}

function phoneTest({ values, regions }: ColumnSample): (value: string) => boolean {
  const countries = likelyCountries(values, countriesIn(regions));
  return (value) => isInternationalPhone(value) || isNationalPhone(value, countries);
}

function isMacAddress(value: string): boolean {
  return /^[0-9a-f]{2}([:-])[0-9a-f]{2}(\1[0-9a-f]{2}){4}$|^([0-9a-f]{4}\.){2}[0-9a-f]{4}$/i.test(value);
}

/** A number of a bank account that is no IBAN. */
function couldBeAccount(value: string): boolean {
  return /^\d[\d -]{4,22}\d$/.test(value);
}

/** Two numbers in degrees with four decimals or more: an area of eleven meters. */
const COORDINATES =
  /^\(?\s*(-?[1-8]?\d\.\d{4,}|-?90\.0+)\s*[,; ]\s*-?(1?\d?\d\.\d{4,})\s*\)?$|^(SRID=\d+;)?POINT ?\(-?1?\d?\d\.\d{4,} -?\d?\d\.\d{4,}\)$/i;

function isPlace(value: string): boolean {
  return COORDINATES.test(value);
}

/** Places are those of homes in a table about people alone. */
function coordinatesTest({ table, neighbours }: ColumnSample): (value: string) => boolean {
  const isAboutPeople = judgeName({ name: 'name', type: 'VARCHAR' }, table, neighbours) !== undefined;
  return isAboutPeople ? isPlace : () => false;
}

function plainOf(value: string): string {
  return value.replace(/[\s./-]/g, '').toUpperCase();
}

function isId({ form, check }: NationalId, plain: string): boolean {
  return form.test(plain) && check(plain);
}

/** A number of any country, or one of a passport, a driving licence or a plate, which has letters and digits. */
function isAnyNationalId(value: string): boolean {
  const plain = plainOf(value);
  return NATIONAL_IDS.some((id) => isId(id, plain)) || /^(?=.*\d)[A-Z0-9]{6,20}$/.test(plain);
}

/** Whether nearly all values are numbers of one and the same country, and of one that can be told from other numbers. */
function isOneNationalId(column: ColumnSample, evidence: Evidence): boolean {
  const plains = new Map(column.values.map((value) => [value, plainOf(value)]));
  return NATIONAL_IDS.some((id) => {
    if (id.needs === 'name') return false;
    const isWritten = (value: string) => id.needs === 'nothing' || id.written?.test(value) === true;
    return isEnough(column, (value) => isWritten(value) && isId(id, plains.get(value) ?? ''), evidence);
  });
}
