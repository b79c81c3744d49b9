import { sameName } from '../name.ts';
import type { Columns, Meta } from './node.ts';

/** Whether tags or meta mark something as personal. Any value of `pii` but a no does: `pii: "true"` and a tag `PII` are meant. */
export function isPersonal(tags: readonly string[], meta: Meta): boolean {
  const mark = meta['pii'];
  const isDenied = mark === undefined || mark === null || /^(false|no|off|0|)$/i.test(String(mark).trim());
  return !isDenied || tags.some((tag) => tag.trim().toLowerCase() === 'pii');
}

/** Whether a column is marked as personal, by its own tags or those of the whole table. */
export function isPersonalColumn(
  { tags, meta, columns }: { readonly tags: readonly string[]; readonly meta: Meta; readonly columns: Columns },
  name: string,
): boolean {
  const column = [...columns.values()].find((candidate) => sameName(candidate.name, name));
  return isPersonal(tags, meta) || (column !== undefined && isPersonal(column.tags, column.meta));
}
