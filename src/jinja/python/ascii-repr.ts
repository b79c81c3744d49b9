import { reprValue } from '../values/print-value.ts';
import type { Value } from '../values/value.ts';

/** Python's ascii(). */
export function asciiRepr(value: Value): string {
  return reprValue(value).replace(/\P{ASCII}/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const hex = code.toString(16);
    if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
    return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
  });
}
