import { callNative, type NativeFunction, native } from '../../values/native-function.ts';
import { PythonError } from '../../values/python-error.ts';
import { Callable, isTruthy, typeName, type Value } from '../../values/value.ts';
import { dayOf, ordinalOf } from './calendar.ts';
import { DateTimeValue, EPOCH, ofLocalMoment } from './datetime-value.ts';
import { DAY, SECOND, sign, TimedeltaValue } from './timedelta-value.ts';
import { type LocalMoment, type Moment, offsetText, Tzinfo } from './tzinfo-value.ts';
import { zoneNamer } from './zone-name.ts';
import { findZone, type ZoneRules } from './zone-offset.ts';

/** State that all zone objects of one name share. */
interface Family {
  readonly rules: ZoneRules;
  readonly nameAt: (at: number, isSaving: boolean) => string | undefined;
  /** One zone object for each period of the zone's history, so that equal ones are identical. */
  readonly periods: Map<string, PytzZone>;
}

/** A part of a zone's history with one offset and one name. */
interface Period {
  readonly offset: bigint;
  /** The part of the offset that is summer time, in microseconds. */
  readonly saving: bigint;
  readonly name: string;
}

/** The zone of a name (pytz: timezone); `undefined` for an unknown name. */
export function pytzZone(name: string): PytzZone | undefined {
  const rules = findZone(name);
  if (!rules) return undefined;
  const family = { rules, nameAt: zoneNamer(name), periods: new Map<string, PytzZone>() };
  if (!isFixed(rules)) return new PytzZone(family, firstPeriod(rules));
  return periodAt(family, EPOCH);
}

/** The period before the first standard time: local mean time, or `-00` for zones where nobody lived, as in Antarctica. */
function firstPeriod({ localMeanTime }: ZoneRules): Period {
  return { offset: localMeanTime, saving: 0n, name: localMeanTime === 0n ? '-00' : 'LMT' };
}

/** Whether a zone always has the same offset (pytz: StaticTzInfo). */
function isFixed({ name }: ZoneRules): boolean {
  return /^(?:Etc\/|GMT|Greenwich$|UTC$|UCT$|Universal$|Zulu$)/i.test(name);
}

/**
 * A zone of pytz. An object stands for one offset; `localize`, `normalize` and `astimezone` choose the object whose offset
 * holds at a time. A datetime that is made with the zone itself has local mean time, as in Python.
 */
export class PytzZone extends Tzinfo {
  readonly typeName = 'pytz.tzfile';
  readonly #family: Family;
  readonly #period: Period;

  constructor(family: Family, period: Period) {
    super();
    this.#family = family;
    this.#period = period;
  }

  offsetAt(moment: Moment | undefined): bigint | undefined {
    return this.#periodOf(moment)?.offset;
  }

  savingAt(moment: Moment | undefined): bigint | undefined {
    return this.#periodOf(moment)?.saving;
  }

  nameAt(moment: Moment | undefined): string | undefined {
    return moment || this.#isFixed ? this.#periodOf(moment)?.name : this.#family.rules.name;
  }

