import type { MappedText } from '../jinja/evaluate/mapped-text.ts';
import { type SelectItem, type Span, selectItems } from '../lineage/query/sql-text.ts';
import { nameKey } from '../name.ts';
import { quoteName } from '../quote.ts';
import { type Token, tokenize } from '../sql-tokens.ts';

/** A part of a template and its new text. */
export interface TextEdit extends Span {
  readonly text: string;
}

/** Edits of a template that change one column of its query; offsets are UTF-16 units. */
export interface ItemEdits {
  /** The item of the select list that gives the column. */
  readonly item: Span;
  /** Puts a macro around the column; `undefined` where that cannot be written. */
  mask(macro: string): TextEdit | undefined;
  /** Removes the column. `excerpt` is the edit as a report shows it: without commas and line ends. */
  drop(): { readonly edit: TextEdit; readonly excerpt: TextEdit } | undefined;
}

/**
 * Edits of the item of a select list that gives a column. `undefined` where the template does not hold the item letter by
 * letter as it was compiled: an item that Jinja puts together cannot be edited.
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
  if (!item || !place || holdsLiteralOrComment(tokens, item, sql.text)) return undefined;
  const within = tokens.filter(({ start, end }) => start >= item.start && end <= item.end);
  const shift = place.start - item.start;
  return {
    item: place,
    mask: (macro) => {
      const text = item.isStar
        ? maskInStar(within, sql.text.slice(item.start, item.end), column, macro)
        : maskItem(within, sql.text, macro);
      return text === undefined ? undefined : { ...place, text };
    },
    drop: () => {
      if (item.isStar) {
        const text = excludeFromStar(within, sql.text.slice(item.start, item.end), column);
        return text === undefined ? undefined : { edit: { ...place, text }, excerpt: { ...place, text } };
      }
      const span = lists.removal(item);
      if (!span || !locate(span, sql, template)) return undefined;
      return {
        edit: { start: span.start + shift, end: span.end + shift, text: '' },
        excerpt: { ...place, text: '' },
      };
    },
  };
}

/** The place of a part of compiled text in the template; `undefined` where the template has another text there. */
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
  for (let current = 1; current < line; current++) offset = text.indexOf('\n', offset) + 1;
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

  /**
   * Finds the item of a column as lineage does: in the last select list, else in that of a CTE behind `select *`, else the
   * star itself.
   */
  find(column: string): SelectItem | undefined {
    const name = nameKey(column);
    const named = this.#items.filter((item) => item.name === name && !item.isStar);
    const outer = this.#items.filter((item) => item.depth === 0);
    return named.find((item) => item.depth === 0) ?? named.at(-1) ?? outer.find((item) => item.isStar);
  }

  /**
   * The text to remove with an item: up to the next item, or from the comma before the last one; `undefined` for the only
   * item.
   */
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

/** Whether an item holds a literal or a comment. Either may hold a data value, and the report shows the edit. */
function holdsLiteralOrComment(tokens: readonly Token[], { start, end }: Span, sql: string): boolean {
  const within = tokens.filter((token) => token.start >= start && token.end <= end);
  const between = within.map((token, index) => sql.slice(within[index - 1]?.end ?? start, token.start));
  return (
    between.some((space) => space.trim() !== '') ||
    within.some((token) => token.kind === 'text' || (token.kind === 'number' && token.end - token.start > 3))
  );
}

/** `lower(u.email) as contact` → `{{ mask('lower(u.email)') }} as contact` */
function maskItem(tokens: readonly Token[], sql: string, macro: string): string | undefined {
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
function maskInStar(tokens: readonly Token[], star: string, column: string, macro: string): string | undefined {
  const call = isBareStar(tokens) ? callOf(macro, identifier(column)) : undefined;
  return call && `${star} replace (${call} as ${identifier(column)})`;
}

/** `*` → `* exclude (email)`, and `* exclude (id)` → `* exclude (id, email)` */
function excludeFromStar(tokens: readonly Token[], star: string, column: string): string | undefined {
  if (isBareStar(tokens)) return `${star} exclude (${identifier(column)})`;
  const at = tokens.findIndex(({ value }) => value === '*');
  const isExcluding =
    tokens[at + 1]?.value === 'exclude' && tokens[at + 2]?.value === '(' && tokens.at(-1)?.value === ')';
  return isExcluding ? `${star.slice(0, -1)}, ${identifier(column)})` : undefined;
}

/** Whether an item is `*` or `u.*` and nothing more. */
function isBareStar(tokens: readonly Token[]): boolean {
  return tokens.at(-1)?.value === '*' && (tokens.length === 1 || (tokens.length === 3 && tokens[1]?.value === '.'));
}

function identifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/i.test(name) ? name : quoteName(name);
}

/** A call of the macro with the expression as a Jinja string; `undefined` where that needs escapes. */
function callOf(macro: string, expression: string): string | undefined {
  if (/[\\\n\r]|\{[{%#]/.test(expression)) return undefined;
  const quote = [`'`, `"`].find((sign) => !expression.includes(sign));
  return quote && `{{ ${macro}(${quote}${expression}${quote}) }}`;
}
