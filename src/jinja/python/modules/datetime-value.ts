import { textArgument } from '../../values/arguments.ts';
import { callNative, type NativeFunction, native } from '../../values/native-function.ts';
import { PythonError } from '../../values/python-error.ts';
import { Callable, Float, typeName, type Value } from '../../values/value.ts';
import { dayOf, EPOCH_ORDINAL } from './calendar.ts';
import { DateValue, dayField, dayMethods, isoDateText, replaceDay, structTime } from './date-value.ts';
import { strftime } from './strftime.ts';
import { clockArguments, foldArgument, inDayOf, TimeValue, timeField, timeText, zoneArgument } from './time-value.ts';
import { DAY, floorDivide, floorModulo, SECOND, sign, TimedeltaValue } from './timedelta-value.ts';
import { durationOf, type LocalMoment, Moment, type Tzinfo, UTC_TIMEZONE } from './tzinfo-value.ts';

/** 1970-01-01 in microseconds since 0001-01-01. */
export const EPOCH = BigInt(EPOCH_ORDINAL - 1) * DAY;

/** Python's `datetime.datetime`. The local zone is UTC, so that a template renders the same text on every machine. */
export class DateTimeValue extends Moment {
  readonly typeName = 'datetime.datetime';
  readonly local: bigint;
  readonly zone: Tzinfo | undefined;
  readonly fold: 0 | 1;
  readonly ordinal: number;
  /** Microseconds since midnight. */
  readonly inDay: number;

  /**
   * `local` is the local time, in microseconds since 0001-01-01 00:00.
   * @throws {PythonError} OverflowError outside the calendar
   */
  constructor(local: bigint, zone: Tzinfo | undefined, fold: 0 | 1 = 0) {
    super();
    this.local = local;
    this.zone = zone;
    this.fold = fold;
    this.ordinal = Number(floorDivide(local, DAY)) + 1;
    this.inDay = Number(floorModulo(local, DAY));
    // Throws for a day outside the calendar.
    dayOf(this.ordinal);
  }

  get offset(): bigint | undefined {
    return this.zone?.offsetAt(this);
  }

  /** Microseconds since 0001-01-01 00:00 UTC. Without a zone the local time is UTC. */
  get utc(): bigint {
    return this.local - (this.offset ?? 0n);
  }

  print(): string {
    return `${isoDateText(this.ordinal)} ${timeText(this, 'auto')}`;
  }

  override represent(): string {
    const { year, month, day } = dayOf(this.ordinal);
    const zone = this.zone ? `, tzinfo=${this.zone.represent()}` : '';
    const fold = this.fold ? ', fold=1' : '';
    return `datetime.datetime(${year}, ${month}, ${day}, ${clockArguments(this.inDay)}${fold}${zone})`;
  }

  getAttribute(name: string): Value | undefined {
    const field = dayField(this.ordinal, name) ?? timeField(this, name);
    if (field !== undefined) return field;
    const method = METHODS.get(name);
    return method && new Callable(name, (args) => callNative(name, method, this, args));
  }

  override equalityKey(): string {
    return this.offset === undefined ? String(this.local) : `utc${this.utc}`;
  }

  override compare(other: Value): number | undefined {
    if (!(other instanceof DateTimeValue)) return undefined;
    if ((this.offset === undefined) !== (other.offset === undefined)) {
      throw new PythonError('TypeError', "can't compare offset-naive and offset-aware datetimes");
    }
    return sign(this.utc - other.utc);
  }

  override operate(operator: string, left: Value, right: Value): Value | undefined {
    if (left instanceof DateTimeValue && right instanceof DateTimeValue) {
      return operator === '-' ? differenceOf(left, right) : undefined;
    }
    const delta = left instanceof TimedeltaValue ? left : right;
    if (!(delta instanceof TimedeltaValue)) return undefined;
    // Python adds to the local time, even across a change of the zone's offset.
    if (operator === '+') return new DateTimeValue(this.local + delta.microseconds, this.zone);
    return operator === '-' && right === delta
      ? new DateTimeValue(this.local - delta.microseconds, this.zone)
      : undefined;
  }
}

function differenceOf(left: DateTimeValue, right: DateTimeValue): TimedeltaValue {
  if ((left.offset === undefined) !== (right.offset === undefined)) {
    throw new PythonError('TypeError', "can't subtract offset-naive and offset-aware datetimes");
  }
  return new TimedeltaValue(left.zone === right.zone ? left.local - right.local : left.utc - right.utc);
}

const FIELDS = 'year? month? day? hour? minute? second? microsecond? tzinfo? fold?';

