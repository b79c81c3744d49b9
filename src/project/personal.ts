import type { Columns, Meta } from './node.ts';

/** Whether tags and meta call something personal. Whatever stands there but a no: who writes `pii: "true"` or `PII` means it. */
export function isPersonal(tags: readonly string[], meta: Meta): boolean {
  const said = meta['pii'];
  const isDenied = said === undefined || said === null || /^(false|no|off|0|)$/i.test(String(said).trim());
  return !isDenied || tags.some((tag) => tag.trim().toLowerCase() === 'pii');
}

/** Whether a column is, by its own tags or those of the whole table; found by name without case. */
export function isPersonalColumn(
  { tags, meta, columns }: { readonly tags: readonly string[]; readonly meta: Meta; readonly columns: Columns },
  name: string,
): boolean {
  const column = [...columns.values()].find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  return isPersonal(tags, meta) || (column !== undefined && isPersonal(column.tags, column.meta));
}
