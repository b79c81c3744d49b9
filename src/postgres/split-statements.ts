/** One statement of an SQL file. `offset` is where its first word stands, in UTF-16 units from 0. */
export interface Statement {
  readonly text: string;
  readonly offset: number;
}

const SKIPPED = /(?:\s+|--[^\n]*)+/y;
const STRING = /'(?:[^']|'')*'?/y;
const ESCAPE_STRING = /[eE]'(?:[^'\\]|''|\\[\s\S])*'?/y;
const IDENTIFIER = /"(?:[^"]|"")*"?/y;
const DOLLAR = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;

/** Splits SQL text at the semicolons where psql splits it (PostgreSQL: psqlscan.l). */
export function splitStatements(sql: string): readonly Statement[] {
  const statements: Statement[] = [];
  let start: number | undefined;
  let at = 0;
  let parentheses = 0;
  /** Open blocks: `begin atomic … end` of an SQL-standard function, and each `case … end` in it. */
  let blocks = 0;
  let previousWord = '';
  const finish = (end: number) => {
    if (start !== undefined) statements.push({ text: sql.slice(start, end), offset: start });
    start = undefined;
    parentheses = 0;
    blocks = 0;
  };
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(sql)?.[0];
  };
  while (at < sql.length) {
    const skipped = match(SKIPPED) ?? (sql.startsWith('/*', at) ? blockComment(sql, at) : undefined);
    if (skipped !== undefined) {
      at += skipped.length;
      continue;
    }
    if (sql[at] === ';' && parentheses === 0 && blocks === 0) {
      finish(at);
      at += 1;
      continue;
    }
    start ??= at;
    const tag = match(DOLLAR);
    if (tag !== undefined) {
      const end = sql.indexOf(tag, at + tag.length);
      at = end === -1 ? sql.length : end + tag.length;
      continue;
    }
    const quoted = match(ESCAPE_STRING) ?? match(STRING) ?? match(IDENTIFIER);
    if (quoted !== undefined) {
      at += quoted.length;
      continue;
    }
    const word = match(WORD);
    if (word !== undefined) {
      const lower = word.toLowerCase();
      if (lower === 'atomic' && previousWord === 'begin') blocks = 1;
      else if (blocks > 0 && lower === 'case') blocks += 1;
      else if (blocks > 0 && lower === 'end') blocks -= 1;
      previousWord = lower;
      at += word.length;
      continue;
    }
    if (sql[at] === '(') parentheses += 1;
    if (sql[at] === ')' && parentheses > 0) parentheses -= 1;
    at += 1;
  }
  finish(sql.length);
  return statements;
}

/** The comment at an offset. Comments nest in Postgres. */
function blockComment(sql: string, start: number): string {
  let depth = 0;
  let at = start;
  do {
    if (sql.startsWith('/*', at)) {
      depth += 1;
      at += 2;
    } else if (sql.startsWith('*/', at)) {
      depth -= 1;
      at += 2;
    } else {
      at += 1;
    }
  } while (depth > 0 && at < sql.length);
  return sql.slice(start, at);
}
