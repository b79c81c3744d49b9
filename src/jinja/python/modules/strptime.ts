import { PythonError } from '../../values/python-error.ts';
import { stringRepr } from '../string-repr.ts';
import { ordinalOf, ordinalOfIsoWeek, weekdayOf } from './calendar.ts';
import { MONTHS, WEEKDAYS } from './strftime.ts';

/** The fields that `strptime` found in a text. */
interface Parsed {
  readonly ordinal: number;
  /** Microseconds since midnight. */
  readonly inDay: number;
  /** Microseconds east of UTC; `undefined` if the text has no offset. */
  readonly offset: bigint | undefined;
  readonly zone: string | undefined;
}

/**
 * Python's strptime in the C locale.
 * @throws {PythonError} ValueError when the text does not match the format. Unlike Python's, it never quotes the text,
 *   which may be a value of a table
 */
export function strptime(text: string, format: string): Parsed {
  const match = patternOf(format).exec(text);
  if (!match) throw mismatch(`time data does not match format ${stringRepr(format)}`);
  if (match[0].length < text.length) {
    throw mismatch('unconverted data remains');
  }
  const fields = new Map(Object.entries(match.groups ?? {}).map(([name, field]) => [name, field.toLowerCase()]));
  return { ordinal: dateOf(fields), inDay: timeOf(fields), ...zoneOf(fields) };
}

function mismatch(message: string): PythonError {
  return new PythonError('ValueError', message);
}

const NAMES = (names: readonly string[]) => names.join('|');
const SHORT = (names: readonly string[]) => names.map((name) => name.slice(0, 3)).join('|');

/** The regular expression of each directive (CPython: _strptime.TimeRE). */
const DIRECTIVES: ReadonlyMap<string, string> = new Map([
  ['d', '3[01]|[12]\\d|0[1-9]|[1-9]| [1-9]'],
  ['f', '[0-9]{1,6}'],
  ['H', '2[0-3]|[01]\\d|\\d'],
  ['I', '1[0-2]|0[1-9]|[1-9]'],
  ['G', '\\d{4}'],
  ['j', '36[0-6]|3[0-5]\\d|[12]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]'],
  ['m', '1[0-2]|0[1-9]|[1-9]'],
  ['M', '[0-5]\\d|\\d'],
  ['S', '6[01]|[0-5]\\d|\\d'],
  ['U', '5[0-3]|[0-4]\\d|\\d'],
  ['W', '5[0-3]|[0-4]\\d|\\d'],
  ['w', '[0-6]'],
  ['u', '[1-7]'],
  ['V', '5[0-3]|0[1-9]|[1-4]\\d|\\d'],
  ['y', '\\d\\d'],
  ['Y', '\\d{4}'],
  ['z', '[+-]\\d\\d:?[0-5]\\d(?::?[0-5]\\d(?:\\.\\d{1,6})?)?|Z'],
  ['A', NAMES(WEEKDAYS)],
  ['a', SHORT(WEEKDAYS)],
  ['B', NAMES(MONTHS)],
  ['b', SHORT(MONTHS)],
  ['p', 'am|pm'],
  ['Z', 'utc|gmt'],
]);

/** Directives that are short for several others, as in the C locale. */
const COMPOUND: ReadonlyMap<string, string> = new Map([
  ['c', '%a %b %d %H:%M:%S %Y'],
  ['x', '%m/%d/%y'],
  ['X', '%H:%M:%S'],
]);

/** The pattern of a format. Each directive occurs once and takes at most ten characters, so that matching is fast. */
function patternOf(format: string): RegExp {
  const expanded = format.replace(/%([cxX%])/g, (written, directive: string) => COMPOUND.get(directive) ?? written);
  const seen = new Set<string>();
  const source = expanded.replace(/%(.?)|\s+|[^%\s]/gsu, (written, directive: string | undefined) => {
    if (directive === undefined) return /^\s/.test(written) ? '\\s+' : written.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
    if (directive === '%') return '%';
    if (directive === '') throw mismatch(`stray % in format ${stringRepr(format)}`);
    const pattern = DIRECTIVES.get(directive);
    if (!pattern) {
      throw mismatch(`${stringRepr(directive)} is a bad directive in format ${stringRepr(format)}`);
    }
    if (seen.has(directive)) throw mismatch(`the directive %${directive} is twice in format ${stringRepr(format)}`);
    seen.add(directive);
    return `(?<${directive}>${pattern})`;
  });
  return new RegExp(`^(?:${source})`, 'iu');
}

type Fields = ReadonlyMap<string, string>;

