/** Python's repr() of a float: `1.0`, `1e+16`, `nan`. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  // Python writes an exponent from 1e16 and below 1e-4, JavaScript from 1e21 and below 1e-6.
  if (value !== 0 && (size >= 1e16 || size < 1e-4)) return padExponent(value.toExponential());
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}

/** Makes `1e+05` of `1e+5`: Python's exponents have at least two digits. */
export function padExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}
