import { type Token, tokenize } from '../../sql-tokens.ts';
import { literalText, READS_FILES, readFileText } from '../load/external-location.ts';

/** A part of a query that reads files itself: `read_csv('data/people.csv')`, or a path in the place of a table. */
export interface FileRead {
  /** The part as an `external_location` is written: a call, or a path in single quotes. */
  readonly text: string;
  /** Index of its first character in the query (UTF-16 units, from 0); `end` is behind the last one. */
  readonly start: number;
  readonly end: number;
  /** Name that the engine gives the table, where the query gives it none; else `undefined`. */
  readonly alias: string | undefined;
}

/**
 * Finds the parts of a query that read files of this or another machine. A part with a query or another call in it is
 * left out: its columns cannot be found, and the engine refuses it.
 */
export function findFileReads(query: string): readonly FileRead[] {
  if (!LIKELY.test(query)) return [];
  const tokens = tokenize(query);
  return tokens.flatMap((token, index): readonly FileRead[] => {
    const read = callAt(tokens, index, query) ?? pathAt(token, tokens[index - 1], tokens[index + 1]);
    if (!read) return [];
    const { text, name, end } = read;
    if (readFileText(text).kind === 'sql') return [];
    const next = tokens.find(({ start }) => start >= end);
    return [{ text, start: token.start, end, alias: isAlias(next) ? undefined : name }];
  });
}

/** Matches each query that may have such a part, so that most queries need no tokens. */
const LIKELY = /\b(?:read_\w+|parquet_scan)\s*\(|\.(?:csv|tsv|parquet|json|jsonl|ndjson)\b/i;

/** Matches the path of a file in the place of a table (DuckDB: replacement scan). */
const FILE = /\.(?:csv|tsv|parquet|json|jsonl|ndjson)(?:\.(?:gz|zst))?$/i;

type Found = Pick<FileRead, 'text' | 'end'> & { readonly name: string };

function callAt(tokens: readonly Token[], index: number, query: string): Found | undefined {
  const [before, token, bracket] = [tokens[index - 1], tokens[index], tokens[index + 1]];
  if (token?.kind !== 'word' || !READS_FILES.has(token.value) || bracket?.value !== '(' || before?.value === '.') {
    return undefined;
  }
  const close = tokens.find(({ value, depth, start }) => value === ')' && depth === bracket.depth && start > token.end);
  return close && { text: query.slice(token.start, close.end), end: close.end, name: token.value };
}

function pathAt({ kind, value, end }: Token, before: Token | undefined, after: Token | undefined): Found | undefined {
  const path = kind === 'quoted' ? value : literalText(kind === 'text' ? value : '');
  const isTable = before?.kind === 'word' && ['from', 'join'].includes(before.value) && after?.value !== '.';
  if (path === undefined || !isTable || !FILE.test(path)) return undefined;
  // DuckDB names the table after the file, up to the first dot.
  const name = (path.split('/').at(-1) ?? path).split('.')[0] ?? path;
  return { text: `'${path.replaceAll("'", "''")}'`, end, name };
}

/** Whether the token behind a table in FROM begins its alias. */
function isAlias(token: Token | undefined): boolean {
  if (token?.kind === 'quoted') return true;
  return token?.kind === 'word' && !BEHIND_A_TABLE.has(token.value);
}

/** Words that follow a table and are no alias of it. */
const BEHIND_A_TABLE: ReadonlySet<string> = new Set(
  `anti asof at cross except fetch for full group having inner intersect join left limit natural offset on order pivot
   positional qualify returning right sample select semi tablesample union unpivot using where window`.split(/\s+/),
);
