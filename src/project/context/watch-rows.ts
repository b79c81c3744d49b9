import { UserError } from '../../user-error.ts';
import type { Adapter, Rendering } from '../project.ts';

type Columns = Awaited<ReturnType<Adapter['columns']>>;

/**
 * The same rendering, which also knows whether a template has read rows.
 * @param areNamedByRows whether the columns of a relation may have their names from rows: then they are as good as rows
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

/** The mistakes at their places without their words, which may quote a value of the rows that a template read. */
export function withoutWords(error: UserError): UserError {
  return new UserError(
    error.mistakes.map(({ code, location }) => ({
      code,
      message: 'a template that reads rows has a mistake; its words may quote them, so they are not shown.',
      ...(location && { location }),
      fix: 'look at what its queries give where you may see the data',
    })),
    { cause: error },
  );
}
