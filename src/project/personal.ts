import type { Meta } from './node.ts';

/** Whether tags and meta call something personal. Whatever stands there but a no: who writes `pii: "true"` or `PII` means it. */
export function isPersonal(tags: readonly string[], meta: Meta): boolean {
  const said = meta['pii'];
  const isDenied = said === undefined || said === null || /^(false|no|off|0|)$/i.test(String(said).trim());
  return !isDenied || tags.some((tag) => tag.trim().toLowerCase() === 'pii');
}
