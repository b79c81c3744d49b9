import { EPOCH } from './datetime-value.ts';
import { SECOND } from './timedelta-value.ts';

/** The rules of a time zone of the IANA database, read through Intl. */
export interface ZoneRules {
  readonly name: string;
  /** Microseconds east of UTC at a moment, which is in microseconds since 0001-01-01 UTC. */
  readonly offsetAt: (utc: bigint) => bigint;
  /** Local mean time: the zone's first offset, to the minute. */
  readonly localMeanTime: bigint;
}

/** The rules of a zone; `undefined` for an unknown name. Case does not matter. */
export function findZone(name: string): ZoneRules | undefined {
  // Intl accepts `+01:00` as a zone, pytz does not.
  if (!/^[a-z][a-z0-9_+\-/]*$/i.test(name)) return undefined;
  const format = offsetFormat(name);
  if (!format) return undefined;
  const offsets = new Map<bigint, bigint>();
  const offsetAt = (utc: bigint) => {
    const second = utc / SECOND;
    const cached = offsets.get(second);
    if (cached !== undefined) return cached;
    const offset = readOffset(format, utc);
    offsets.set(second, offset);
    return offset;
  };
  const minute = 60n * SECOND;
  const mean = offsetAt(FIRST_YEARS);
  const shifted = mean + 30n * SECOND;
  const localMeanTime = shifted - (((shifted % minute) + minute) % minute);
  return { name: properName(name), offsetAt, localMeanTime };
}

/** A moment before any country had a standard time: 200 years before 1970. */
const FIRST_YEARS = EPOCH - 200n * 365n * 86_400n * SECOND;

function offsetFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readOffset(format: Intl.DateTimeFormat, utc: bigint): bigint {
  const milliseconds = Number((utc - EPOCH) / 1000n);
  const part = format.formatToParts(milliseconds).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const match = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(part);
  if (!match) throw new Error(`internal: the offset of a time zone reads '${part}'`);
  const [, sign, hours = 0, minutes = 0, seconds = 0] = match;
  const size = BigInt(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * SECOND;
  return sign === '-' ? -size : size;
}

/** The name in Intl's spelling, `Europe/Berlin` for `europe/berlin`, if Intl lists it. */
function properName(name: string): string {
  return zoneNames().find((listed) => listed.toLowerCase() === name.toLowerCase()) ?? name;
}

export function zoneNames(): readonly string[] {
  return [...Intl.supportedValuesOf('timeZone'), 'UTC'].sort();
}
