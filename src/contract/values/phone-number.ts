import { type CountryCode, getCountries, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';

/**
 * Whether a text is a telephone number with its country code, as ITU-T E.164 or E.123 writes it: libphonenumber knows the
 * code, and numbers of its country have that length.
 */
export function isInternationalPhone(value: string): boolean {
  const text = value.replace(/^(tel|phone|callto|whatsapp|mobile|fax):\s*/i, '').replace(/^00(?=[1-9])/, '+');
  if (!/^(\+|\(\+)[\d ()./;=-]*(\s?(x|ext\.?|#)\s?\d{1,6})?$/i.test(text) || /^\+?\d+\.\d+$/.test(text)) return false;
  const number = parsePhoneNumberFromString(text.replace(/\(0\)/, ''));
  if (!number) return false;
  // A text with separators is no signed number, so it need not be a number that libphonenumber knows as given out.
  return number.isPossible() || (/\d[ ()./-]+\d/.test(text) && number.number.length >= 9);
}

/** Countries whose national form is recognized where the table names no country. */
const WIDESPREAD: readonly CountryCode[] = getCountries().filter((country) =>
  'US GB DE FR ES IT PT NL BE CH AT PL CZ SK HU RO BG GR SE NO DK FI IE EE LV LT HR RS SI UA RU TR IL ZA EG NG KE IN PK BD LK CN TW HK JP KR SG MY ID TH VN PH AU NZ BR AR CL CO MX PE VE'
    .split(' ')
    .includes(country),
);

/** Whether a text is a valid number of one of the countries in its national form, with at least one separator. */
export function isNationalPhone(value: string, countries: readonly CountryCode[]): boolean {
  return countries.some((country) => isWrittenAsIn(value, country));
}

/**
 * Countries that telephone numbers without a country code may belong to: those that the table names, else each one
 * in whose national form a tenth of the values is written.
 */
export function likelyCountries(values: readonly string[], named: readonly CountryCode[]): readonly CountryCode[] {
  if (named.length > 0) return named;
  const some = values.filter((value) => PHONE_SHAPE.test(value) && SHOWS_COUNTRY.test(value)).slice(0, SOME_VALUES);
  return WIDESPREAD.filter((country) => {
    const written = some.filter((value) => isWrittenAsIn(value, country)).length;
    return written > 0 && written >= some.length / 10;
  });
}

const SOME_VALUES = 20;
const PHONE_SHAPE = /^[(\d][\d ()./-]{5,20}\d(\s?(x|ext\.?)\s?\d{1,5})?$/i;
/** Matches numbers that show their country: a zero or bracket at the beginning, or three blocks. Two may be any hyphenated number. */
const SHOWS_COUNTRY = /^(\(|0)|\d[^\d]+\d+[^\d]+\d/;
/** Matches an area code in brackets, or an extension. Only telephone numbers have them, so such a number need not be given out. */
const PHONE_ONLY = /^\(|\d\s?(x|ext\.?)\s?\d{1,5}$/i;
/** Matches dates, and numbers with decimals. */
const DATE = /^\d{4}-\d{2}-\d{2}(?!\d)|^\d{1,2}[./]\d{1,2}[./]\d{4}$|^\d+\.\d+$/;
const SEPARATED = /\d\)?[ ()./-]{1,3}\d/;

/** Whether the blocks of digits end where they end in the country's national form; the separators may differ. */
function isWrittenAsIn(value: string, country: CountryCode): boolean {
  if (!PHONE_SHAPE.test(value) || DATE.test(value)) return false;
  const number = parsePhoneNumberFromString(value, country);
  if (!number) return false;
  const isGivenOut = number.country === country && number.isValid();
  if (!isGivenOut && !(PHONE_ONLY.test(value) && number.isPossible())) return false;
  if (!SEPARATED.test(value)) return false;
  const usual = blockEnds(number.formatNational());
  const written = blockEnds(value.replace(EXTENSION, ''));
  return written.every((end) => usual.includes(end)) || startsWithAreaCode(value, usual);
}

/** Whether the first separator is behind the area code, as many countries write it: `030/1234567`, `(030) 123 4567`. */
function startsWithAreaCode(value: string, usual: readonly number[]): boolean {
  const [first] = blockEnds(value);
  return first !== undefined && first >= 2 && usual[0] === first && /^(\(|0)/.test(value);
}

/** Numbers of digits before each separator, the end left out, counted from the last digit so that prefixes do not matter. */
function blockEnds(text: string): readonly number[] {
  const blocks = text.match(/\d+/g) ?? [];
  return blocks.slice(0, -1).map((_, index) => blocks.slice(0, index + 1).join('').length);
}

/**
 * Makes a test for columns in which nearly all values are written as only telephone numbers are, whoever gave them out: with
 * one country code after a plus sign, with a zero for the way out of an area and blanks or blocks of changing length, or with
 * blanks, dots, hyphens and brackets as each person likes.
 */
export function dialledTest(values: readonly string[]): (value: string) => boolean {
  const isMost = (count: number) => count >= MOST * values.length;
  const codes = values.map(
    (value) => /^\+[1-9]\d{8,14}$/.test(value) && parsePhoneNumberFromString(value)?.countryCallingCode,
  );
  if (isMost(codes.filter((code) => code && code === codes[0]).length)) return (value) => value.startsWith('+');
  const numbers = values.map((value) => value.replace(EXTENSION, '')).filter(couldBeDialled);
  const written = numbers.filter((value) => SEPARATED.test(value));
  if (!isMost(numbers.length) || written.length < values.length / 2) return () => false;
  const hasZero = isMost(numbers.filter((value) => /^\(?0[1-9]/.test(value)).length);
  const layouts = new Set(written.map((value) => blockEnds(value).join(' ')));
  const isSpoken = written.every((value) => value.includes(' ')) || layouts.size > 2;
  const separators = new Set(written.map((value) => /\D/.exec(value)?.[0]));
  const isDialled = (hasZero && isSpoken) || separators.size > 2;
  return isDialled ? (value) => couldBeDialled(value.replace(EXTENSION, '')) : () => false;
}

/** Part of the values that must be written in one way. */
const MOST = 0.9;
const EXTENSION = /\s?(x|ext\.?)\s?\d{1,5}$/i;

/** Whether a text is 8 to 13 digits, with or without separators, and no date. */
function couldBeDialled(value: string): boolean {
  const digits = value.replace(/\D/g, '').length;
  return PHONE_SHAPE.test(value) && !DATE.test(value) && digits >= 8 && digits <= 13;
}

/** Whether a text may be a telephone number in a column whose name means one: 6 to 18 digits, as people write them. */
export function couldBePhone(value: string): boolean {
  if (!/^(tel:|phone:|\+)?[ +]*\(?\+?\d[\d ()./-]*(\s?(x|ext[.]?|#)\s?\d{1,6})?$/i.test(value)) return false;
  const digits = value.replace(/\D/g, '').length;
  return digits >= 6 && digits <= 18 && !/^\d{4}-\d{2}-\d{2}|^\d{2}[./]\d{2}[./]\d{4}$|^\d+\.\d+$/.test(value);
}

/** Countries of the values of columns that hold a country, a currency or a locale. */
export function countriesIn(values: readonly string[]): readonly CountryCode[] {
  const found = values.flatMap((value): readonly CountryCode[] => {
    const code = regionOf(value.trim());
    return code !== undefined && isSupportedCountry(code) ? [code] : [];
  });
  return [...new Set(found)];
}

const CURRENCIES: ReadonlyMap<string, string> = new Map(
  'USD:US GBP:GB JPY:JP CNY:CN INR:IN BRL:BR MXN:MX CAD:CA AUD:AU NZD:NZ CHF:CH SEK:SE NOK:NO DKK:DK PLN:PL CZK:CZ HUF:HU RON:RO BGN:BG TRY:TR RUB:RU UAH:UA ILS:IL ZAR:ZA KRW:KR IDR:ID THB:TH VND:VN PHP:PH MYR:MY SGD:SG HKD:HK TWD:TW ARS:AR CLP:CL COP:CO PEN:PE EGP:EG NGN:NG KES:KE PKR:PK'
    .split(' ')
    .map((entry) => [entry.slice(0, 3), entry.slice(4)]),
);

/** Country code (ISO 3166-1) for a country, a currency or a locale. A locale without a region gives its likeliest one (CLDR). */
function regionOf(value: string): string | undefined {
  if (/^[A-Z]{2}$/.test(value)) return value;
  if (/^[A-Z]{3}$/.test(value)) return CURRENCIES.get(value);
  if (!/^[a-z]{2,3}([-_][A-Za-z]{4})?([-_][A-Z]{2})?$/.test(value)) return undefined;
  return new Intl.Locale(value.replace(/_/g, '-')).maximize().region;
}
