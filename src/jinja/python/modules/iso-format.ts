import { PythonError } from '../../values/python-error.ts';
import { ordinalOf, ordinalOfIsoWeek } from './calendar.ts';
import { DAY, SECOND } from './timedelta-value.ts';

/** A time of day, parsed from ISO 8601. */
interface IsoTime {
  /** Microseconds since midnight. */
  readonly inDay: number;
  /** Microseconds east of UTC; `undefined` if the text has no offset. */
  readonly offset: bigint | undefined;
}

/** The ordinal of `2026-11-25`, `20261125`, `2026-W48-3`, `2026W483` or `2026-W48`. @throws {PythonError} ValueError */
export function parseIsoDate(text: string): number {
  return isoDate(text) ?? invalid();
}

/** Parses `19:40`, `19:40:00.123`, `194000Z` or `T19+05:30`. @throws {PythonError} ValueError */
export function parseIsoTime(text: string): IsoTime {
  return isoTime(text.replace(/^T/, '')) ?? invalid();
}

/** Parses a date, one character of any kind and a time. @throws {PythonError} ValueError */
export function parseIsoDateTime(text: string): { readonly ordinal: number; readonly time: IsoTime } {
  const length = dateLength(text);
  const ordinal = isoDate(text.slice(0, length)) ?? invalid();
  const [separator = ''] = text.slice(length);
  const rest = text.slice(length + separator.length);
  if (separator === '') return { ordinal, time: { inDay: 0, offset: undefined } };
  return { ordinal, time: isoTime(rest) ?? invalid() };
}

function invalid(): never {
  throw new PythonError('ValueError', 'Invalid isoformat string');
}

function isoDate(text: string): number | undefined {
  const match = /^(\d{4})(?:-(\d\d)-(\d\d)|(\d\d)(\d\d))$/.exec(text);
  if (match) {
    const [, year, month = match[4], day = match[5]] = match;
    return ordinalOf({ year: Number(year), month: Number(month), day: Number(day) });
  }
  const weekly = /^(\d{4})(?:-W(\d\d)(?:-(\d))?|W(\d\d)(\d)?)$/.exec(text);
  if (!weekly) return undefined;
  const [, year, week = weekly[4], weekday = weekly[5] ?? 1] = weekly;
  return ordinalOfIsoWeek({ year: Number(year), week: Number(week), weekday: Number(weekday) });
}

/** Characters of the date: its beginning decides which form it has (CPython: _find_isoformat_datetime_separator). */
function dateLength(text: string): number {
  const forms = [/^\d{4}-W\d\d-\d/, /^\d{4}-W\d\d/, /^\d{4}-\d\d-\d\d/, /^\d{4}W\d{3}(?!\d)/, /^\d{4}W\d\d/, /^\d{8}/];
  return forms.map((form) => form.exec(text)?.[0].length).find((length) => length !== undefined) ?? text.length;
}

function isoTime(text: string): IsoTime | undefined {
  const match = /^([\d:.,]*)(?:(Z)|([+-])([\d:.,]*))?$/.exec(text);
  if (!match) return undefined;
  const [, clock = '', zulu, direction, distance = ''] = match;
  const inDay = isoClock(clock);
  if (inDay === undefined) return undefined;
  if (inDay.hour > 23) throw new PythonError('ValueError', 'hour must be in 0..23');
  if (inDay.minute > 59) throw new PythonError('ValueError', 'minute must be in 0..59');
  if (inDay.second > 59) throw new PythonError('ValueError', 'second must be in 0..59');
  const at = Number(microseconds(inDay));
  if (zulu) return { inDay: at, offset: 0n };
  if (direction === undefined) return { inDay: at, offset: undefined };
  const away = isoClock(distance);
  if (away === undefined) return undefined;
  const size = microseconds(away);
  if (size >= DAY) {
    throw new PythonError('ValueError', 'offset must be a timedelta strictly between -24 and 24 hours');
  }
  return { inDay: at, offset: direction === '-' ? -size : size };
}

interface Clock {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly fraction: number;
}

function isoClock(text: string): Clock | undefined {
  const match =
    /^(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?$/.exec(text) ??
    /^(\d\d)(?:(\d\d)(?:(\d\d)(?:[.,](\d+))?)?)?$/.exec(text);
  if (!match) return undefined;
  const [, hour, minute = 0, second = 0, fraction = ''] = match;
  // Digits beyond microseconds are cut off.
  const micros = Number(fraction.slice(0, 6).padEnd(6, '0'));
  return { hour: Number(hour), minute: Number(minute), second: Number(second), fraction: micros };
}

function microseconds({ hour, minute, second, fraction }: Clock): bigint {
  return BigInt(hour * 3600 + minute * 60 + second) * SECOND + BigInt(fraction);
}
