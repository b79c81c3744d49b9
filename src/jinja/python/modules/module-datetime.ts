import { integerArgument, textArgument } from '../../values/arguments.ts';
import type { BoundArguments } from '../../values/native-function.ts';
import { asDouble, isInteger, isNumber } from '../../values/numbers.ts';
import { PythonError } from '../../values/python-error.ts';
import { Callable, Dict, typeName, type Value } from '../../values/value.ts';
import { MAX_ORDINAL, ordinalOf, ordinalOfIsoWeek } from './calendar.ts';
import { DateValue } from './date-value.ts';
import { DateTimeValue, datetimeValue, EPOCH, ofLocalMoment, onDay } from './datetime-value.ts';
import { parseIsoDate, parseIsoDateTime, parseIsoTime } from './iso-format.ts';
import { boundFunction, functionEntry, PythonClass } from './python-class.ts';
import { strptime } from './strptime.ts';
import { foldArgument, inDayOf, TimeValue, zoneArgument } from './time-value.ts';
import { DAY, makeTimedelta, SECOND, TIMEDELTA_PARAMETERS, TimedeltaValue } from './timedelta-value.ts';
import { FixedTimezone, type Tzinfo, UTC_TIMEZONE } from './tzinfo-value.ts';

/** `modules.datetime`. `now` is the clock of `now()` and `today()`. The local zone is UTC. */
export function datetimeModule(now: () => Date): Dict {
  return new Dict([
    ['date', dateClass(now)],
    ['datetime', datetimeClass(now)],
    ['time', timeClass()],
    ['timedelta', timedeltaClass()],
    ['timezone', timezoneClass()],
    ['tzinfo', tzinfoClass()],
    ['UTC', UTC_TIMEZONE],
    ['MINYEAR', 1],
    ['MAXYEAR', 9999],
  ]);
}

function dateClass(now: () => Date): PythonClass {
  return new PythonClass(
    'datetime.date',
    boundFunction('date', 'year month day', (given) => new DateValue(dayArguments(given))),
    new Map<string, Value>([
      functionEntry('today', '', () => new DateValue(datetimeValue(now()).ordinal)),
      functionEntry('fromisoformat', 'date_string', ([text]) => new DateValue(parseIsoDate(textArgument(text)))),
      functionEntry('fromordinal', 'ordinal', ([ordinal]) => new DateValue(ordinalArgument(ordinal))),
      functionEntry('fromisocalendar', 'year week day', (given) => new DateValue(isoCalendarArguments(given))),
      functionEntry(
        'fromtimestamp',
        'timestamp',
        ([stamp]) => new DateValue(new DateTimeValue(instant(stamp), undefined).ordinal),
      ),
      ['min', new DateValue(1)],
      ['max', new DateValue(MAX_ORDINAL)],
      ['resolution', new TimedeltaValue(DAY)],
    ]),
  );
}

const DATETIME = 'year month day hour? minute? second? microsecond? tzinfo? fold?';

function datetimeClass(now: () => Date): PythonClass {
  return new PythonClass(
    'datetime.datetime',
    boundFunction('datetime', DATETIME, makeDateTime),
    new Map<string, Value>([
      functionEntry('now', 'tz?', ([zone]) => atInstant(datetimeValue(now()).utc, zoneArgument(zone))),
      functionEntry('today', '', () => atInstant(datetimeValue(now()).utc, undefined)),
      functionEntry('utcnow', '', () => atInstant(datetimeValue(now()).utc, undefined)),
      functionEntry('fromtimestamp', 'timestamp tz?', ([stamp, zone]) => atInstant(instant(stamp), zoneArgument(zone))),
      functionEntry('utcfromtimestamp', 'timestamp', ([stamp]) => atInstant(instant(stamp), undefined)),
      functionEntry('strptime', 'date_string format', ([text, format]) =>
        parseDateTime(textArgument(text), textArgument(format)),
      ),
      functionEntry('fromisoformat', 'date_string', ([text]) => fromIsoFormat(textArgument(text))),
      functionEntry('fromordinal', 'ordinal', ([ordinal]) => onDay(ordinalArgument(ordinal), 0, undefined)),
      functionEntry('fromisocalendar', 'year week day', (given) => onDay(isoCalendarArguments(given), 0, undefined)),
      functionEntry('combine', 'date time tzinfo?', combine),
      ['min', onDay(1, 0, undefined)],
      ['max', onDay(MAX_ORDINAL, Number(DAY) - 1, undefined)],
      ['resolution', new TimedeltaValue(1n)],
    ]),
  );
}

function timeClass(): PythonClass {
  return new PythonClass(
    'datetime.time',
    boundFunction('time', 'hour? minute? second? microsecond? tzinfo? fold?', makeTime),
    new Map<string, Value>([
      functionEntry('fromisoformat', 'time_string', ([text]) => {
        const { inDay, offset } = parseIsoTime(textArgument(text));
        return new TimeValue(inDay, zoneOf(offset), 0);
      }),
      ['min', new TimeValue(0, undefined, 0)],
      ['max', new TimeValue(Number(DAY) - 1, undefined, 0)],
      ['resolution', new TimedeltaValue(1n)],
    ]),
  );
}

