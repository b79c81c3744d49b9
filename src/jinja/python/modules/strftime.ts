import { PythonError } from '../../values/python-error.ts';
import { checkTextLength } from '../text.ts';
import { dayOf, dayOfYear, EPOCH_ORDINAL, isoWeekOf, weekdayOf } from './calendar.ts';
import { offsetText } from './tzinfo-value.ts';

/** The fields that a format can show, of a date, a time or both. */
interface DateTimeFields {
  /** The day as an ordinal (see calendar.ts). */
  readonly ordinal: number;
  /** Microseconds since midnight. */
  readonly inDay: number;
  /** Microseconds east of UTC; `undefined` without a zone. */
  readonly offset: bigint | undefined;
  readonly zone: string | undefined;
}

export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/**
 * Python's strftime in the C locale on Linux, whose C library adds directives (`%D %F %T …`) and flags (`%-d`). An unknown
 * directive stays in the text.
 */
export function strftime(fields: DateTimeFields, format: string): string {
  if (format.includes('\0')) throw new PythonError('ValueError', 'embedded null character');
  const text = format.replace(
    /%([-_0^#]*)(\d{0,3})(.)/gsu,
    (written, flags: string, width: string, directive: string) => {
      // Python itself replaces %f, %z and %Z, which have no flags. With flags they reach the C library: it has no %f and no zone.
      if (/[fzZ]/.test(directive) && written.length > 2) return directive === 'f' ? written : '';
      const field = fieldOf(fields, directive);
      return field === undefined ? written : styled(field, directive, flags, Number(width));
    },
  );
  checkTextLength(text.length);
  return text;
}

/** A text, or a number that is filled up to its width. */
type Field = string | { readonly value: number; readonly width: number; readonly fill: '0' | ' ' };

function styled(field: Field, directive: string, flags: string, width: number): string {
  const flag = /[-_0](?=[^-_0]*$)/.exec(flags)?.[0];
  if (typeof field === 'string') return cased(field, directive, flags).padStart(width, flag === '0' ? '0' : ' ');
  const fill = flag === '_' ? ' ' : flag === '0' ? '0' : field.fill;
  const digits = String(field.value).padStart(flag === '-' ? 0 : field.width, fill);
  return digits.padStart(width, fill);
}

/** Applies the flags of case: `^` gives upper case; `#` gives upper case for names and lower case for `%p`. */
function cased(text: string, directive: string, flags: string): string {
  if (directive === 'P') return text;
  if (flags.includes('#') && directive === 'p') return text.toLowerCase();
  return flags.includes('^') || (flags.includes('#') && /[aAbBh]/.test(directive)) ? text.toUpperCase() : text;
}

function fieldOf(fields: DateTimeFields, directive: string): Field | undefined {
  const { ordinal, inDay, offset, zone } = fields;
  const { year, month, day } = dayOf(ordinal);
  const seconds = Math.floor(inDay / 1e6);
  const hour = Math.floor(seconds / 3600);
  const hour12 = hour % 12 || 12;
  const weekday = weekdayOf(ordinal);
  switch (directive) {
    case 'a':
      return nameAt(WEEKDAYS, weekday).slice(0, 3);
    case 'A':
      return nameAt(WEEKDAYS, weekday);
    case 'b':
    case 'h':
      return nameAt(MONTHS, month - 1).slice(0, 3);
    case 'B':
      return nameAt(MONTHS, month - 1);
    case 'c':
      return strftime(fields, '%a %b %e %H:%M:%S %Y');
    case 'C':
      return number(Math.floor(year / 100), 2);
    case 'd':
      return number(day, 2);
    case 'D':
    case 'x':
      return strftime(fields, '%m/%d/%y');
    case 'e':
      return number(day, 2, ' ');
    case 'f':
      return number(inDay % 1e6, 6);
    case 'F':
      return strftime(fields, '%Y-%m-%d');
    case 'g':
      return number(isoWeekOf(ordinal).year % 100, 2);
    case 'G':
      return number(isoWeekOf(ordinal).year, 1);
    case 'H':
      return number(hour, 2);
    case 'I':
      return number(hour12, 2);
    case 'j':
      return number(dayOfYear(ordinal), 3);
    case 'k':
      return number(hour, 2, ' ');
    case 'l':
      return number(hour12, 2, ' ');
    case 'm':
      return number(month, 2);
    case 'M':
      return number(Math.floor(seconds / 60) % 60, 2);
    case 'n':
      return '\n';
    case 'p':
      return hour < 12 ? 'AM' : 'PM';
    case 'P':
      return hour < 12 ? 'am' : 'pm';
    case 'r':
      return strftime(fields, '%I:%M:%S %p');
    case 'R':
      return strftime(fields, '%H:%M');
    case 's':
      return number((ordinal - EPOCH_ORDINAL) * 86_400 + seconds, 1);
    case 'S':
      return number(seconds % 60, 2);
    case 't':
      return '\t';
    case 'T':
    case 'X':
      return strftime(fields, '%H:%M:%S');
    case 'u':
      return number(weekday + 1, 1);
    case 'U':
      return number(Math.floor((dayOfYear(ordinal) + 6 - ((weekday + 1) % 7)) / 7), 2);
    case 'V':
      return number(isoWeekOf(ordinal).week, 2);
    case 'w':
      return number((weekday + 1) % 7, 1);
    case 'W':
      return number(Math.floor((dayOfYear(ordinal) + 6 - weekday) / 7), 2);
    case 'y':
      return number(year % 100, 2);
    case 'Y':
      return number(year, 1);
    case 'z':
      return offset === undefined ? '' : offsetText(offset, '');
    case 'Z':
      return zone ?? '';
    case '%':
      return '%';
    default:
      return undefined;
  }
}

function number(value: number, width: number, fill: '0' | ' ' = '0'): Field {
  return { value, width, fill };
}

function nameAt(names: readonly string[], index: number): string {
  return names[index] ?? '';
}
