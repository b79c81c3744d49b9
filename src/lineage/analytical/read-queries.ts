import { readFile } from 'node:fs/promises';

export interface AnalyticalQuery {
  readonly name: string;
  readonly sql: string;
}

/**
 * Reads `queries.sql`, a collection of analytical queries on which tests and the benchmark try the lineage. The comment
 * line before a query is its name.
 */
export async function readQueries(): Promise<readonly AnalyticalQuery[]> {
  const text = await readFile(new URL('./queries.sql', import.meta.url), 'utf8');
  return text
    .split(/^-- /m)
    .slice(1)
    .map((written) => {
      const [name = '', ...lines] = written.split('\n');
      return { name, sql: lines.join('\n').trim().replace(/;$/, '') };
    });
}
