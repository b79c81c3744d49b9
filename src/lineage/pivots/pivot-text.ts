import type { CompiledNode } from '../../project/project.ts';
import { literal } from '../../sql.ts';
import { type Token, tokenize } from '../../sql-tokens.ts';
import type { Span } from '../query/sql-text.ts';

/** Whether a text can have a PIVOT at all. */
export function mayPivot(sql: string): boolean {
  return /pivot/i.test(sql);
}

/** An expression that a PIVOT statement turns on without a list of values, so that its columns depend on the data. */
export interface OpenPivot {
  /** The span for the list: behind the expression, or the place of an `IN (SELECT …)`. */
  readonly list: Span;
  /** Position among the expressions that the PIVOT turns on, from 0. */
  readonly position: number;
  /** Whether the PIVOT takes its values from a query. */
  readonly isQueried: boolean;
}

/**
 * The open PIVOTs in the order of the text. Only the statement `PIVOT … ON …` may have no list; `FROM … PIVOT (…)` must
 * have one.
 */
export function openPivots(sql: string): readonly OpenPivot[] {
  const tokens = tokenize(sql);
  return tokens
    .flatMap((token, index) => (isWord(token, 'pivot', 'pivot_wider') ? openEntries(tokens, index) : []))
    .sort((a, b) => a.list.start - b.list.start);
}

function openEntries(tokens: readonly Token[], pivot: number): readonly OpenPivot[] {
  return entriesOf(tokens, pivot).flatMap((entry, position): readonly OpenPivot[] => {
    const last = entry.at(-1);
    const depth = entry[0]?.depth;
    const at = entry.findIndex((token) => token.depth === depth && isWord(token, 'in'));
    if (!last) return [];
    if (at < 0) return [{ list: { start: last.end, end: last.end }, position, isQueried: false }];
    const [word, open, first] = entry.slice(at);
    const isQueried = open?.value === '(' && first !== undefined && isWord(first, 'select', 'with', 'from', 'values');
    return word && isQueried ? [{ list: { start: word.start, end: last.end }, position, isQueried }] : [];
  });
}

/** The expressions that a PIVOT turns on, between the commas behind its last ON: an ON before that joins tables. */
function entriesOf(tokens: readonly Token[], pivot: number): readonly (readonly Token[])[] {
  const depth = tokens[pivot]?.depth ?? 0;
  const end = tokens.findIndex((token, index) => index > pivot && endsPivot(token, depth));
  const own = tokens.slice(pivot + 1, end < 0 ? undefined : end);
  const on = own.findLastIndex((token) => token.depth === depth && isWord(token, 'on'));
  if (on < 0) return [];
  const entries: Token[][] = [[]];
  for (const token of own.slice(on + 1)) {
    if (token.depth === depth && token.kind === 'symbol' && token.value === ',') entries.push([]);
    else entries.at(-1)?.push(token);
  }
  return entries;
}

function endsPivot(token: Token, depth: number): boolean {
  if (token.depth < depth) return true;
  return token.depth === depth && ((token.kind === 'symbol' && token.value === ';') || isWord(token, ...ENDS));
}

const ENDS = ['using', 'group', 'order', 'limit', 'offset', 'union', 'except', 'intersect', 'pivot', 'pivot_wider'];

function isWord(token: Token, ...words: readonly string[]): boolean {
  return token.kind === 'word' && words.includes(token.value);
}

/** Adds a list of values to each open PIVOT of the text. Every character keeps its place in the template. */
export function withLists(
  sql: CompiledNode['sql'],
  open: readonly OpenPivot[],
  lists: readonly (readonly string[])[],
): CompiledNode['sql'] {
  const edits = open.map(({ list }, index) => ({
    ...list,
    text: ` in (${(lists[index] ?? []).map((value) => literal(value).text).join(', ')})`,
  }));
  let text = '';
  let behind = 0;
  for (const edit of edits) {
    text += sql.text.slice(behind, edit.start) + edit.text;
    behind = edit.end;
  }
  return {
    text: text + sql.text.slice(behind),
    origin: (offset) => sql.origin(originalOffset(offset, edits)),
  };
}

function originalOffset(offset: number, edits: readonly (Span & { readonly text: string })[]): number {
  let shift = 0;
  for (const { start, end, text } of edits) {
    if (offset < start + shift) break;
    if (offset < start + shift + text.length) return start;
    shift += text.length - (end - start);
  }
  return offset - shift;
}

/** The text of an expression that a PIVOT turns on, from `start` to what ends it. */
export function pivotedSpan(tokens: readonly Token[], start: number): Span {
  const from = tokens.findIndex((token) => token.end > start);
  const depth = tokens[from]?.depth ?? 0;
  const end = tokens.findIndex(
    (token, index) =>
      index > from &&
      (endsPivot(token, depth) ||
        (token.depth === depth && (isWord(token, 'in') || (token.kind === 'symbol' && token.value === ',')))),
  );
  return { start, end: (tokens[(end < 0 ? tokens.length : end) - 1] ?? tokens.at(-1))?.end ?? start };
}
