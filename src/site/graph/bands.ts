import type { PageModel } from '../page-model.ts';
import type { SiteNode } from '../site.ts';

/** A band of the graph from left to right: sources, folders of models, tiers, exposures. */
export interface Band {
  readonly kind: 'sources' | 'folder' | 'tiers' | 'exposures';
  readonly title: string;
}

export interface Bands {
  readonly bands: readonly Band[];
  /** Index of the band of each node; a node is never left of one that it reads. */
  readonly bandOf: readonly number[];
}

export function bandsOf({ site }: PageModel): Bands {
  const { nodes } = site;
  const folders = foldersInOrder(nodes);
  const bands: readonly Band[] = [
    { kind: 'sources', title: 'Sources' },
    ...folders.map((title) => ({ kind: 'folder' as const, title })),
    { kind: 'tiers', title: 'Tiers' },
    { kind: 'exposures', title: 'Exposures' },
  ];
  const bandOf: number[] = [];
  // A node comes after all that it reads.
  for (const [index, node] of nodes.entries()) {
    const own = isSource(node) ? 0 : node.tier !== undefined ? folders.length + 1 : 1 + folders.indexOf(folderOf(node));
    bandOf[index] = Math.max(own, ...node.parents.map((parent) => bandOf[parent] ?? 0));
  }
  return { bands, bandOf };
}

function isSource({ kind }: SiteNode): boolean {
  return kind === 'source' || kind === 'seed';
}

/** The first folder of a model: `staging` of `staging/crm`. */
function folderOf({ folder }: SiteNode): string {
  return folder.split('/')[0] || 'models';
}

/** Folders of models in no tier, by the mean distance of their models from the sources. */
function foldersInOrder(nodes: readonly SiteNode[]): readonly string[] {
  const depths: number[] = [];
  const byFolder = new Map<string, number[]>();
  for (const [index, node] of nodes.entries()) {
    const depth = Math.max(0, ...node.parents.map((parent) => (depths[parent] ?? 0) + 1));
    depths[index] = depth;
    if (isSource(node) || node.tier !== undefined) continue;
    byFolder.set(folderOf(node), [...(byFolder.get(folderOf(node)) ?? []), depth]);
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return [...byFolder].sort(([a, x], [b, y]) => mean(x) - mean(y) || (a < b ? -1 : 1)).map(([folder]) => folder);
}
