/** Python's white space (str.isspace, `\s`), for use inside a `[…]` of a RegExp. JavaScript's `\s` differs. */
export const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

const ONE_SPACE = new RegExp(`^[${SPACE}]$`);
const BLANK = new RegExp(`^[${SPACE}]*$`);

export function isSpace(character: string): boolean {
  return ONE_SPACE.test(character);
}

export function isBlank(text: string): boolean {
  return BLANK.test(text);
}

/** The words between white space, as Python's text.split() gives them. */
export function wordsOf(text: string): readonly string[] {
  return text.match(new RegExp(`[^${SPACE}]+`, 'g')) ?? [];
}

const LINE_END = '\\r\\n|[\\n-\\r\\x1c-\\x1e\\x85\\u2028\\u2029]';
const LINE = new RegExp(
  `[^\\n-\\r\\x1c-\\x1e\\x85\\u2028\\u2029]*(?:${LINE_END})|[^\\n-\\r\\x1c-\\x1e\\x85\\u2028\\u2029]+$`,
  'g',
);
const LAST_LINE_END = new RegExp(`(?:${LINE_END})$`);

/** Python's text.splitlines(). A line end at the end of the text begins no further line. */
export function splitLines(text: string, keepsEnds = false): string[] {
  const lines = text.match(LINE) ?? [];
  return keepsEnds ? lines : lines.map((line) => line.replace(LAST_LINE_END, ''));
}
