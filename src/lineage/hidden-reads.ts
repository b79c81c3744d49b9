import { tokenize } from './sql-text.ts';

/**
 * Why a query may read what its plan does not show, if it may. `getvariable` is replaced by its value while DuckDB
 * binds, and `query` by the text it is given, which can be put together from pieces.
 */
export function hiddenReads(sql: string): string | undefined {
  if (!/getvariable|query/i.test(sql)) return undefined;
  const tokens = tokenize(sql);
  for (const [index, token] of tokens.entries()) {
    const isCall = tokens[index + 1]?.value === '(';
    if (!isCall || (token.kind !== 'word' && token.kind !== 'quoted')) continue;
    const name = token.value.toLowerCase();
    if (name === 'getvariable') return 'getvariable(), whose value the plan does not trace';
    if (name === 'query' || name === 'query_table') return `${name}(), which reads what its text says`;
  }
  return undefined;
}
