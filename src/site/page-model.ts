import { visible } from '../visible.ts';
import type { Site, SiteColumn, SiteColumnRef, SiteFinding, SiteHop, SiteNode, SiteStep } from './site.ts';

/** The judgement about a node, strongest first. `error`: an error finding that is neither a leak nor a missing proof. */
export type Judgement = 'leak' | 'unknown' | 'error' | 'waived' | 'free' | 'allowed';

/** A site with what its views look up. */
export interface PageModel {
  readonly site: Site;
  /** The judgement about a node of a tier or with a finding; `undefined` for any other node. */
  judgementOf(node: number): Judgement | undefined;
  /** Findings about a node, the waived ones at the end. */
  findingsOf(node: number): readonly SiteFinding[];
  /** The part of an address that names a node: its name, or its unique id where another node has the same name. */
  nodeKey(node: number): string;
  nodeByKey(key: string): number | undefined;
  /** Finds a column by `node.column`. */
  columnByKey(key: string): SiteColumnRef | undefined;
  /** Hops into a column or the rows of a node. */
  into(column: SiteColumnRef): readonly SiteHop[];
  /** Hops out of a column or the rows of a node. */
  outOf(column: SiteColumnRef): readonly SiteHop[];
  /** Indexes of the nodes that read a node. */
  readers(node: number): readonly number[];
  /** Whether a column lies on the path of a leak, or of a waived finding. */
  pathOf(column: SiteColumnRef): 'leak' | 'waived' | undefined;
  /** Whether a hop between two columns lies on the path of a leak, or of a waived finding. */
  pathOfHop(from: SiteColumnRef, to: SiteColumnRef): 'leak' | 'waived' | undefined;
}

/** Spells invisible characters in every text, since names are of strangers; only line ends stay. */
function withVisibleTexts(site: Site): Site {
  const text = JSON.stringify(site);
  // Nearly no site has such a character, and a look at each text of a large one takes longer than all else.
  if (visible(text) === text && !/\\[tru]/.test(text)) return site;
  const copy: Site = JSON.parse(text, (_, value: unknown) => (typeof value === 'string' ? visibleLines(value) : value));
  return copy;
}

function visibleLines(text: string): string {
  return /[^\x20-\x7e]/.test(text) ? text.replaceAll('\t', '  ').split(/\r?\n/).map(visible).join('\n') : text;
}

export function openPage(shown: Site): PageModel {
  const site = withVisibleTexts(shown);
  const { nodes, findings, waived } = site;
  const byNode = groupBy([...findings, ...waived.map(({ finding }) => finding)], ({ node }) => node ?? -1);
  const waivedNodes = new Set(waived.map(({ finding }) => finding.node));
  const names = groupBy([...nodes.keys()], (index) => nodes[index]?.name ?? '');
  const nodeKey = (node: number) => {
    const { name = '', id = '' } = nodes[node] ?? {};
    return (names.get(name)?.length ?? 0) > 1 ? id : name;
  };
  const keys = once(() => new Map([...nodes.keys()].map((index) => [nodeKey(index), index])));
  const columns = once(
    () =>
      new Map(
        nodes.flatMap(({ columns: own }, node) =>
          own.map(({ name }, column): [string, SiteColumnRef] => [`${nodeKey(node)}.${name}`, [node, column]]),
        ),
      ),
  );
  const into = once(() => groupBy(site.hops, ({ to }) => keyOf(to)));
  const outOf = once(() => groupBy(site.hops, ({ from }) => keyOf(from)));
  const readers = once(() => {
    const edges = nodes.flatMap(({ parents }, reader) => parents.map((parent) => ({ parent, reader })));
    return groupBy(edges, ({ parent }) => parent);
  });
  const paths = once(() => markedPaths(site));
  return {
    site,
    nodeKey,
    judgementOf: (node) => judge(nodes[node], byNode.get(node) ?? [], waivedNodes.has(node), site),
    findingsOf: (node) => byNode.get(node) ?? [],
    nodeByKey: (key) => keys().get(key),
    columnByKey: (key) => columns().get(key),
    into: (column) => into().get(keyOf(column)) ?? [],
    outOf: (column) => outOf().get(keyOf(column)) ?? [],
    readers: (node) => (readers().get(node) ?? []).map(({ reader }) => reader),
    pathOf: (column) => paths().columns.get(keyOf(column)),
    pathOfHop: (from, to) => paths().hops.get(`${keyOf(from)}>${keyOf(to)}`),
  };
}

