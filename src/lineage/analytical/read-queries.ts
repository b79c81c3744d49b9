import { readFile } from 'node:fs/promises';

export interface AnalyticalQuery {
  readonly name: string;
  readonly sql: string;
}

/** Reads the analytical queries of `queries.sql`; the comment line before a query is its name. */
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
