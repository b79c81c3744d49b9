import { MAX_TEXT } from '../values/limits.ts';
import { PythonError } from '../values/python-error.ts';

const ASTRAL = /[\ud800-\udfff]/;

/** The characters of a text as Python counts them: code points. Cheap for text without any beyond U+FFFF. */
export function characters(text: string): readonly string[] {
  return ASTRAL.test(text) ? Array.from(text) : text.split('');
}

/** One character, counted from the end when `index` is negative. */
export function characterAt(text: string, index: number): string | undefined {
  if (ASTRAL.test(text)) return Array.from(text).at(index);
  return text[index < 0 ? text.length + index : index];
}

export function textLength(text: string): number {
  return ASTRAL.test(text) ? Array.from(text).length : text.length;
}

/** Text in the order of its code points, as Python compares it. */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

/** UTF-16 puts surrogates, which stand for the highest code points, before U+E000. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Fails before a text is made that is longer than any template needs. */
export function checkTextLength(length: number): void {
  if (length > MAX_TEXT)
    throw new PythonError('LimitError', `a text of ${length} characters is longer than ${MAX_TEXT}`);
}
