import { integerArgument, textArgument } from '../../values/arguments.ts';
import { callNative, type NativeFunction, native } from '../../values/native-function.ts';
import { Callable, HostObject, type Value } from '../../values/value.ts';
import { dayOf, dayOfYear, isoWeekOf, ordinalOf, weekdayOf } from './calendar.ts';
import { NamedTuple } from './named-tuple.ts';
import { strftime } from './strftime.ts';
import { DAY, floorDivide, TimedeltaValue } from './timedelta-value.ts';

/** Python's `datetime.date`. */
export class DateValue extends HostObject {
  readonly typeName = 'datetime.date';
  readonly ordinal: number;

  constructor(ordinal: number) {
    super();
    // Throws for an ordinal outside the calendar.
    dayOf(ordinal);
    this.ordinal = ordinal;
  }

  print(): string {
    return isoDateText(this.ordinal);
  }

  override represent(): string {
    const { year, month, day } = dayOf(this.ordinal);
    return `datetime.date(${year}, ${month}, ${day})`;
  }

  getAttribute(name: string): Value | undefined {
    const field = dayField(this.ordinal, name);
    if (field !== undefined) return field;
    const method = DATE_METHODS.get(name);
    return method && new Callable(name, (args) => callNative(name, method, this, args));
  }

  override equalityKey(): string {
    return String(this.ordinal);
  }

  override compare(other: Value): number | undefined {
    return other instanceof DateValue ? this.ordinal - other.ordinal : undefined;
  }

  override operate(operator: string, left: Value, right: Value): Value | undefined {
    if (left instanceof DateValue && right instanceof DateValue) {
      return operator === '-' ? new TimedeltaValue(BigInt(left.ordinal - right.ordinal) * DAY) : undefined;
    }
    const delta = left instanceof TimedeltaValue ? left : right;
    if (!(delta instanceof TimedeltaValue)) return undefined;
    // A date has no time of day, so Python drops the part of a day.
    const days = Number(floorDivide(delta.microseconds, DAY));
    if (operator === '+') return new DateValue(this.ordinal + days);
    return operator === '-' && right === delta ? new DateValue(this.ordinal - days) : undefined;
  }
}

const DATE_METHODS: ReadonlyMap<string, NativeFunction<DateValue>> = new Map<string, NativeFunction<DateValue>>([
  ...dayMethods<DateValue>(({ ordinal }) => ordinal),
  ['isoformat', native('', (date) => date.print())],
  ['replace', native('year? month? day?', ({ ordinal }, given) => new DateValue(replaceDay(ordinal, given)))],
  ['strftime', native('format', ({ ordinal }, [format]) => strftime(midnight(ordinal), textArgument(format)))],
  ['timetuple', native('', ({ ordinal }) => structTime(ordinal, 0, -1))],
]);

function midnight(ordinal: number) {
  return { ordinal, inDay: 0, offset: undefined, zone: undefined };
}

/** The fields that date and datetime have in common; `undefined` for another name. */
export function dayField(ordinal: number, name: string): number | undefined {
  const { year, month, day } = dayOf(ordinal);
  switch (name) {
    case 'year':
      return year;
    case 'month':
      return month;
    case 'day':
      return day;
    default:
      return undefined;
  }
}

export function dayMethods<Self>(ordinalAt: (self: Self) => number): readonly [string, NativeFunction<Self>][] {
  return [
    ['weekday', native('', (self) => weekdayOf(ordinalAt(self)))],
    ['isoweekday', native('', (self) => weekdayOf(ordinalAt(self)) + 1)],
    ['isocalendar', native('', (self) => isoCalendar(ordinalAt(self)))],
    ['toordinal', native('', (self) => ordinalAt(self))],
  ];
}

/** The day with some fields replaced, as `replace()` does. @throws {PythonError} ValueError for a day that does not exist */
export function replaceDay(ordinal: number, [year, month, day]: readonly (Value | undefined)[]): number {
  const old = dayOf(ordinal);
  return ordinalOf({
    year: integerArgument(year, old.year),
    month: integerArgument(month, old.month),
    day: integerArgument(day, old.day),
  });
}

export function isoDateText(ordinal: number): string {
  const { year, month, day } = dayOf(ordinal);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

function isoCalendar(ordinal: number): NamedTuple {
  const { year, week, weekday } = isoWeekOf(ordinal);
  return new NamedTuple(
    'datetime.IsoCalendarDate',
    new Map([
      ['year', year],
      ['week', week],
      ['weekday', weekday],
    ]),
  );
}

/** The value of `timetuple()`. `isSaving` is 1 in summer time, 0 outside of it, -1 if that is unknown. */
export function structTime(ordinal: number, seconds: number, isSaving: number): NamedTuple {
  const { year, month, day } = dayOf(ordinal);
  return new NamedTuple(
    'time.struct_time',
    new Map([
      ['tm_year', year],
      ['tm_mon', month],
      ['tm_mday', day],
      ['tm_hour', Math.floor(seconds / 3600)],
      ['tm_min', Math.floor(seconds / 60) % 60],
      ['tm_sec', seconds % 60],
      ['tm_wday', weekdayOf(ordinal)],
      ['tm_yday', dayOfYear(ordinal)],
      ['tm_isdst', isSaving],
    ]),
  );
}