const METHODS: ReadonlyMap<string, NativeFunction<DateTimeValue>> = new Map<string, NativeFunction<DateTimeValue>>([
  ...dayMethods<DateTimeValue>(({ ordinal }) => ordinal),
  ['astimezone', native('tz?', (moment, [zone]) => inZone(moment, zoneArgument(zone) ?? UTC_TIMEZONE))],
  ['ctime', native('', (moment) => strftime(shownBy(moment), '%a %b %e %H:%M:%S %Y'))],
  ['date', native('', ({ ordinal }) => new DateValue(ordinal))],
  ['dst', native('', (moment) => durationOf(moment.zone?.savingAt(moment)))],
  ['isoformat', native('sep? timespec?', (moment, [sep, timespec]) => isoText(moment, sep, timespec))],
  ['replace', native(FIELDS, (moment, given) => replaceFields(moment, given))],
  ['strftime', native('format', (moment, [format]) => strftime(shownBy(moment), textArgument(format)))],
  ['time', native('', ({ inDay, fold }) => new TimeValue(inDay, undefined, fold))],
  ['timestamp', native('', (moment) => new Float(timestampOf(moment)))],
  ['timetuple', native('', (moment) => structTime(moment.ordinal, Math.floor(moment.inDay / 1e6), savingFlag(moment)))],
  ['timetz', native('', ({ inDay, zone, fold }) => new TimeValue(inDay, zone, fold))],
  ['tzname', native('', (moment) => moment.zone?.nameAt(moment) ?? null)],
  ['utcoffset', native('', ({ offset }) => durationOf(offset))],
  ['utctimetuple', native('', ({ utc }) => utcTuple(new DateTimeValue(utc, undefined)))],
]);

/**
 * The POSIX timestamp. Python rounds in two ways: without a zone it adds microseconds to seconds, with one it divides
 * microseconds.
 */
function timestampOf({ utc, offset }: DateTimeValue): number {
  const microseconds = utc - EPOCH;
  if (offset !== undefined) return Number(microseconds) / 1e6;
  return Number(floorDivide(microseconds, SECOND)) + Number(floorModulo(microseconds, SECOND)) / 1e6;
}

function shownBy(moment: DateTimeValue) {
  const { ordinal, inDay, offset, zone } = moment;
  return { ordinal, inDay, offset, zone: zone?.nameAt(moment) };
}

/** The same moment in another zone. */
function inZone(moment: DateTimeValue, zone: Tzinfo): DateTimeValue {
  return moment.zone === zone ? moment : ofLocalMoment(zone.fromUtc(moment.utc));
}

export function ofLocalMoment({ local, zone, fold }: LocalMoment): DateTimeValue {
  return new DateTimeValue(local, zone, fold);
}

function isoText(moment: DateTimeValue, separator: Value | undefined, timespec: Value | undefined): string {
  const between = textArgument(separator, 'T');
  if ([...between].length !== 1) {
    throw new PythonError('TypeError', `isoformat() argument 1 must be a unicode character, not ${typeName(between)}`);
  }
  return isoDateText(moment.ordinal) + between + timeText(moment, textArgument(timespec, 'auto'));
}

function replaceFields(moment: DateTimeValue, given: readonly (Value | undefined)[]): DateTimeValue {
  const [year, month, day, hour, minute, second, microsecond, zone, fold] = given;
  const ordinal = replaceDay(moment.ordinal, [year, month, day]);
  const inDay = inDayOf([hour, minute, second, microsecond], moment.inDay);
  return onDay(
    ordinal,
    inDay,
    zone === undefined ? moment.zone : zoneArgument(zone),
    fold === undefined ? moment.fold : foldArgument(fold),
  );
}

/** The datetime at `inDay` microseconds after midnight of a day. */
export function onDay(ordinal: number, inDay: number, zone: Tzinfo | undefined, fold: 0 | 1 = 0): DateTimeValue {
  return new DateTimeValue(BigInt(ordinal - 1) * DAY + BigInt(inDay), zone, fold);
}

/** 1 in summer time, 0 outside of it, -1 if that is unknown. */
function savingFlag(moment: DateTimeValue): number {
  const saving = moment.zone?.savingAt(moment);
  return saving === undefined ? -1 : Number(saving !== 0n);
}

function utcTuple({ ordinal, inDay }: DateTimeValue): Value {
  return structTime(ordinal, Math.floor(inDay / 1e6), 0);
}

/** A JavaScript date as a datetime in UTC: prints as `2026-11-25 19:40:00.123000+00:00`. */
export function datetimeValue(date: Date): DateTimeValue {
  return ofLocalMoment(UTC_TIMEZONE.fromUtc(EPOCH + BigInt(date.getTime()) * (SECOND / 1000n)));
}
