import { columnAddress, exposureAddress, maskAddress, nodeAddress } from './address.ts';
import type { PageModel } from './page-model.ts';

export interface SearchEntry {
  readonly text: string;
  readonly kind: string;
  readonly address: string;
}

/** Everything that has an address: models and sources first, so that of equal matches the larger thing comes first. */
export function searchIndex(page: PageModel): readonly SearchEntry[] {
  const { site } = page;
  const tags = new Set(
    site.nodes.flatMap(({ tags: own, columns }) => [...own, ...columns.flatMap((one) => one.tags ?? [])]),
  );
  const types = new Set(site.nodes.flatMap(({ columns }) => columns.flatMap(({ piiType }) => piiType ?? [])));
  const graph = (method: string, value: string) => ({
    text: `${method}:${value}`,
    kind: 'graph',
    address: `#/graph?select=${encodeURIComponent(`${method}:${value}+`)}`,
  });
  return [
    ...site.nodes.map(({ name, kind }, node) => ({ text: name, kind, address: nodeAddress(page, node) })),
    ...site.exposures.map(({ name, type }) => ({ text: name, kind: type, address: exposureAddress(name) })),
    ...site.masks.map(({ name }) => ({ text: name, kind: 'mask', address: maskAddress(name) })),
    ...[...tags].map((tag) => graph('tag', tag)),
    ...[...types].map((type) => graph('pii_type', type)),
    ...site.nodes.flatMap(({ name, columns }, node) =>
      columns.map((column, index) => ({
        text: `${name}.${column.name}`,
        kind: column.piiType ?? 'column',
        address: columnAddress(page, [node, index]),
      })),
    ),
  ];
}

/** Entries that hold all words of a query, those that begin with it first, then the shorter ones. */
export function search(index: readonly SearchEntry[], query: string, most: number): readonly SearchEntry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const [first = ''] = words;
  if (words.length === 0) return [];
  const rank = ({ text }: SearchEntry) => {
    const at = text.toLowerCase().indexOf(first);
    return (at === 0 ? 0 : /[._:]/.test(text[at - 1] ?? '') ? 1 : 2) * 10_000 + text.length;
  };
  return index
    .filter(({ text, kind }) => words.every((word) => `${text} ${kind}`.toLowerCase().includes(word)))
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, most);
}
