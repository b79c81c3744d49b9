/**
 * The type of a seed's column as dbt infers it: the first type in dbt's order that fits all cells. An empty cell and
 * the word
 * `null` fit each type. A cell may fit and still be a text that DuckDB cannot convert, such as `$5`: then the load fails, as
 * with dbt. (dbt-common: agate_helper.build_type_tester; dbt-adapters: convert_number_type.)
 */
export function inferType(cells: readonly (string | null)[]): string {
  const texts = cells.flatMap((cell) => (cell === null || /^\s*(null)?\s*$/i.test(cell) ? [] : [cell.trim()]));
  const numbers = readNumbers(texts);
  if (numbers) return hasDecimals(numbers) ? 'DOUBLE' : 'INTEGER';
  if (texts.every(isDate)) return 'DATE';
  if (texts.every(isDateTime) || texts.every(isIsoDateTime)) return 'TIMESTAMP';
  if (texts.every((text) => /^(true|false)$/i.test(text.replaceAll(',', '').trim()))) return 'BOOLEAN';
  return 'VARCHAR';
}

/** The digits of each number; `undefined` if one of the texts is no number. */
function readNumbers(texts: readonly string[]): readonly Places[] | undefined {
  const numbers: Places[] = [];
  for (const text of texts) {
    const number = readNumber(text);
    if (!number) return undefined;
    numbers.push(number);
  }
  return numbers;
}

/** Numbers of digits before and after the decimal point; zeros at the end do not count. */
interface Places {
  readonly whole: number;
  readonly decimals: number;
}

const CURRENCIES = ['؋', '$', 'ƒ', '៛', '¥', '₡', '₱', '£', '€', '¢', '﷼', '₪', '₩', '₭', '₮', '₦', '฿', '₤', '₫'];
const DECIMAL = /^[-+]?(?=\p{Nd}|\.\p{Nd})(\p{Nd}*)(?:\.(\p{Nd}*))?(?:e([-+]?\p{Nd}+))?$/iu;
const NOT_FINITE = /^[-+]?(?:inf(?:inity)?|nan\p{Nd}*)$/iu;

/** Precision of Python's decimals, in digits. */
const PRECISION = 28;

/**
 * Reads a number as agate does, without percent signs, currency signs and commas (agate: Number.cast); `undefined` for
 * any other text.
 */
function readNumber(text: string): Places | undefined {
  const bare = /^[\d.]+$/.test(text) ? text : withoutSigns(text);
  if (NOT_FINITE.test(bare)) return { whole: 0, decimals: 0 };
  const match = DECIMAL.exec(bare);
  if (!match) return undefined;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const kept = digits.slice(0, PRECISION).replace(/0+$/, '');
  // Exponent of the last digit that is kept: 1.25 is 125 with the exponent -2.
  const lastPlace = kept === '' ? 0 : Number(exponent) - fraction.length + digits.length - kept.length;
  return { whole: kept.length + lastPlace, decimals: -lastPlace };
}

function withoutSigns(text: string): string {
  const unsigned = stripped(text, '%').replace(/^-/, '');
  return CURRENCIES.reduce(stripped, unsigned).replaceAll(/[,_]/g, '').trim();
}

/** Whether a column of numbers has decimals (agate: MaxPrecision). Digits before the point leave fewer places after it. */
function hasDecimals(numbers: readonly Places[]): boolean {
  let whole = 1;
  let decimals = 0;
  for (const number of numbers) {
    whole = Math.max(whole, number.whole);
    decimals = Math.max(decimals, number.decimals);
  }
  return (whole + decimals > PRECISION ? PRECISION - whole : decimals) !== 0;
}

function stripped(text: string, sign: string): string {
  let [from, to] = [0, text.length];
  while (from < to && text.startsWith(sign, from)) from += sign.length;
  while (from < to && text.endsWith(sign, to)) to -= sign.length;
  return text.slice(from, to);
}

const DAY = String.raw`(\d{4})-(1[0-2]|0?[1-9])-(3[01]|[12]\d|[0 ]?[1-9])`;
const DATE = new RegExp(`^${DAY}$`);
const DATE_TIME = new RegExp(String.raw`^${DAY}\s+(?:2[0-3]|[01]?\d):[0-5]?\d:[0-5]?\d$`);

/** Whether Python's strptime reads a text with `%Y-%m-%d`. */
function isDate(text: string): boolean {
  return isDayOf(DATE.exec(text));
}

/** Whether Python's strptime reads a text with `%Y-%m-%d %H:%M:%S`. */
function isDateTime(text: string): boolean {
  return isDayOf(DATE_TIME.exec(text));
}

const ISO_DAY = /^(\d{4})-?(0[1-9]|1[0-2])-?(\d\d)$/;
/** ISO 8601 dates other than a day of a month: a month, a week, a day of a week, a day of the year, a year, or a century. */
const ISO_OTHER_DAY = /^(?!0000)\d{4}(?:-?(?:0[1-9]|1[0-2])|-W\d\d(?:-\d)?|W\d\d\d?|-?\d{3})?$|^\d\d$/;
const ISO_TIME = /^(?:[01]\d|2[0-3])(?:(:?)[0-5]\d(?:\1[0-5]\d)?)?(?:[.,]\d+)?(?:Z|[+-]\d\d(?::?\d\d)?)?$/;

/** Whether Python's isodate.parse_datetime reads a text. */
function isIsoDateTime(text: string): boolean {
  const [day = '', time, ...more] = text.split('T');
  if (time === undefined || more.length > 0 || !ISO_TIME.test(time)) return false;
  return isDayOf(ISO_DAY.exec(day)) || ISO_OTHER_DAY.test(day);
}

/** Whether the groups year, month and day of a match are a day of the calendar. */
function isDayOf(match: RegExpExecArray | null): boolean {
  const [, year, month, day] = (match ?? []).map(Number);
  if (!year || !month || !day) return false;
  // Date reads a year below 100 as 1900 and so on. The calendar repeats every 400 years, so a year from 2000 on stands
  // for it.
  return day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}
