import { columnAt, type PageModel } from './page-model.ts';
import type { SiteColumnRef } from './site.ts';

/** The address of a node's view in the page, from the `#` on. */
export function nodeAddress(page: PageModel, node: number): string {
  return `#/node/${encodeURIComponent(page.nodeKey(node))}`;
}

/** The address of a column; for the rows of a node, that of the node. */
export function columnAddress(page: PageModel, ref: SiteColumnRef): string {
  const column = columnAt(page.site, ref);
  return column
    ? `#/column/${encodeURIComponent(`${page.nodeKey(ref[0])}.${column.name}`)}`
    : nodeAddress(page, ref[0]);
}

export function maskAddress(name: string): string {
  return `#/mask/${encodeURIComponent(name)}`;
}

export function exposureAddress(name: string): string {
  return `#/exposure/${encodeURIComponent(name)}`;
}
