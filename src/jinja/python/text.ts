import { MAX_TEXT } from '../values/limits.ts';
import { PythonError } from '../values/python-error.ts';

const ASTRAL = /[\ud800-\udfff]/;

/** The characters of a text as Python counts them: code points. */
export function characters(text: string): readonly string[] {
  return ASTRAL.test(text) ? Array.from(text) : text.split('');
}

/** The character at an index; a negative one counts from the end. */
export function characterAt(text: string, index: number): string | undefined {
  if (ASTRAL.test(text)) return Array.from(text).at(index);
  return text[index < 0 ? text.length + index : index];
}

export function textLength(text: string): number {
  return ASTRAL.test(text) ? Array.from(text).length : text.length;
}

/** Compares texts by code points, as Python does. Negative, 0 or positive. */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

/** The order of a UTF-16 unit: surrogates, which encode the highest code points, come after U+E000 to U+FFFF. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Checks the length of a text before it is made. @throws {PythonError} LimitError */
export function checkTextLength(length: number): void {
  if (length > MAX_TEXT)
    throw new PythonError('LimitError', `a text of ${length} characters is longer than ${MAX_TEXT}`);
}
