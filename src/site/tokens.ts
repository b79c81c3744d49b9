export interface Token {
  readonly kind: 'text' | 'keyword' | 'string' | 'comment' | 'jinja';
  readonly text: string;
}

const KEYWORDS =
  'select|from|where|group|by|order|having|qualify|join|left|right|full|inner|outer|cross|lateral|on|using|as|and|or|not|in|is|null|like|ilike|between|case|when|then|else|end|union|all|distinct|with|recursive|over|partition|window|rows|range|limit|offset|exists|cast|filter|asc|desc|true|false|pivot|unpivot|values|except|intersect|exclude|replace';

/** Jinja, comments, strings and words, in the order in which they begin. */
const PATTERN = new RegExp(
  [
    '(?<jinja>\\{\\{[\\s\\S]*?\\}\\}|\\{%[\\s\\S]*?%\\}|\\{#[\\s\\S]*?#\\})',
    '(?<comment>--[^\\n]*|/\\*[\\s\\S]*?\\*/)',
    "(?<string>'(?:[^']|'')*')",
    `(?<keyword>\\b(?:${KEYWORDS})\\b)`,
  ].join('|'),
  'gi',
);

/** The tokens of a template in SQL and Jinja, line by line. Text that is none of these is `text`. */
export function tokensOf(sql: string): readonly (readonly Token[])[] {
  const lines: Token[][] = [[]];
  const add = (kind: Token['kind'], text: string) => {
    for (const [index, part] of text.split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (part !== '') lines.at(-1)?.push({ kind, text: part });
    }
  };
  let end = 0;
  for (const { 0: text, index, groups = {} } of sql.matchAll(PATTERN)) {
    add('text', sql.slice(end, index));
    const { jinja, comment, string } = groups;
    add(
      jinja !== undefined ? 'jinja' : comment !== undefined ? 'comment' : string !== undefined ? 'string' : 'keyword',
      text,
    );
    end = index + text.length;
  }
  add('text', sql.slice(end));
  return lines;
}