  fromUtc(utc: bigint): LocalMoment {
    const zone = this.#isFixed ? this : periodAt(this.#family, utc);
    return { local: utc + zone.#period.offset, zone, fold: 0 };
  }

  /** The moment whose local time is `local`. Of two moments, `isSaving` chooses the one in summer time or the other. */
  localize(local: bigint, isSaving: boolean | null): DateTimeValue {
    if (this.#isFixed) return new DateTimeValue(local, this);
    const { rules } = this.#family;
    const offsets = new Set([rules.offsetAt(local - DAY), rules.offsetAt(local + DAY)]);
    const possible = [...offsets].map((offset) => local - offset).filter((utc) => utc + rules.offsetAt(utc) === local);
    if (possible.length === 0) return this.#localizeGap(local, isSaving);
    const moments = possible.map((utc) => ofLocalMoment(this.fromUtc(utc)));
    if (moments.length > 1 && isSaving === null)
      throw new PythonError('ValueError', 'AmbiguousTimeError: clocks show this time twice');
    const matching = moments.filter(
      ({ zone }) => (zone instanceof PytzZone && zone.#period.saving !== 0n) === isSaving,
    );
    const chosen = (matching.length === 1 ? matching : moments).toSorted((a, b) => (a.utc < b.utc ? -1 : 1));
    const moment = isSaving ? chosen[0] : chosen.at(-1);
    if (!moment) throw new Error('internal: no moment is left to choose');
    return moment;
  }

  /** A local time that clocks skip. As in pytz it is counted from six hours before or after it. */
  #localizeGap(local: bigint, isSaving: boolean | null): DateTimeValue {
    if (isSaving === null) throw new PythonError('ValueError', 'NonExistentTimeError: clocks skip this time');
    const shift = (isSaving ? 6n : -6n) * 3600n * SECOND;
    const near = this.localize(local + shift, isSaving);
    return new DateTimeValue(near.local - shift, near.zone);
  }

  get #isFixed(): boolean {
    return isFixed(this.#family.rules);
  }

  #periodOf(moment: Moment | undefined): Period | undefined {
    if (this.#isFixed || moment?.zone === this) return this.#period;
    if (!moment) return undefined;
    const { zone } = this.localize(moment.local, null);
    return zone instanceof PytzZone ? zone.#period : undefined;
  }

  print(): string {
    return this.#family.rules.name;
  }

  override represent(): string {
    const { name } = this.#family.rules;
    if (name === 'UTC') return '<UTC>';
    if (this.#isFixed) return `<StaticTzInfo '${name}'>`;
    const { offset, saving, name: short } = this.#period;
    const plus = offset > 0n ? '+' : '';
    return `<DstTzInfo '${name}' ${short}${plus}${new TimedeltaValue(offset).print()} ${saving === 0n ? 'STD' : 'DST'}>`;
  }

  protected override ownAttribute(name: string): Value | undefined {
    if (name === 'zone') return this.#family.rules.name;
    const method = METHODS.get(name);
    return method && new Callable(name, (args) => callNative(name, method, this, args));
  }
}

const METHODS: ReadonlyMap<string, NativeFunction<PytzZone>> = new Map<string, NativeFunction<PytzZone>>([
  ['localize', native('dt is_dst?', (zone, [moment, isSaving = false]) => localize(zone, momentOf(moment), isSaving))],
  ['normalize', native('dt is_dst?', (zone, [moment]) => normalize(zone, momentOf(moment)))],
  ['fromutc', native('dt', (zone, [moment]) => ofLocalMoment(zone.fromUtc(momentOf(moment).local)))],
]);

function momentOf(value: Value | undefined): DateTimeValue {
  if (value instanceof DateTimeValue) return value;
  throw new PythonError('TypeError', `expected a datetime, not ${typeName(value ?? null)}`);
}

function localize(zone: PytzZone, moment: DateTimeValue, isSaving: Value): DateTimeValue {
  if (moment.zone) throw new PythonError('ValueError', 'Not naive datetime (tzinfo is already set)');
  return zone.localize(moment.local, isSaving === null ? null : isTruthy(isSaving));
}

function normalize(zone: PytzZone, moment: DateTimeValue): DateTimeValue {
  if (!moment.zone) throw new PythonError('ValueError', 'Naive time - no tzinfo set');
  return ofLocalMoment(zone.fromUtc(moment.utc));
}

function periodAt(family: Family, utc: bigint): PytzZone {
  const period = describePeriod(family, utc);
  const key = `${period.offset} ${period.saving} ${period.name}`;
  const existing = family.periods.get(key);
  if (existing) return existing;
  const zone = new PytzZone(family, period);
  family.periods.set(key, zone);
  return zone;
}

function describePeriod({ rules, nameAt }: Family, utc: bigint): Period {
  const offset = rules.offsetAt(utc);
  const saving = offset - standardOffset(rules, utc);
  const name = nameAt(Number((utc - EPOCH) / 1000n), saving !== 0n);
  return { offset, saving, name: name ?? numericName(offset) };
}

/** The offset without summer time. Intl does not give it: it is the smaller one of January's and July's. */
function standardOffset(rules: ZoneRules, utc: bigint): bigint {
  const { year } = dayOf(Number(utc / DAY) + 1);
  const [winter, summer] = [1, 7].map((month) => {
    return rules.offsetAt(BigInt(ordinalOf({ year, month, day: 1 }) - 1) * DAY);
  });
  if (winter === undefined || summer === undefined) throw new Error('internal: a year without halves');
  const offset = rules.offsetAt(utc);
  const halves = [winter, summer].toSorted((a, b) => sign(a - b));
  // By Irish law the summer's time is the standard time, and the winter's deviates from it.
  const standard = halves.at(isIrish(rules) ? 1 : 0) ?? offset;
  return isIrish(rules) || standard < offset ? standard : offset;
}

function isIrish({ name }: ZoneRules): boolean {
  return name === 'Europe/Dublin' || name === 'Eire';
}

/** The IANA database's name for a period without an abbreviation: `+03`, `+0530`. */
function numericName(offset: bigint): string {
  return offsetText(offset, '').replace(/00$/, '');
}