function judge(
  node: SiteNode | undefined,
  findings: readonly SiteFinding[],
  isWaived: boolean,
  { waived }: Site,
): Judgement | undefined {
  if (!node) return undefined;
  const open = findings.filter((finding) => !waived.some((one) => one.finding === finding));
  if (open.some(({ judgement }) => judgement === 'leak')) return 'leak';
  if (node.tier !== undefined && node.status === 'unknown') return 'unknown';
  if (open.some(({ judgement }) => judgement === 'unknown')) return 'unknown';
  if (open.some(({ severity }) => severity === 'error')) return 'error';
  if (isWaived) return 'waived';
  if (node.tier === undefined) return undefined;
  return node.columns.some(({ holds, piiType }) => holds !== undefined || piiType !== undefined) ? 'allowed' : 'free';
}

interface MarkedPaths {
  readonly columns: ReadonlyMap<string, 'leak' | 'waived'>;
  readonly hops: ReadonlyMap<string, 'leak' | 'waived'>;
}

/** The columns and hops on the paths of findings. A leak counts before a waived finding. */
function markedPaths({ nodes, findings, waived }: Site): MarkedPaths {
  const columns = new Map<string, 'leak' | 'waived'>();
  const hops = new Map<string, 'leak' | 'waived'>();
  const mark = (finding: SiteFinding, as: 'leak' | 'waived') => {
    const stops = stopsOf(finding, nodes).map(keyOf);
    for (const [index, stop] of stops.entries()) {
      columns.set(stop, as);
      const before = stops[index - 1];
      if (before !== undefined) hops.set(`${before}>${stop}`, as);
    }
  };
  for (const { finding } of waived) mark(finding, 'waived');
  for (const finding of findings) if (finding.judgement === 'leak') mark(finding, 'leak');
  return { columns, hops };
}

/** The columns on the path of a finding, from the personal column on. */
export function stopsOf({ source, steps, node, column }: SiteFinding, nodes: readonly SiteNode[]): SiteColumnRef[] {
  const places: readonly Pick<SiteStep, 'node' | 'column'>[] =
    steps.length > 0 ? steps : node === undefined ? [] : [{ node, ...(column !== undefined && { column }) }];
  return [
    ...(source ? [source] : []),
    ...places.map((place): SiteColumnRef => [place.node, columnIndex(place, nodes)]),
  ];
}

function columnIndex({ node, column }: Pick<SiteStep, 'node' | 'column'>, nodes: readonly SiteNode[]): number {
  if (column === undefined) return -1;
  const wanted = column.toLowerCase();
  return nodes[node]?.columns.findIndex(({ name }) => name.toLowerCase() === wanted) ?? -1;
}

export function keyOf([node, column]: SiteColumnRef): string {
  return `${node}.${column}`;
}

/** The column; `undefined` for the rows of a node. */
export function columnAt({ nodes }: Site, [node, column]: SiteColumnRef): SiteColumn | undefined {
  return nodes[node]?.columns[column];
}

/** `stg_users.contact`, or `stg_users (rows)`. */
export function columnName(site: Site, ref: SiteColumnRef): string {
  const name = site.nodes[ref[0]]?.name ?? '';
  const column = columnAt(site, ref);
  return column ? `${name}.${column.name}` : `${name} (rows)`;
}

function groupBy<Item, Key>(items: Iterable<Item>, keyOfItem: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOfItem(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Computes a value when it is first needed. */
function once<Value>(compute: () => Value): () => Value {
  let value: { readonly of: Value } | undefined;
  return () => {
    value ??= { of: compute() };
    return value.of;
  };
}
