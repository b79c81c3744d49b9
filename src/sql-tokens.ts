import { nameKey } from './name.ts';

/** A token of SQL, without spaces and comments; `depth` is the number of brackets around it. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'text' | 'number' | 'symbol';
  /** Index in the text (UTF-16 units, from 0); `end` is behind the last character. */
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  /** A word in lower case, a quoted name without its quotes, anything else as written. */
  readonly value: string;
}

/**
 * Pattern of one token. The order matters: a longer alternative comes before a shorter one with the same start. A block
 * comment may hold others.
 */
const PIECE =
  /(?<space>\s+|--[^\n\r]*)|(?<comment>\/\*)|(?<text>[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|\$(?<tag>\w*)\$[\s\S]*?\$\k<tag>\$)|(?<quoted>"(?:[^"]|"")*")|(?<number>\d[\w.]*|\.\d\w*)|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<symbol>:=|::|[\s\S])/gu;

/**
 * Splits SQL nearly as DuckDB's lexer does. That is good enough to find places in a text, but not to decide what it
 * means.
 */
export function tokenize(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  const piece = new RegExp(PIECE);
  let depth = 0;
  for (let match = piece.exec(sql); match; match = piece.exec(sql)) {
    const groups = match.groups ?? {};
    if (groups['space'] !== undefined) continue;
    if (groups['comment'] !== undefined) {
      piece.lastIndex = endOfComment(sql, match.index);
      continue;
    }
    const kind = KINDS.find((candidate) => groups[candidate] !== undefined) ?? 'symbol';
    const written = match[0];
    if (written === ')' || written === ']' || written === '}') depth -= 1;
    tokens.push({ kind, start: match.index, end: piece.lastIndex, depth, value: valueIn(kind, written) });
    if (written === '(' || written === '[' || written === '{') depth += 1;
  }
  return tokens;
}

const KINDS: readonly Token['kind'][] = ['text', 'quoted', 'number', 'word', 'symbol'];

function valueIn(kind: Token['kind'], written: string): string {
  if (kind === 'word') return nameKey(written);
  return kind === 'quoted' ? written.slice(1, -1).replaceAll('""', '"') : written;
}

function endOfComment(sql: string, start: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  let depth = 0;
  for (let match = edge.exec(sql); match; match = edge.exec(sql)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return sql.length;
}
