import { nameKey } from '../../name.ts';
import type { Token } from '../../sql-tokens.ts';

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Keywords that end the expression before them and begin the one behind them. */
const BOUNDARIES: ReadonlySet<string> = new Set(
  `select distinct from where group having order by qualify window limit offset union except intersect join on using
   left right full inner cross asof semi anti positional lateral when then else end as with and or returning asc desc
   nulls filter over partition rows range`.split(/\s+/),
);

/**
 * The expression at an index of the text: the whole call if one begins there, else the text between commas or keywords.
 */
export function expressionAt(tokens: readonly Token[], textIndex: number): Span | undefined {
  const index = firstEndingBehind(tokens, textIndex);
  const token = tokens[index];
  if (!token || token.start > textIndex) return undefined;
  if (token.value === 'case' && token.kind === 'word') return { start: token.start, end: endOfCase(tokens, index) };
  const isCall = tokens[index + 1]?.value === '(' && (token.kind === 'word' || token.kind === 'quoted');
  if (isCall) return { start: token.start, end: endOfGroup(tokens, index + 1) };
  return around(tokens, index);
}

/** Index of the first token that ends behind a place in the text; the number of tokens if there is none. */
function firstEndingBehind(tokens: readonly Token[], textIndex: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.end ?? 0) > textIndex) high = middle;
    else low = middle + 1;
  }
  return low;
}

function around(tokens: readonly Token[], index: number): Span {
  const depth = tokens[index]?.depth ?? 0;
  const ends = (token: Token | undefined): boolean =>
    !token ||
    token.depth < depth ||
    (token.depth === depth &&
      ((token.kind === 'symbol' && (token.value === ',' || token.value === ';')) ||
        (token.kind === 'word' && BOUNDARIES.has(token.value))));
  let first = index;
  while (!ends(tokens[first - 1])) first -= 1;
  let last = index;
  while (!ends(tokens[last + 1])) last += 1;
  return { start: tokens[first]?.start ?? 0, end: tokens[last]?.end ?? 0 };
}

/** The end of a group of brackets, behind the closing one. */
function endOfGroup(tokens: readonly Token[], open: number): number {
  const depth = tokens[open]?.depth ?? 0;
  let close = open + 1;
  while (close < tokens.length && tokens[close]?.depth !== depth) close += 1;
  return (tokens[close] ?? tokens.at(-1))?.end ?? 0;
}

function endOfCase(tokens: readonly Token[], start: number): number {
  let open = 0;
  for (let index = start; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token?.kind !== 'word') continue;
    if (token.value === 'case') open += 1;
    if (token.value === 'end') open -= 1;
    if (open === 0) return token.end;
  }
  return tokens.at(-1)?.end ?? 0;
}

/**
 * Reads the select lists of a query once, and gives a search for the place that names an output column: its item in the last
 * select list, or in a CTE if the last list is `*`, or else that star. `undefined` if the engine makes up the name.
 */
export function outputColumns(tokens: readonly Token[]): (name: string) => Span | undefined {
  const items = selectItems(tokens);
  const outer = new Map<string, SelectItem>();
  const last = new Map<string, SelectItem>();
  for (const item of items) {
    if (item.name === undefined) continue;
    if (item.depth === 0 && !outer.has(item.name)) outer.set(item.name, item);
    last.set(item.name, item);
  }
  const star = items.find((item) => item.depth === 0 && item.isStar);
  return (name) => {
    const key = nameKey(name);
    return outer.get(key) ?? last.get(key) ?? star;
  };
}

/** An item of a select list; `name` is its last word, which is the column's name where it has one. */
export interface SelectItem extends Span {
  readonly depth: number;
  readonly name: string | undefined;
  readonly isStar: boolean;
}

/** The items of every select list of a query, in their order. */
export function selectItems(tokens: readonly Token[]): readonly SelectItem[] {
  return tokens.flatMap((token, index) => (isWord(token, 'select') ? itemsAfter(tokens, index) : []));
}

function itemsAfter(tokens: readonly Token[], select: number): readonly SelectItem[] {
  const depth = tokens[select]?.depth ?? 0;
  const items: SelectItem[] = [];
  let item: Token[] = [];
  const close = (): void => {
    const made = itemOf(item, depth);
    if (made) items.push(made);
    item = [];
  };
  for (let index = select + 1; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (!token || token.depth < depth) break;
    if (token.depth === depth && token.kind === 'word' && ENDS_LIST.has(token.value)) break;
    if (token.depth === depth && (token.value === 'distinct' || token.value === 'all') && item.length === 0) continue;
    if (token.depth === depth && token.kind === 'symbol' && token.value === ',') close();
    else item.push(token);
  }
  close();
  return items;
}

const ENDS_LIST: ReadonlySet<string> = new Set(
  'from where group having order qualify window limit union except intersect'.split(' '),
);

function itemOf(tokens: readonly Token[], depth: number): SelectItem | undefined {
  const first = tokens[0];
  const last = tokens.at(-1);
  if (!first || !last) return undefined;
  const isName = last.kind === 'word' || last.kind === 'quoted';
  return {
    start: first.start,
    end: last.end,
    depth,
    name: isName ? nameKey(last.value) : undefined,
    isStar: tokens.some(
      (token, index) =>
        token.value === '*' && (index === 0 || tokens[index - 1]?.value === '.' || tokens[index - 1]?.value === '('),
    ),
  };
}

function isWord(token: Token, word: string): boolean {
  return token.kind === 'word' && token.value === word;
}

const LONGEST_EXPRESSION = 100;

/**
 * SQL for people to read: on one line, without comments, cut off if it is long. Text literals and numbers of more than
 * three characters become `…`, since a literal may be a data value.
 */
export function shownSql(sql: string, tokens: readonly Token[], { start, end }: Span): string {
  let line = '';
  let behind = start;
  for (let index = firstEndingBehind(tokens, start); index < tokens.length; index += 1) {
    const token = tokens[index];
    if (!token || token.end > end || line.length > LONGEST_EXPRESSION) break;
    if (token.start < start) continue;
    if (token.start > behind) line += ' ';
    line += shownToken(token, sql);
    behind = token.end;
  }
  return line.length > LONGEST_EXPRESSION ? `${line.slice(0, LONGEST_EXPRESSION - 1)}…` : line;
}

function shownToken(token: Token, sql: string): string {
  if (token.kind === 'text') return "'…'";
  if (token.kind === 'number' && token.end - token.start > 3) return '…';
  return sql.slice(token.start, token.end);
}
