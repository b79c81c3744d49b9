/**
 * A float to a power. For a whole power the exact result is rounded once: almost always what C libraries give, where V8's
 * own `**` differs in the last digit of some.
 */
export function powerOf(base: number, exponent: number): number {
  const times = Math.abs(exponent);
  if (!Number.isInteger(exponent) || !Number.isFinite(base) || base === 0 || times > MAX_EXACT_POWER)
    return base ** exponent;
  const { mantissa, power } = asWhole(Math.abs(base));
  const digits = mantissa ** BigInt(times);
  const size = exponent >= 0 ? scaled(digits, 1n, power * times) : scaled(1n, digits, -power * times);
  return base < 0 && times % 2 === 1 ? -size : size;
}

/** The largest power that is computed exactly: beyond it that takes too long. */
const MAX_EXACT_POWER = 330;

/** `mantissa * 2 ** power`, exactly. */
function asWhole(value: number): { readonly mantissa: bigint; readonly power: number } {
  let power = 0;
  let mantissa = value;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    power--;
  }
  return { mantissa: BigInt(mantissa), power };
}

/** The float nearest to the quotient of two ints. Dividing their nearest floats would be less exact. */
export function quotientOf(dividend: bigint, divisor: bigint): number {
  const size = scaled(dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor, 0);
  return dividend < 0n === divisor < 0n ? size : -size;
}

/** The float nearest to `numerator / denominator * 2 ** shift`. */
function scaled(numerator: bigint, denominator: bigint, shift: number): number {
  // 64 bits more than a float holds decide the rounding. One further bit says whether any lower bit was set.
  const bits = bitLength(numerator) - bitLength(denominator);
  const room = 120 - bits;
  const dividend = room >= 0 ? numerator << BigInt(room) : numerator;
  const divisor = room >= 0 ? denominator : denominator << BigInt(-room);
  const quotient = dividend / divisor;
  const sticky = dividend % divisor === 0n ? 0n : 1n;
  const whole = Number((quotient << 1n) | sticky);
  const exponent = shift - room - 1;
  // In two steps, since 2 ** exponent alone may be beyond a float where the product is not.
  const half = Math.trunc(exponent / 2);
  return whole * 2 ** half * 2 ** (exponent - half);
}

function bitLength(value: bigint): number {
  return value.toString(16).length * 4;
}
