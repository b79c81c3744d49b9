import { padExponent } from './number-text.ts';

/**
 * A float with `digits` digits behind the point. It is rounded from its exact binary value, a tie to the even digit, as C
 * and Python do. JavaScript's `toFixed` rounds ties up and gives up at 1e21.
 */
export function fixedText(value: number, digits: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  const { sign, numerator, denominator } = exactly(value);
  const scaled = String(divideToEven(numerator * 10n ** BigInt(digits), denominator)).padStart(digits + 1, '0');
  const whole = scaled.slice(0, scaled.length - digits);
  return `${sign}${whole}${digits > 0 ? `.${scaled.slice(scaled.length - digits)}` : ''}`;
}

/** A float with an exponent and `digits` digits behind the point: `1.50e+03`. */
export function exponentText(value: number, digits: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  const { sign, numerator, denominator } = exactly(value);
  if (numerator === 0n) return `${sign}0${digits > 0 ? `.${'0'.repeat(digits)}` : ''}e+00`;
  // The shortest text of a float has the right exponent. Only rounding can raise it by one.
  let exponent = Number(value.toExponential().split('e')[1]);
  let scaled = scaledDigits(numerator, denominator, digits - exponent);
  if (scaled.length > digits + 1) {
    exponent++;
    scaled = scaledDigits(numerator, denominator, digits - exponent);
  }
  const fraction = digits > 0 ? `.${scaled.slice(1)}` : '';
  return padExponent(`${sign}${scaled.slice(0, 1)}${fraction}e${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`);
}

/** C's `%g`: `precision` significant digits without trailing zeros, with an exponent where C writes one. */
export function generalText(value: number, precision: number, keepsZeros = false): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  const digits = Math.max(precision, 1);
  const scientific = exponentText(value, digits - 1);
  const [mantissa = '', exponent = ''] = scientific.split('e');
  const power = Number(exponent);
  const trim = (text: string) => (keepsZeros || !text.includes('.') ? text : text.replace(/\.?0+$/, ''));
  if (power < -4 || power >= digits) return `${trim(mantissa)}e${exponent}`;
  return trim(fixedText(value, digits - 1 - power));
}

/** Applies the flag `#`: a point stands behind the digits, even if no digit follows. */
export function keepPoint(text: string): string {
  return text.includes('.') ? text : text.replace(/^\d+/, '$&.');
}

function scaledDigits(numerator: bigint, denominator: bigint, power: number): string {
  const factor = 10n ** BigInt(Math.abs(power));
  return String(
    power < 0 ? divideToEven(numerator, denominator * factor) : divideToEven(numerator * factor, denominator),
  );
}

function nonFinite(value: number): string {
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

/** The exact value of a float as a fraction. */
function exactly(value: number): { readonly sign: string; readonly numerator: bigint; readonly denominator: bigint } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const sign = bits >> 63n ? '-' : '';
  const field = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = field === 0 ? fraction : fraction | 0x10000000000000n;
  const power = (field === 0 ? 1 : field) - 1075;
  return power >= 0
    ? { sign, numerator: mantissa << BigInt(power), denominator: 1n }
    : { sign, numerator: mantissa, denominator: 1n << BigInt(-power) };
}

function divideToEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  const isUp = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  return isUp ? quotient + 1n : quotient;
}
