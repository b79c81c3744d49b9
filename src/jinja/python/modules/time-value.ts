import { integerArgument, textArgument } from '../../values/arguments.ts';
import { callNative, type NativeFunction, native } from '../../values/native-function.ts';
import { PythonError } from '../../values/python-error.ts';
import { Callable, HostObject, typeName, type Value } from '../../values/value.ts';
import { ordinalOf } from './calendar.ts';
import { strftime } from './strftime.ts';
import { sign } from './timedelta-value.ts';
import { durationOf, offsetText, Tzinfo } from './tzinfo-value.ts';

/** Python's `datetime.time`. */
export class TimeValue extends HostObject {
  readonly typeName = 'datetime.time';
  /** Microseconds since midnight. */
  readonly inDay: number;
  readonly zone: Tzinfo | undefined;
  readonly fold: 0 | 1;

  constructor(inDay: number, zone: Tzinfo | undefined, fold: 0 | 1) {
    super();
    this.inDay = inDay;
    this.zone = zone;
    this.fold = fold;
  }

  get offset(): bigint | undefined {
    return this.zone?.offsetAt(undefined);
  }

  print(): string {
    return timeText(this, 'auto');
  }

  override represent(): string {
    const zone = this.zone ? `, tzinfo=${this.zone.represent()}` : '';
    return `datetime.time(${clockArguments(this.inDay)}${zone}${this.fold ? ', fold=1' : ''})`;
  }

  getAttribute(name: string): Value | undefined {
    const field = timeField(this, name);
    if (field !== undefined) return field;
    const method = TIME_METHODS.get(name);
    return method && new Callable(name, (args) => callNative(name, method, this, args));
  }

  override equalityKey(): string {
    const { offset } = this;
    return offset === undefined ? `${this.inDay}` : `utc${BigInt(this.inDay) - offset}`;
  }

  override compare(other: Value): number | undefined {
    if (!(other instanceof TimeValue)) return undefined;
    const [mine, others] = [this.offset, other.offset];
    if (mine === undefined && others === undefined) return this.inDay - other.inDay;
    if (mine === undefined || others === undefined) {
      throw new PythonError('TypeError', "can't compare offset-naive and offset-aware times");
    }
    return sign(BigInt(this.inDay) - mine - (BigInt(other.inDay) - others));
  }
}

/** The part that time and datetime have in common. */
interface OfDay {
  readonly inDay: number;
  readonly zone: Tzinfo | undefined;
  readonly fold: 0 | 1;
  readonly offset: bigint | undefined;
}

export function timeField({ inDay, zone, fold }: OfDay, name: string): Value | undefined {
  const { hour, minute, second, microsecond } = clockOf(inDay);
  switch (name) {
    case 'hour':
      return hour;
    case 'minute':
      return minute;
    case 'second':
      return second;
    case 'microsecond':
      return microsecond;
    case 'tzinfo':
      return zone ?? null;
    case 'fold':
      return fold;
    default:
      return undefined;
  }
}

const TIME_METHODS: ReadonlyMap<string, NativeFunction<TimeValue>> = new Map<string, NativeFunction<TimeValue>>([
  ['isoformat', native('timespec?', (time, [precision]) => timeText(time, textArgument(precision, 'auto')))],
  ['replace', native('hour? minute? second? microsecond? tzinfo? fold?', (time, given) => replaceTime(time, given))],
  ['strftime', native('format', (time, [format]) => strftime(onFirstDay(time), textArgument(format)))],
  ['utcoffset', native('', ({ offset }) => durationOf(offset))],
  ['dst', native('', ({ zone }) => durationOf(zone?.savingAt(undefined)))],
  ['tzname', native('', ({ zone }) => zone?.nameAt(undefined) ?? null)],
]);

/** The fields for strftime: Python takes 1900-01-01 as the day of a time. */
function onFirstDay({ inDay, zone, offset }: TimeValue) {
  return { ordinal: ordinalOf({ year: 1900, month: 1, day: 1 }), inDay, offset, zone: zone?.nameAt(undefined) };
}

function replaceTime(time: TimeValue, [hour, minute, second, microsecond, zone, fold]: readonly (Value | undefined)[]) {
  return new TimeValue(
    inDayOf([hour, minute, second, microsecond], time.inDay),
    zone === undefined ? time.zone : zoneArgument(zone),
    fold === undefined ? time.fold : foldArgument(fold),
  );
}

interface Clock {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
}

function clockOf(inDay: number): Clock {
  const seconds = Math.floor(inDay / 1e6);
  return {
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    microsecond: inDay % 1e6,
  };
}

/** Microseconds since midnight of an hour, minute, second and microsecond. Missing ones are taken from `otherwise`. */
export function inDayOf([hour, minute, second, microsecond]: readonly (Value | undefined)[], otherwise = 0): number {
  const old = clockOf(otherwise);
  const hours = within(integerArgument(hour, old.hour), 23, 'hour');
  const minutes = within(integerArgument(minute, old.minute), 59, 'minute');
  const seconds = within(integerArgument(second, old.second), 59, 'second');
  const rest = within(integerArgument(microsecond, old.microsecond), 999_999, 'microsecond');
  return ((hours * 60 + minutes) * 60 + seconds) * 1e6 + rest;
}

function within(value: number, most: number, name: string): number {
  if (value < 0 || value > most) throw new PythonError('ValueError', `${name} must be in 0..${most}`);
  return value;
}

export function zoneArgument(value: Value | undefined): Tzinfo | undefined {
  if (value === undefined || value === null) return undefined;
  if (value instanceof Tzinfo) return value;
  throw new PythonError(
    'TypeError',
    `tzinfo argument must be None or of a tzinfo subclass, not type '${typeName(value)}'`,
  );
}

export function foldArgument(value: Value | undefined): 0 | 1 {
  const fold = integerArgument(value, 0);
  if (fold === 0 || fold === 1) return fold;
  throw new PythonError('ValueError', 'fold must be either 0 or 1');
}

/** The arguments that repr() shows: `19, 40, 0, 123456`. Trailing zeros behind the minute are left out. */
export function clockArguments(inDay: number): string {
  const { hour, minute, second, microsecond } = clockOf(inDay);
  if (microsecond !== 0) return `${hour}, ${minute}, ${second}, ${microsecond}`;
  return second === 0 ? `${hour}, ${minute}` : `${hour}, ${minute}, ${second}`;
}

/** ISO 8601: `19:40:00.123456+00:00`. @throws {PythonError} ValueError for an unknown `timespec` */
export function timeText({ inDay, offset }: OfDay, timespec: string): string {
  return clockText(inDay, timespec) + (offset === undefined ? '' : offsetText(offset));
}

function clockText(inDay: number, timespec: string): string {
  const { hour, minute, second, microsecond } = clockOf(inDay);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = two(hour);
  const minutes = `${hours}:${two(minute)}`;
  const seconds = `${minutes}:${two(second)}`;
  const fraction = String(microsecond).padStart(6, '0');
  switch (timespec) {
    case 'auto':
      return microsecond === 0 ? seconds : `${seconds}.${fraction}`;
    case 'hours':
      return hours;
    case 'minutes':
      return minutes;
    case 'seconds':
      return seconds;
    case 'milliseconds':
      return `${seconds}.${fraction.slice(0, 3)}`;
    case 'microseconds':
      return `${seconds}.${fraction}`;
    default:
      throw new PythonError('ValueError', 'Unknown timespec value');
  }
}
