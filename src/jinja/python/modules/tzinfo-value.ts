import { callNative, type NativeFunction, native } from '../../values/native-function.ts';
import { PythonError } from '../../values/python-error.ts';
import { Callable, HostObject, typeName, type Value } from '../../values/value.ts';
import { DAY, SECOND, sign, TimedeltaValue } from './timedelta-value.ts';

/** The part of a datetime that time zones use. Its only subclass is DateTimeValue. */
export abstract class Moment extends HostObject {
  /** The local time, in microseconds since 0001-01-01 00:00. */
  abstract readonly local: bigint;
  /** 1 for the second of two equal local times, when clocks are set back. */
  abstract readonly fold: 0 | 1;
  abstract readonly zone: Tzinfo | undefined;
}

/** The local time of a moment in a time zone. */
export interface LocalMoment {
  readonly local: bigint;
  readonly zone: Tzinfo;
  readonly fold: 0 | 1;
}

/** Python's `datetime.tzinfo`. */
export abstract class Tzinfo extends HostObject {
  /** Microseconds east of UTC; `undefined` when it depends on the moment and none is given. */
  abstract offsetAt(moment: Moment | undefined): bigint | undefined;
  abstract savingAt(moment: Moment | undefined): bigint | undefined;
  abstract nameAt(moment: Moment | undefined): string | undefined;
  /** The local time of `utc`, which is in microseconds since 0001-01-01 00:00. */
  abstract fromUtc(utc: bigint): LocalMoment;
  /** Attributes and methods that only this kind of zone has. */
  protected ownAttribute(_name: string): Value | undefined {
    return undefined;
  }

  getAttribute(name: string): Value | undefined {
    const method = METHODS.get(name);
    return method ? new Callable(name, (args) => callNative(name, method, this, args)) : this.ownAttribute(name);
  }
}

const METHODS: ReadonlyMap<string, NativeFunction<Tzinfo>> = new Map<string, NativeFunction<Tzinfo>>([
  ['utcoffset', native('dt is_dst?', (zone, [moment]) => durationOf(zone.offsetAt(momentOf(moment))))],
  ['dst', native('dt is_dst?', (zone, [moment]) => durationOf(zone.savingAt(momentOf(moment))))],
  ['tzname', native('dt is_dst?', (zone, [moment]) => zone.nameAt(momentOf(moment)) ?? null)],
]);

function momentOf(value: Value | undefined): Moment | undefined {
  if (value === undefined || value === null) return undefined;
  if (value instanceof Moment) return value;
  throw new PythonError('TypeError', `expected a datetime or None, not ${typeName(value)}`);
}

export function durationOf(microseconds: bigint | undefined): Value {
  return microseconds === undefined ? null : new TimedeltaValue(microseconds);
}

/** Python's `datetime.timezone`: always the same offset from UTC. */
export class FixedTimezone extends Tzinfo {
  readonly typeName = 'datetime.timezone';
  readonly #offset: bigint;
  readonly #name: string | undefined;

  /** @throws {PythonError} ValueError for an offset of a day or more */
  constructor(offset: bigint, name?: string) {
    super();
    if (offset <= -DAY || offset >= DAY) {
      throw new PythonError('ValueError', 'offset must be a timedelta strictly between -24 and 24 hours');
    }
    this.#offset = offset;
    this.#name = name;
  }

  offsetAt(): bigint {
    return this.#offset;
  }

  savingAt(): undefined {
    return undefined;
  }

  nameAt(): string {
    return this.#name ?? (this.#offset === 0n ? 'UTC' : `UTC${offsetText(this.#offset)}`);
  }

  fromUtc(utc: bigint): LocalMoment {
    return { local: utc + this.#offset, zone: this, fold: 0 };
  }

  print(): string {
    return this.nameAt();
  }

  override represent(): string {
    if (this.#offset === 0n && this.#name === undefined) return 'datetime.timezone.utc';
    const name = this.#name === undefined ? '' : `, '${this.#name}'`;
    return `datetime.timezone(${new TimedeltaValue(this.#offset).represent()}${name})`;
  }

  override equalityKey(): string {
    return String(this.#offset);
  }
}

export const UTC_TIMEZONE = new FixedTimezone(0n);

/** An offset as `+05:30`; seconds and microseconds that are 0 are left out. `separator` is `:` or empty. */
export function offsetText(offset: bigint, separator = ':'): string {
  const size = offset * BigInt(sign(offset));
  const two = (value: bigint) => String(value).padStart(2, '0');
  const seconds = (size / SECOND) % 60n;
  const fraction = size % SECOND;
  const minutes = `${offset < 0n ? '-' : '+'}${two(size / SECOND / 3600n)}${separator}${two((size / SECOND / 60n) % 60n)}`;
  if (seconds === 0n && fraction === 0n) return minutes;
  const exact = `${minutes}${separator}${two(seconds)}`;
  return fraction === 0n ? exact : `${exact}.${String(fraction).padStart(6, '0')}`;
}