function dateOf(fields: Fields): number {
  const isoYear = numberAt(fields, 'G');
  const weekday = weekdayIn(fields);
  checkIsoFields(fields, weekday);
  const year = yearOf(fields);
  const isoWeek = numberAt(fields, 'V');
  if (isoYear !== undefined && isoWeek !== undefined && weekday !== undefined) {
    return ordinalOfIsoWeek({ year: isoYear, week: isoWeek, weekday: weekday + 1 });
  }
  const dayInYear = numberAt(fields, 'j') ?? dayFromWeek(fields, year, weekday);
  if (dayInYear !== undefined) return ordinalOf({ year: year ?? 1900, month: 1, day: 1 }) + dayInYear - 1;
  const month = monthIn(fields) ?? 1;
  const day = numberAt(fields, 'd') ?? 1;
  // Without a year, Python parses February 29th in a leap year and then fails for 1900.
  if (year === undefined && month === 2 && day === 29) throw mismatch('day is out of range for month');
  return ordinalOf({ year: year ?? 1900, month, day });
}

function yearOf(fields: Fields): number | undefined {
  const short = numberAt(fields, 'y');
  if (short !== undefined) return short <= 68 ? 2000 + short : 1900 + short;
  return numberAt(fields, 'Y');
}

function monthIn(fields: Fields): number | undefined {
  return numberAt(fields, 'm') ?? positionAt(fields, 'B', MONTHS, 1) ?? positionAt(fields, 'b', MONTHS, 1);
}

/** The weekday in the text, 0 for Monday; `undefined` if it has none. */
function weekdayIn(fields: Fields): number | undefined {
  const fromSunday = numberAt(fields, 'w');
  if (fromSunday !== undefined) return (fromSunday + 6) % 7;
  const fromMonday = numberAt(fields, 'u');
  return fromMonday === undefined
    ? (positionAt(fields, 'A', WEEKDAYS, 0) ?? positionAt(fields, 'a', WEEKDAYS, 0))
    : fromMonday - 1;
}

/** The day of the year from a weekday and the number of its week (%U counts from Sunday, %W from Monday). */
function dayFromWeek(fields: Fields, year: number | undefined, weekday: number | undefined): number | undefined {
  const fromSunday = numberAt(fields, 'U');
  const week = fromSunday ?? numberAt(fields, 'W');
  if (week === undefined || year === undefined || weekday === undefined) return undefined;
  const shift = fromSunday === undefined ? 0 : 1;
  const first = (weekdayOf(ordinalOf({ year, month: 1, day: 1 })) + shift) % 7;
  const day = (weekday + shift) % 7;
  const toFirstWeek = (7 - first) % 7;
  return week === 0 ? 1 + day - first : 1 + toFirstWeek + 7 * (week - 1) + day;
}

function checkIsoFields(fields: Fields, weekday: number | undefined): void {
  if (fields.has('G') && fields.has('j'))
    throw mismatch("Day of the year directive '%j' is not compatible with ISO year directive '%G'. Use '%Y' instead.");
  if (fields.has('G') && (!fields.has('V') || weekday === undefined)) {
    throw mismatch(
      "ISO year directive '%G' must be used with the ISO week directive '%V' and a weekday directive ('%A', '%a', '%w', or '%u').",
    );
  }
  if (fields.has('V') && !fields.has('G')) {
    throw mismatch(
      "ISO week directive '%V' must be used with the ISO year directive '%G' and a weekday directive ('%A', '%a', '%w', or '%u').",
    );
  }
}

function timeOf(fields: Fields): number {
  const hour12 = numberAt(fields, 'I');
  const hour =
    hour12 === undefined ? (numberAt(fields, 'H') ?? 0) : (hour12 % 12) + (fields.get('p') === 'pm' ? 12 : 0);
  const second = numberAt(fields, 'S') ?? 0;
  if (second > 59) throw mismatch('second must be in 0..59');
  const fraction = Number((fields.get('f') ?? '').padEnd(6, '0'));
  return ((hour * 60 + (numberAt(fields, 'M') ?? 0)) * 60 + second) * 1e6 + fraction;
}

function zoneOf(fields: Fields): Pick<Parsed, 'offset' | 'zone'> {
  const zone = fields.get('Z')?.toUpperCase();
  const written = fields.get('z');
  if (written === undefined) return { offset: undefined, zone };
  if (written === 'z') return { offset: 0n, zone };
  const [, sign, hours, minutes, seconds = 0, fraction = ''] =
    /^([+-])(\d\d):?(\d\d)(?::?(\d\d)(?:\.(\d+))?)?$/.exec(written) ?? [];
  const size =
    BigInt(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1_000_000n +
    BigInt(fraction.padEnd(6, '0'));
  return { offset: sign === '-' ? -size : size, zone };
}

function numberAt(fields: Fields, directive: string): number | undefined {
  const text = fields.get(directive);
  return text === undefined ? undefined : Number(text);
}

function positionAt(fields: Fields, directive: string, names: readonly string[], first: number): number | undefined {
  const text = fields.get(directive);
  if (text === undefined) return undefined;
  return names.findIndex((name) => name.toLowerCase().startsWith(text)) + first;
}
