import type { MappedText } from '../jinja/evaluate/mapped-text.ts';
import { type SelectItem, type Span, selectItems, type Token, tokenize } from '../lineage/query/sql-text.ts';

/** A part of a template and what to put there instead. */
export interface TextEdit extends Span {
  readonly text: string;
}

/** What one column of a query may be changed to; every edit is on the template, in UTF-16 units. */
export interface ItemEdits {
  /** Where the column is written, for showing: its item of the select list. */
  readonly item: Span;
  /** The column behind a macro; `undefined` where it cannot be written. */
  mask(macro: string): TextEdit | undefined;
  /** Without the column. `shown` is the edit as people would describe it: without commas and line ends. */
  drop(): { readonly edit: TextEdit; readonly shown: TextEdit } | undefined;
}

/**
 * Edits of the item of a select list that gives a column. Only where the template holds the item as it was compiled,
 * letter by letter: what Jinja made is not ours to take apart.
 * @param template text of the file
 */
export function editsOf(
  column: string,
  sql: MappedText,
  template: { readonly file: string; readonly text: string },
): ItemEdits | undefined {
  const tokens = tokenize(sql.text);
  const lists = new ItemList(tokens, sql.text);
  const item = lists.find(column);
  const place = item && locate(item, sql, template);
  if (!item || !place || holdsWords(tokens, item, sql.text)) return undefined;
  const within = tokens.filter(({ start, end }) => start >= item.start && end <= item.end);
  const shift = place.start - item.start;
  return {
    item: place,
    mask: (macro) => {
      const text = item.isStar
        ? replaced(within, sql.text.slice(item.start, item.end), column, macro)
        : masked(within, sql.text, macro);
      return text === undefined ? undefined : { ...place, text };
    },
    drop: () => {
      if (item.isStar) {
        const text = excluded(within, sql.text.slice(item.start, item.end), column);
        return text === undefined ? undefined : { edit: { ...place, text }, shown: { ...place, text } };
      }
      const span = lists.removal(item);
      if (!span || !locate(span, sql, template)) return undefined;
      return {
        edit: { start: span.start + shift, end: span.end + shift, text: '' },
        shown: { ...place, text: '' },
      };
    },
  };
}

/** The place of a part of compiled text in the template, where it is the same text there. */
function locate(
  { start, end }: Span,
  sql: MappedText,
  { file, text }: { readonly file: string; readonly text: string },
): Span | undefined {
  const { location, calls } = sql.origin(start);
  if (calls.length > 0 || location.file !== file) return undefined;
  const lineStart = offsetOfLine(text, location.line);
  const from = lineStart + location.column - 1;
  const last = sql.origin(end - 1);
  const isWhole = last.calls.length === 0 && last.location.file === file;
  return isWhole && text.slice(from, from + end - start) === sql.text.slice(start, end)
    ? { start: from, end: from + end - start }
    : undefined;
}

function offsetOfLine(text: string, line: number): number {
  let offset = 0;
  for (let seen = 1; seen < line; seen++) offset = text.indexOf('\n', offset) + 1;
  return offset;
}

class ItemList {
  readonly #sql: string;
  readonly #tokens: readonly Token[];
  readonly #items: readonly SelectItem[];

  constructor(tokens: readonly Token[], sql: string) {
    this.#sql = sql;
    this.#tokens = tokens;
    this.#items = selectItems(tokens);
  }

  /** As lineage finds it: in the last select list, else in that of a CTE behind `select *`, else a star. */
  find(column: string): SelectItem | undefined {
    const name = column.toLowerCase();
    const named = this.#items.filter((item) => item.name === name && !item.isStar);
    const outer = this.#items.filter((item) => item.depth === 0);
    return named.find((item) => item.depth === 0) ?? named.at(-1) ?? outer.find((item) => item.isStar);
  }

  /** From an item up to the next, or from the comma before the last one; `undefined` when it is the only one. */
  removal(item: SelectItem): Span | undefined {
    const comma = (token: Token | undefined) =>
      token?.kind === 'symbol' && token.value === ',' && token.depth === item.depth;
    const after = this.#tokens.findIndex(({ start }) => start >= item.end);
    const next = after < 0 ? undefined : this.#tokens[after + 1];
    if (after >= 0 && comma(this.#tokens[after]) && next && this.#items.some(({ start }) => start === next.start)) {
      return { start: item.start, end: next.start };
    }
    const index = this.#tokens.findIndex(({ start }) => start === item.start) - 1;
    const before = this.#tokens[index];
    if (!before || !comma(before)) return undefined;
    const space = this.#sql.slice(this.#tokens[index - 1]?.end ?? before.start, before.start);
    return { start: space.trim() === '' ? before.start - space.length : before.start, end: item.end };
  }
}

/** A literal may be a data value, and so may a word in a comment: an edit is shown as it is. */
function holdsWords(tokens: readonly Token[], { start, end }: Span, sql: string): boolean {
  const within = tokens.filter((token) => token.start >= start && token.end <= end);
  const between = within.map((token, index) => sql.slice(within[index - 1]?.end ?? start, token.start));
  return (
    between.some((space) => space.trim() !== '') ||
    within.some((token) => token.kind === 'text' || (token.kind === 'number' && token.end - token.start > 3))
  );
}

/** `lower(u.email) as contact` → `{{ mask('lower(u.email)') }} as contact` */
function masked(tokens: readonly Token[], sql: string, macro: string): string | undefined {
  const [last, before] = [tokens.at(-1), tokens.at(-2)];
  const first = tokens[0];
  if (!first || !last) return undefined;
  const written = (from: Token, to: Token) => sql.slice(from.start, to.end);
  const name = written(last, last);
  const expression = (() => {
    if (!before || before.value === '.') return written(first, last);
    const end = before.kind === 'word' && before.value === 'as' ? tokens.at(-3) : before;
    return end && written(first, end);
  })();
  const call = expression && callOf(macro, expression);
  return call && `${call} as ${name}`;
}

/** `*` → `* replace ({{ mask('email') }} as email)` */
function replaced(tokens: readonly Token[], star: string, column: string, macro: string): string | undefined {
  const call = isBareStar(tokens) ? callOf(macro, identifier(column)) : undefined;
  return call && `${star} replace (${call} as ${identifier(column)})`;
}

/** `*` → `* exclude (email)`, and `* exclude (id)` → `* exclude (id, email)` */
function excluded(tokens: readonly Token[], star: string, column: string): string | undefined {
  if (isBareStar(tokens)) return `${star} exclude (${identifier(column)})`;
  const at = tokens.findIndex(({ value }) => value === '*');
  const isExcluding =
    tokens[at + 1]?.value === 'exclude' && tokens[at + 2]?.value === '(' && tokens.at(-1)?.value === ')';
  return isExcluding ? `${star.slice(0, -1)}, ${identifier(column)})` : undefined;
}

/** `*` or `u.*`, and nothing more. */
function isBareStar(tokens: readonly Token[]): boolean {
  return tokens.at(-1)?.value === '*' && (tokens.length === 1 || (tokens.length === 3 && tokens[1]?.value === '.'));
}

function identifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/i.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** The expression as a Jinja string, where it can be one without escapes. */
function callOf(macro: string, expression: string): string | undefined {
  if (/[\\\n\r]|\{[{%#]/.test(expression)) return undefined;
  const quote = [`'`, `"`].find((sign) => !expression.includes(sign));
  return quote && `{{ ${macro}(${quote}${expression}${quote}) }}`;
}
