import { UserError } from '../../user-error.ts';
import type { Adapter, Rendering } from '../project.ts';

type Columns = Awaited<ReturnType<Adapter['columns']>>;

/**
 * Wraps the adapter of a rendering, to find out whether a template reads rows.
 * @param areNamedByRows whether values of rows may have become the column names of a relation (a pivot): reading these
 * counts
 * as reading rows
 */
export function watchRows(
  rendering: Rendering,
  areNamedByRows: (schema: string, name: string, columns: Columns) => boolean,
): { readonly rendering: Rendering; hasRead(): boolean } {
  const { adapter } = rendering;
  if (!adapter) return { rendering, hasRead: () => false };
  let hasRead = false;
  const watched: Rendering['adapter'] = {
    ...adapter,
    async query(sql) {
      const result = await adapter.query(sql);
      hasRead ||= result.rows.length > 0 && !result.isConstant;
      return result;
    },
    async columns(schema, name) {
      const columns = await adapter.columns(schema, name);
      hasRead ||= areNamedByRows(schema, name, columns);
      return columns;
    },
  };
  return { rendering: { ...rendering, adapter: watched }, hasRead: () => hasRead };
}

/**
 * The mistakes with their places, but with a neutral message: the original may quote a value of a row that a template
 * read.
 */
export function withoutWords(error: UserError): UserError {
  return new UserError(
    error.mistakes.map(({ code, location }) => ({
      code,
      message: 'a template that reads rows has a mistake; its words may quote them, so they are not shown.',
      ...(location && { location }),
      fix: 'run its queries where you may see the data',
    })),
    { cause: error },
  );
}