function timedeltaClass(): PythonClass {
  const most = 1_000_000_000n * DAY - 1n;
  return new PythonClass(
    'datetime.timedelta',
    boundFunction('timedelta', TIMEDELTA_PARAMETERS, makeTimedelta),
    new Map<string, Value>([
      ['min', new TimedeltaValue(-999_999_999n * DAY)],
      ['max', new TimedeltaValue(most)],
      ['resolution', new TimedeltaValue(1n)],
    ]),
  );
}

function timezoneClass(): PythonClass {
  return new PythonClass(
    'datetime.timezone',
    boundFunction('timezone', 'offset name?', ([offset, name]) => {
      if (!(offset instanceof TimedeltaValue)) {
        throw new PythonError(
          'TypeError',
          `timezone() argument 1 must be datetime.timedelta, not ${typeName(offset ?? null)}`,
        );
      }
      if (name === undefined) return offset.microseconds === 0n ? UTC_TIMEZONE : new FixedTimezone(offset.microseconds);
      return new FixedTimezone(offset.microseconds, textArgument(name));
    }),
    new Map<string, Value>([['utc', UTC_TIMEZONE]]),
  );
}

/** The class `tzinfo`. A template can name it, but not call it: in Python it serves as a base class and for isinstance. */
function tzinfoClass(): PythonClass {
  return new PythonClass(
    'datetime.tzinfo',
    new Callable('tzinfo', () => {
      throw new PythonError('TypeError', 'tzinfo cannot be made by itself: use modules.pytz.timezone(name)');
    }),
  );
}

function makeDateTime(given: BoundArguments): DateTimeValue {
  const [year, month, day, hour, minute, second, microsecond, zone, fold] = given;
  const inDay = inDayOf([hour, minute, second, microsecond]);
  return onDay(dayArguments([year, month, day]), inDay, zoneArgument(zone), foldArgument(fold));
}

function makeTime([hour, minute, second, microsecond, zone, fold]: BoundArguments): TimeValue {
  return new TimeValue(inDayOf([hour, minute, second, microsecond]), zoneArgument(zone), foldArgument(fold));
}

function dayArguments([year, month, day]: BoundArguments): number {
  return ordinalOf({ year: integerArgument(year), month: integerArgument(month), day: integerArgument(day) });
}

function isoCalendarArguments([year, week, day]: BoundArguments): number {
  return ordinalOfIsoWeek({ year: integerArgument(year), week: integerArgument(week), weekday: integerArgument(day) });
}

function ordinalArgument(value: Value | undefined): number {
  const ordinal = integerArgument(value);
  if (ordinal < 1) throw new PythonError('ValueError', 'ordinal must be >= 1');
  if (ordinal > MAX_ORDINAL) throw new PythonError('ValueError', 'year 10000 is out of range');
  return ordinal;
}

/** A POSIX timestamp as microseconds since 0001-01-01 UTC, rounded half to even. */
function instant(value: Value | undefined): bigint {
  if (value === undefined || !isNumber(value)) {
    throw new PythonError('TypeError', `a timestamp must be a number, not ${typeName(value ?? null)}`);
  }
  if (isInteger(value)) return EPOCH + BigInt(value) * SECOND;
  const seconds = asDouble(value);
  if (Number.isNaN(seconds)) throw new PythonError('ValueError', 'cannot convert float NaN to integer');
  if (!Number.isFinite(seconds)) throw new PythonError('OverflowError', 'cannot convert float infinity to integer');
  const whole = Math.floor(seconds);
  return EPOCH + BigInt(whole) * SECOND + BigInt(roundToEven((seconds - whole) * 1e6));
}

function roundToEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

function atInstant(utc: bigint, zone: Tzinfo | undefined): DateTimeValue {
  return zone ? ofLocalMoment(zone.fromUtc(utc)) : new DateTimeValue(utc, undefined);
}

function parseDateTime(text: string, format: string): DateTimeValue {
  const { ordinal, inDay, offset, zone } = strptime(text, format);
  if (offset === undefined) return onDay(ordinal, inDay, undefined);
  return onDay(ordinal, inDay, zone === undefined ? zoneOf(offset) : new FixedTimezone(offset, zone));
}

function fromIsoFormat(text: string): DateTimeValue {
  const { ordinal, time } = parseIsoDateTime(text);
  return onDay(ordinal, time.inDay, zoneOf(time.offset));
}

function zoneOf(offset: bigint | undefined): Tzinfo | undefined {
  if (offset === undefined) return undefined;
  return offset === 0n ? UTC_TIMEZONE : new FixedTimezone(offset);
}

function combine([date, time, zone]: BoundArguments): DateTimeValue {
  const isDay = date instanceof DateValue || date instanceof DateTimeValue;
  if (!isDay)
    throw new PythonError('TypeError', `combine() argument 1 must be datetime.date, not ${typeName(date ?? null)}`);
  if (!(time instanceof TimeValue)) {
    throw new PythonError('TypeError', `combine() argument 2 must be datetime.time, not ${typeName(time ?? null)}`);
  }
  return onDay(date.ordinal, time.inDay, zone === undefined ? time.zone : zoneArgument(zone), time.fold);
}
