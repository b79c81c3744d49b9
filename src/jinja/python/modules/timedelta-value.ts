import { callNative, type NativeFunction, native } from '../../values/native-function.ts';
import { asDouble, isInteger, isNumber } from '../../values/numbers.ts';
import { PythonError } from '../../values/python-error.ts';
import { Callable, Float, HostObject, typeName, type Value, wholeNumber } from '../../values/value.ts';

export const SECOND = 1_000_000n;
export const DAY = 86_400n * SECOND;
const MAX_DAYS = 999_999_999n;

/** Python's `datetime.timedelta`: whole microseconds. */
export class TimedeltaValue extends HostObject {
  readonly typeName = 'datetime.timedelta';
  readonly microseconds: bigint;

  /** @throws {PythonError} OverflowError beyond 999,999,999 days */
  constructor(microseconds: bigint) {
    super();
    const days = floorDivide(microseconds, DAY);
    if (days > MAX_DAYS || days < -MAX_DAYS) {
      throw new PythonError('OverflowError', `days must have magnitude <= ${MAX_DAYS}`);
    }
    this.microseconds = microseconds;
  }

  get #days(): number {
    return Number(floorDivide(this.microseconds, DAY));
  }

  /** Microseconds behind the whole days, which round down: never negative. */
  get #inDay(): number {
    return Number(floorModulo(this.microseconds, DAY));
  }

  print(): string {
    const days = this.#days;
    const clock = clockText(this.#inDay);
    return days === 0 ? clock : `${days} day${Math.abs(days) === 1 ? '' : 's'}, ${clock}`;
  }

  override represent(): string {
    const seconds = Math.floor(this.#inDay / 1e6);
    const parts = [
      ['days', this.#days],
      ['seconds', seconds],
      ['microseconds', this.#inDay % 1e6],
    ].flatMap(([name, value]) => (value === 0 ? [] : [`${name}=${value}`]));
    return `datetime.timedelta(${parts.join(', ') || '0'})`;
  }

  getAttribute(name: string): Value | undefined {
    switch (name) {
      case 'days':
        return this.#days;
      case 'seconds':
        return Math.floor(this.#inDay / 1e6);
      case 'microseconds':
        return this.#inDay % 1e6;
      default: {
        const method = METHODS.get(name);
        return method && new Callable(name, (args) => callNative(name, method, this, args));
      }
    }
  }

  override isTruthy(): boolean {
    return this.microseconds !== 0n;
  }

  override equalityKey(): string {
    return String(this.microseconds);
  }

  override compare(other: Value): number | undefined {
    return other instanceof TimedeltaValue ? sign(this.microseconds - other.microseconds) : undefined;
  }

  override operate(operator: string, left: Value, right: Value): Value | undefined {
    if (left instanceof TimedeltaValue && right instanceof TimedeltaValue) {
      return operateOnTwo(operator, left.microseconds, right.microseconds);
    }
    if (left instanceof TimedeltaValue) {
      // A date or datetime on the right adds the timedelta itself.
      if (right instanceof HostObject) return right.operate(operator, left, right);
      return operateWithNumber(operator, left.microseconds, right);
    }
    return operator === '*' ? operateWithNumber(operator, this.microseconds, left) : undefined;
  }
}

const METHODS: ReadonlyMap<string, NativeFunction<TimedeltaValue>> = new Map([
  ['total_seconds', native('', ({ microseconds }: TimedeltaValue): Value => new Float(ratio(microseconds, SECOND)))],
]);

/** Microseconds within a day as `h:mm:ss[.ffffff]`. */
function clockText(inDay: number): string {
  const seconds = Math.floor(inDay / 1e6);
  const fraction = inDay % 1e6;
  const pad = (value: number) => String(value).padStart(2, '0');
  const text = `${Math.floor(seconds / 3600)}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
  return fraction === 0 ? text : `${text}.${String(fraction).padStart(6, '0')}`;
}

function operateOnTwo(operator: string, left: bigint, right: bigint): Value | undefined {
  switch (operator) {
    case '+':
      return new TimedeltaValue(left + right);
    case '-':
      return new TimedeltaValue(left - right);
    case '/':
      checkDivisor(right);
      return new Float(ratio(left, right));
    case '//':
      checkDivisor(right);
      return wholeNumber(floorDivide(left, right));
    case '%':
      checkDivisor(right);
      return new TimedeltaValue(floorModulo(left, right));
    default:
      return undefined;
  }
}

function operateWithNumber(operator: string, microseconds: bigint, value: Value): Value | undefined {
  if (!isNumber(value)) return undefined;
  const [over, under] = isInteger(value) ? [BigInt(value), 1n] : fractionOf(asDouble(value));
  switch (operator) {
    case '*':
      return new TimedeltaValue(divideToEven(microseconds * over, under));
    case '/':
      checkDivisor(over);
      return new TimedeltaValue(divideToEven(microseconds * under, over));
    case '//':
      if (!isInteger(value)) return undefined;
      checkDivisor(over);
      return new TimedeltaValue(floorDivide(microseconds, over));
    default:
      return undefined;
  }
}

function checkDivisor(divisor: bigint): void {
  if (divisor === 0n) throw new PythonError('ZeroDivisionError', 'integer division or modulo by zero');
}

/** The exact value of a float as a fraction (Python: float.as_integer_ratio). */
function fractionOf(value: number): readonly [bigint, bigint] {
  if (!Number.isFinite(value)) {
    const name = Number.isNaN(value) ? 'NaN' : 'infinity';
    throw new PythonError(
      Number.isNaN(value) ? 'ValueError' : 'OverflowError',
      `cannot convert ${name} to integer ratio`,
    );
  }
  let over = value;
  let under = 1n;
  while (!Number.isInteger(over)) {
    over *= 2;
    under *= 2n;
  }
  return [BigInt(over), under];
}

const UNITS = ['days', 'seconds', 'microseconds', 'milliseconds', 'minutes', 'hours', 'weeks'] as const;
const UNIT_SIZE: { readonly [unit in (typeof UNITS)[number]]: bigint } = {
  days: DAY,
  seconds: SECOND,
  microseconds: 1n,
  milliseconds: 1000n,
  minutes: 60n * SECOND,
  hours: 3600n * SECOND,
  weeks: 7n * DAY,
};

export const TIMEDELTA_PARAMETERS = UNITS.map((unit) => `${unit}?`).join(' ');

/** The value of `timedelta(days=1, hours=2.5)`. As in Python, fractions are summed first, then rounded half to even. */
export function makeTimedelta(amounts: readonly (Value | undefined)[]): TimedeltaValue {
  let whole = 0n;
  let fraction = 0;
  for (const [index, unit] of UNITS.entries()) {
    const amount = amounts[index] ?? 0;
    if (isInteger(amount)) whole += BigInt(amount) * UNIT_SIZE[unit];
    else if (amount instanceof Float) {
      const [over, under] = fractionOf(amount.value);
      whole += (over / under) * UNIT_SIZE[unit];
      fraction += (Number(over % under) / Number(under)) * Number(UNIT_SIZE[unit]);
    } else {
      throw new PythonError('TypeError', `unsupported type for timedelta ${unit} component: ${typeName(amount)}`);
    }
  }
  // Half to even of the whole sum: half a microsecond on an odd number of them rounds up.
  const [over, under] = fractionOf(fraction);
  return new TimedeltaValue(divideToEven(whole * under + over, under));
}

function ratio(over: bigint, under: bigint): number {
  const whole = over / under;
  // Below 285 years both parts are exact as doubles; beyond, the quotient is rounded once.
  return Number.isSafeInteger(Number(over)) && Number.isSafeInteger(Number(under))
    ? Number(over) / Number(under)
    : Number(whole) + Number(over % under) / Number(under);
}

export function floorDivide(over: bigint, under: bigint): bigint {
  const quotient = over / under;
  return over % under !== 0n && over < 0n !== under < 0n ? quotient - 1n : quotient;
}

/** Python's `%`: the remainder has the sign of the divisor. */
export function floorModulo(dividend: bigint, divisor: bigint): bigint {
  return dividend - floorDivide(dividend, divisor) * divisor;
}

/** `over / under`, rounded half to even. */
function divideToEven(over: bigint, under: bigint): bigint {
  const [top, bottom] = under < 0n ? [-over, -under] : [over, under];
  const quotient = floorDivide(top, bottom);
  const twice = 2n * (top - quotient * bottom);
  return twice > bottom || (twice === bottom && quotient % 2n !== 0n) ? quotient + 1n : quotient;
}

export function sign(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0;
}
