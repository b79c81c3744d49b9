import { judgeName } from '../names/judge-name.ts';
import { isBic, isIban, isPaymentCard } from './bank-number.ts';
import { holdsEmail } from './email-address.ts';
import { isDeviceAddress } from './ip-address.ts';
import { NATIONAL_IDS, type NationalId } from './national-ids.ts';
import {
  couldBePhone,
  countriesIn,
  dialledTest,
  isInternationalPhone,
  isNationalPhone,
  likelyCountries,
} from './phone-number.ts';

/** Different values of one column, without blanks around them, and the names of its table and of the columns beside it. */
export interface ColumnSample {
  readonly name: string;
  /** DuckDB's type, as `DESCRIBE` spells it. */
  readonly type: string;
  readonly table: string;
  /** Names of all columns of the table. */
  readonly neighbours: readonly string[];
  readonly values: readonly string[];
  /** Values of those columns of the table that hold a country, a currency or a locale. */
  readonly regions: readonly string[];
}

/** The least share and number of different values that must have the form of a kind. A form that other things often have needs more. */
interface Evidence {
  /** Part of the different values, from 0 to 1. */
  readonly share: number;
  readonly values: number;
}

/** A kind of personal value that can be recognized by its form. */
interface ValueKind {
  /** The kind's word in YAML, as `meta.pii_type`. */
  readonly piiType: string;
  /** Test and evidence for a column of any name. */
  readonly alone: Test & Evidence;
  /** Test and evidence for a column whose name means this kind. */
  readonly named: Test & Evidence;
}

interface Test {
  /** Makes the test of one value, which may depend on the rest of the column. */
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

/** The `pii_type` of a column, by the share of its different values that have the form of that kind; `undefined` for none. */
export function judgeValues(column: ColumnSample): string | undefined {
  const { name, type, table, neighbours } = column;
  const kindByName = judgeName({ name, type }, table, neighbours)?.piiType;
  const byName = KINDS.find(({ piiType, named }) => piiType === kindByName && hasEvidence(column, named));
  if (byName) return byName.piiType;
  if (namesThings(name))
    return KINDS.find(({ piiType, alone }) => piiType === 'email' && hasEvidence(column, alone))?.piiType;
  const byValue = KINDS.find(({ piiType, alone }) =>
    piiType === 'national_id' ? isOneNationalId(column, alone) : hasEvidence(column, alone),
  );
  return byValue?.piiType;
}

function hasEvidence(column: ColumnSample, { test, ...evidence }: Test & Evidence): boolean {
  return isEnough(column, test(column), evidence);
}

function isEnough({ values }: ColumnSample, holds: (value: string) => boolean, evidence: Evidence): boolean {
  if (values.length < evidence.values) return false;
  const found = values.filter(holds).length;
  return found >= evidence.values && found >= evidence.share * values.length;
}

/** Matches names of columns with numbers of things: these may have the form of a telephone, card or national number. */
const THING_NAME =
  /order|invoice|(^|_)(rma|ref|sku|lot|batch|ticket|part|serial|doc|po|awb|ean|upc|gtin|isbn|issn|imo|vin|hash|uuid|guid)(_|$)|tracking|parcel|shipment|voucher|contract|article|product|build|version|balance|delta|amount|price|total|score|release|firmware|(^|_)os(_|$)|cidr|subnet|netmask|network|(^|_)range/;

function namesThings(name: string): boolean {
  return THING_NAME.test(name.replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1_$2').toLowerCase());
}

/**
 * Makes the test of IP addresses. Where the first part of every value is below ten, the column holds versions such as
 * `1.2.3.4`; where the last part of every value is zero, networks such as `192.168.4.0`.
 */
function addressTest({ values }: ColumnSample): (value: string) => boolean {
  const areVersions = values.every((value) => /^\d\./.test(value));
  const areNetworks = values.every((value) => /^(\d+\.){3}0$/.test(value));
  return areVersions || areNetworks ? () => false : isDeviceAddress;
}

function phoneTest({ values, regions }: ColumnSample): (value: string) => boolean {
  const countries = likelyCountries(values, countriesIn(regions));
  const isDialled = dialledTest(values);
  return (value) => isInternationalPhone(value) || isNationalPhone(value, countries) || isDialled(value);
}

function isMacAddress(value: string): boolean {
  return /^[0-9a-f]{2}([:-])[0-9a-f]{2}(\1[0-9a-f]{2}){4}$|^([0-9a-f]{4}\.){2}[0-9a-f]{4}$/i.test(value);
}

/** Whether a text may be the number of a bank account that has no IBAN. */
function couldBeAccount(value: string): boolean {
  return /^\d[\d -]{4,22}\d$/.test(value);
}

/** Matches two numbers in degrees with four decimals or more, which name a place to eleven meters. */
const COORDINATES =
  /^\(?\s*(-?[1-8]?\d\.\d{4,}|-?90\.0+)\s*[,; ]\s*-?(1?\d?\d\.\d{4,})\s*\)?$|^(SRID=\d+;)?POINT ?\(-?1?\d?\d\.\d{4,} -?\d?\d\.\d{4,}\)$/i;

function isPlace(value: string): boolean {
  return COORDINATES.test(value);
}

/** Makes the test of coordinates. They are personal only in a table about people, where they may be homes. */
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

/** Whether a text is a national number of any country, or may be that of a passport, a driving licence or a plate: letters and digits. */
function isAnyNationalId(value: string): boolean {
  const plain = plainOf(value);
  return NATIONAL_IDS.some((id) => isId(id, plain)) || /^(?=.*\d)[A-Z0-9]{6,20}$/.test(plain);
}

/** Whether nearly all values are national numbers of one country, whose numbers differ enough from other numbers. */
function isOneNationalId(column: ColumnSample, evidence: Evidence): boolean {
  const plains = new Map(column.values.map((value) => [value, plainOf(value)]));
  return NATIONAL_IDS.some((id) => {
    if (id.needs === 'name') return false;
    const isWritten = (value: string) => id.needs === 'nothing' || id.separatedForm?.test(value) === true;
    return isEnough(column, (value) => isWritten(value) && isId(id, plains.get(value) ?? ''), evidence);
  });
}
