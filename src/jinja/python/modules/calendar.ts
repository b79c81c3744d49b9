import { PythonError } from '../../values/python-error.ts';

/**
 * A day of the proleptic Gregorian calendar. Days are counted as Python's `toordinal()` does: the ordinal 1 is 0001-01-01, a
 * Monday.
 */
interface CalendarDay {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

const MIN_YEAR = 1;
const MAX_YEAR = 9999;
/** The ordinal of 9999-12-31. */
export const MAX_ORDINAL = 3_652_059;
/** The ordinal of 1970-01-01. */
export const EPOCH_ORDINAL = 719_163;

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The ordinal of a day. @throws {PythonError} ValueError for a day that does not exist */
export function ordinalOf({ year, month, day }: CalendarDay): number {
  if (year < MIN_YEAR || year > MAX_YEAR) throw new PythonError('ValueError', 'year is out of range');
  if (month < 1 || month > 12) throw new PythonError('ValueError', 'month must be in 1..12');
  if (day < 1 || day > daysInMonth(year, month)) throw new PythonError('ValueError', 'day is out of range for month');
  return daysBeforeYear(year) + daysBeforeMonth(year, month) + day;
}

/** The day of an ordinal. @throws {PythonError} OverflowError before the year 1 or after 9999 */
export function dayOf(ordinal: number): CalendarDay {
  if (ordinal < 1 || ordinal > MAX_ORDINAL) throw new PythonError('OverflowError', 'date value out of range');
  let year = Math.min(MAX_YEAR, Math.floor((ordinal - 1) / 365.2425) + 1);
  while (daysBeforeYear(year) >= ordinal) year--;
  while (daysBeforeYear(year + 1) < ordinal) year++;
  let rest = ordinal - daysBeforeYear(year);
  let month = 1;
  while (rest > daysInMonth(year, month)) rest -= daysInMonth(year, month++);
  return { year, month, day: rest };
}

/** The number of the day in its year, 1 for January 1st. */
export function dayOfYear(ordinal: number): number {
  return ordinal - daysBeforeYear(dayOf(ordinal).year);
}

/** The day of the week as Python's `weekday()`: 0 is Monday. */
export function weekdayOf(ordinal: number): number {
  return (ordinal + 6) % 7;
}

interface IsoWeek {
  readonly year: number;
  readonly week: number;
  /** 1 for Monday. */
  readonly weekday: number;
}

export function isoWeekOf(ordinal: number): IsoWeek {
  const { year } = dayOf(ordinal);
  const weekday = weekdayOf(ordinal) + 1;
  const isoYear = [year + 1, year].find((candidate) => isoYearStart(candidate) <= ordinal) ?? year - 1;
  return { year: isoYear, week: Math.floor((ordinal - isoYearStart(isoYear)) / 7) + 1, weekday };
}

/** The ordinal of a day in an ISO week. @throws {PythonError} ValueError for a week that the year does not have */
export function ordinalOfIsoWeek({ year, week, weekday }: IsoWeek): number {
  if (year < MIN_YEAR || year > MAX_YEAR) throw new PythonError('ValueError', 'year is out of range');
  const weeks = (isoYearStart(year + 1) - isoYearStart(year)) / 7;
  if (week < 1 || week > weeks) throw new PythonError('ValueError', 'the year has no such week');
  if (weekday < 1 || weekday > 7) {
    throw new PythonError('ValueError', 'weekday must be in 1..7');
  }
  return isoYearStart(year) + (week - 1) * 7 + weekday - 1;
}

/** The ordinal of the first day of an ISO year: the Monday of the week that has January 4th. */
function isoYearStart(year: number): number {
  const fourth = daysBeforeYear(year) + 4;
  return fourth - weekdayOf(fourth);
}

function daysBeforeYear(year: number): number {
  const past = year - 1;
  return past * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
}

function daysBeforeMonth(year: number, month: number): number {
  let days = 0;
  for (let before = 1; before < month; before++) days += daysInMonth(year, before);
  return days;
}
