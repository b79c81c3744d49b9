import { keyOf, type PageModel, stopsOf } from '../page-model.ts';
import type { SiteColumnRef, SiteState } from '../site.ts';
import { isValueHop, STATES } from '../words.ts';
import { type Band, bandsOf } from './bands.ts';
import { selectIn } from './select.ts';
import type { GraphSettings } from './settings.ts';

/** A box of the graph: a node, an exposure, or a folded group of nodes. */
export interface Card {
  readonly key: string;
  readonly band: number;
  /** Index of the tier; the cards of a tier stand together. −1: no tier. */
  readonly tier: number;
  readonly rows: readonly CardRow[];
  readonly of:
    | { readonly kind: 'node'; readonly node: number; readonly others: number; readonly morePersonal: number }
    | { readonly kind: 'exposure'; readonly exposure: number }
    | Group;
}

interface Group {
  readonly kind: 'group';
  readonly title: string;
  readonly nodes: readonly number[];
  readonly personal: number;
  readonly free: number;
}

export interface CardRow {
  readonly column: SiteColumnRef;
  readonly name: string;
  /** Absent for a column without personal data. */
  readonly state?: SiteState;
  readonly path?: 'leak' | 'waived';
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Columns at both ends; absent for an edge between folded cards. */
  readonly columns?: readonly [from: SiteColumnRef, to: SiteColumnRef];
  readonly state: SiteState;
  readonly path?: 'leak' | 'waived';
}

export interface Drawing {
  readonly bands: readonly Band[];
  readonly cards: readonly Card[];
  readonly edges: readonly Edge[];
  /**
   * Edges from the columns that influence the chosen column by a join, a filter or an order, but whose value it does not get.
   * They move no card, so that the picture stays as it is when a reader chooses a column.
   */
  readonly influences: readonly Edge[];
  /** Indexes of all nodes that the settings select, drawn or folded. */
  readonly nodes: readonly number[];
  readonly problems: readonly string[];
}

/** Nodes that are drawn without being folded, unless the reader unfolds more. */
const MOST_AT_FIRST = 40;
/** Nodes that are drawn at all: a picture of more says nothing. */
export const MOST_NODES = 150;
/** Rows of a card; the node has a page of its own. */
const MOST_ROWS = 10;

export function drawGraph(page: PageModel, settings: GraphSettings): Drawing {
  const { site } = page;
  const { bands, bandOf } = bandsOf(page);
  const selected = settings.select.trim() === '' ? undefined : selectIn(page, settings.select);
  const nodes = nodesFor(page, settings, selected?.nodes);
  const tierOf = (node: number) => site.tiers.findIndex(({ name }) => name === site.nodes[node]?.tier);
  const { drawn, groups, problems } = fold(page, nodes, bandOf, settings.open);
  const isShown = (column: SiteColumnRef) => selected?.columns === undefined || selected.columns.has(keyOf(column));
  const nodeCards = drawn.map((node) => nodeCard(page, node, bandOf[node] ?? 0, tierOf(node), settings, isShown));
  const groupCards = groups.map(({ key, title, nodes: of }): Card => {
    const [first = 0] = of;
    const personal = of.filter((node) => holdsPersonal(page, node)).length;
    const free = of.filter((node) => page.judgementOf(node) === 'free').length;
    return {
      key,
      band: Math.max(...of.map((node) => bandOf[node] ?? 0)),
      tier: tierOf(first),
      rows: [],
      of: { kind: 'group', title, nodes: of, personal, free },
    };
  });
  const cards = [...nodeCards, ...groupCards, ...exposureCards(page, drawn, bands.length - 1, isShown)];
  return {
    bands,
    cards,
    edges: [...columnEdges(page, cards), ...exposureEdges(page, cards), ...groupEdges(page, groupCards)],
    influences: influenceEdges(page, cards, page.columnByKey(settings.column)),
    nodes,
    problems: [...(selected?.problems ?? []), ...problems],
  };
}

/** Whether a node holds personal data, or is marked as having some. */
function holdsPersonal({ site }: PageModel, node: number): boolean {
  return site.nodes[node]?.columns.some(({ holds, piiType }) => holds !== undefined || piiType !== undefined) ?? false;
}

function nodesFor(
  page: PageModel,
  { show, tier, kind, type }: GraphSettings,
  selected: ReadonlySet<number> | undefined,
): readonly number[] {
  const { nodes } = page.site;
  const onLeaks = show === 'leaks' ? leakNodes(page) : undefined;
  const ofType = type === '' ? undefined : selectIn(page, `+pii_type:${type}+`).nodes;
  const isIn = (node: number): boolean => {
    if (selected) return selected.has(node);
    switch (show) {
      case 'all':
        return true;
      case 'leaks':
        return onLeaks?.has(node) ?? false;
      case 'personal':
        return holdsPersonal(page, node) || page.judgementOf(node) !== undefined;
    }
  };
  return [...nodes.keys()].filter(
    (node) =>
      isIn(node) &&
      (onLeaks?.has(node) ?? true) &&
      (tier === '' || nodes[node]?.tier === tier) &&
      (kind === '' || nodes[node]?.kind === kind) &&
      (ofType?.has(node) ?? true),
  );
}

/** Nodes on the paths of leaks and nodes of which nothing is proven, worst findings first. */
function leakNodes(page: PageModel): ReadonlySet<number> {
  const { site } = page;
  return new Set(
    site.findings
      .filter(({ judgement }) => judgement !== 'other')
      .flatMap((finding) => [
        ...stopsOf(finding, site.nodes).map(([node]) => node),
        ...(finding.node === undefined ? [] : [finding.node]),
      ]),
  );
}

interface FoldedNodes {
  readonly key: string;
  readonly title: string;
  readonly nodes: readonly number[];
}

/** Folds nodes into one card a band, tier or folder. Leaks are not folded, and what the reader has unfolded is not. */
function fold(page: PageModel, nodes: readonly number[], bandOf: readonly number[], open: readonly string[]) {
  if (nodes.length <= MOST_AT_FIRST) return { drawn: nodes, groups: [], problems: [] };
  const important = [...leakNodes(page)].filter((node) => nodes.includes(node));
  const groups = groupNodes(page, nodes, bandOf);
  const first = important.slice(0, Math.max(10, MOST_AT_FIRST - groups.length));
  const problems =
    important.length > first.length
      ? [`of ${important.length} models on the paths of leaks ${first.length} are unfolded`]
      : [];
  const drawn = new Set(first);
  const folded: FoldedNodes[] = [];
  const place = (group: FoldedNodes): void => {
    const rest = group.nodes.filter((node) => !drawn.has(node));
    if (rest.length === 0) return;
    const fits = drawn.size + rest.length <= MOST_NODES;
    if (rest.length === 1 && fits) {
      for (const node of rest) drawn.add(node);
    } else if (!open.includes(group.key)) {
      folded.push({ ...group, nodes: rest });
    } else if (fits) {
      for (const node of rest) drawn.add(node);
    } else {
      const parts = foldersIn(page, { ...group, nodes: rest });
      if (parts.length > 1) {
        for (const part of parts) place(part);
        return;
      }
      folded.push({ ...group, nodes: rest });
      problems.push(
        `${group.title} has ${rest.length} models, and at most ${MOST_NODES} are drawn: narrow down by a selector`,
      );
    }
  };
  for (const group of groups) place(group);
  return { drawn: [...drawn].sort((a, b) => a - b), groups: folded, problems };
}

function groupNodes({ site }: PageModel, nodes: readonly number[], bandOf: readonly number[]): readonly FoldedNodes[] {
  const groups = new Map<string, { title: string; nodes: number[] }>();
  for (const node of nodes) {
    const { tier, folder = '', kind } = site.nodes[node] ?? {};
    const top = folder.split('/')[0] || 'models';
    const title = kind === 'source' || kind === 'seed' ? 'sources' : tier === undefined ? top : `tier ${tier}`;
    const key = `${bandOf[node]}/${title}`;
    const group = groups.get(key) ?? { title, nodes: [] };
    group.nodes.push(node);
    groups.set(key, group);
  }
  return [...groups].map(([key, group]) => ({ key, ...group }));
}

/** The parts of a group by their folders, one level below the common one. */
function foldersIn({ site }: PageModel, { key, nodes, title }: FoldedNodes): readonly FoldedNodes[] {
  const folders = nodes.map((node) => (site.nodes[node]?.folder ?? '').split('/'));
  const [shortest = []] = [...folders].sort((a, b) => a.length - b.length);
  const common = shortest.findIndex((part, index) => folders.some((folder) => folder[index] !== part));
  const depth = (common < 0 ? shortest.length : common) + 1;
  const parts = new Map<string, number[]>();
  for (const [index, node] of nodes.entries()) {
    const folder = folders[index]?.slice(0, depth).join('/') ?? '';
    parts.set(folder, [...(parts.get(folder) ?? []), node]);
  }
  return [...parts].map(([folder, of]) => ({ key: `${key}/${folder}`, title: folder || title, nodes: of }));
}

function nodeCard(
  page: PageModel,
  node: number,
  band: number,
  tier: number,
  { show }: GraphSettings,
  isShown: (column: SiteColumnRef) => boolean,
): Card {
  const columns = page.site.nodes[node]?.columns ?? [];
  const rows = columns.flatMap(({ name, holds, piiType }, index): CardRow[] => {
    const column: SiteColumnRef = [node, index];
    const state = strongestState(holds?.map((one) => one.state) ?? [], piiType !== undefined && holds === undefined);
    if (!isShown(column) || (state === undefined && show !== 'all')) return [];
    const path = page.pathOf(column);
    return [{ column, name, ...(state && { state }), ...(path && { path }) }];
  });
  // Rows on the path of a leak first, then by what is left of the value.
  const sorted = [...rows].sort((a, b) => rank(a) - rank(b));
  const shown = sorted.slice(0, MOST_ROWS);
  const personal = columns.filter(({ holds, piiType }) => holds !== undefined || piiType !== undefined).length;
  const morePersonal = personal - shown.filter(({ state }) => state !== undefined).length;
  return {
    key: `n${node}`,
    band,
    tier,
    rows: shown,
    of: { kind: 'node', node, morePersonal, others: columns.length - shown.length - morePersonal },
  };
}

function rank({ path, state }: CardRow): number {
  return path === 'leak' ? -2 : path === 'waived' ? -1 : state === undefined ? STATES.length : STATES.indexOf(state);
}

function strongestState(states: readonly SiteState[], isSource: boolean): SiteState | undefined {
  return isSource ? 'clear' : STATES.find((state) => states.includes(state));
}

function exposureCards(
  page: PageModel,
  drawn: readonly number[],
  band: number,
  isShown: (column: SiteColumnRef) => boolean,
): readonly Card[] {
  const { site } = page;
  return site.exposures.flatMap(({ parents, shows }, exposure): Card[] => {
    if (!parents.some((parent) => drawn.includes(parent))) return [];
    const states = new Map<string, CardRow>();
    for (const { column, state } of shows) {
      const present = states.get(keyOf(column))?.state;
      const stronger = present === undefined || STATES.indexOf(state) < STATES.indexOf(present);
      const path = page.pathOf(column);
      const name = site.nodes[column[0]]?.columns[column[1]]?.name ?? '';
      if (isShown(column) && stronger) states.set(keyOf(column), { column, name, state, ...(path && { path }) });
    }
    const rows = [...states.values()].sort((a, b) => rank(a) - rank(b)).slice(0, MOST_ROWS);
    return [{ key: `e${exposure}`, band, tier: -1, rows, of: { kind: 'exposure', exposure } }];
  });
}

function columnEdges(page: PageModel, cards: readonly Card[]): readonly Edge[] {
  const rows = new Map(
    cards.flatMap((card) =>
      card.of.kind === 'node' ? card.rows.map((row) => [keyOf(row.column), { card, row }] as const) : [],
    ),
  );
  const edges = new Map<string, Edge>();
  for (const { card, row } of rows.values()) {
    for (const { from, to, kind, state } of page.into(row.column)) {
      const source = rows.get(keyOf(from));
      if (!source || !isValueHop(kind) || source.card === card) continue;
      const path = page.pathOfHop(from, to);
      edges.set(`${keyOf(from)}>${keyOf(to)}`, {
        from: source.card.key,
        to: card.key,
        columns: [from, to],
        state: row.state ?? state,
        ...(path && { path }),
      });
    }
  }
  return [...edges.values()];
}

function influenceEdges(page: PageModel, cards: readonly Card[], chosen: SiteColumnRef | undefined): readonly Edge[] {
  if (!chosen) return [];
  const [node] = chosen;
  const keys = new Set(cards.map(({ key }) => key));
  const edges = [...page.into(chosen), ...page.into([node, -1])].flatMap(({ from, kind, state }): Edge[] =>
    isValueHop(kind) || from[0] === node || !keys.has(`n${from[0]}`) || !keys.has(`n${node}`)
      ? []
      : [{ from: `n${from[0]}`, to: `n${node}`, columns: [from, chosen], state }],
  );
  return [...new Map(edges.map((edge) => [keyOf(edge.columns?.[0] ?? chosen), edge])).values()];
}

function exposureEdges(page: PageModel, cards: readonly Card[]): readonly Edge[] {
  const keys = new Set(cards.map(({ key }) => key));
  return cards.flatMap((card) =>
    card.of.kind !== 'exposure'
      ? []
      : card.rows.flatMap(({ column, state = 'clear', path }): Edge[] => {
          const from = `n${column[0]}`;
          const isEnd = path === undefined || page.findingsOf(column[0]).length > 0;
          return keys.has(from)
            ? [{ from, to: card.key, columns: [column, column], state, ...(path && isEnd && { path }) }]
            : [];
        }),
  );
}

/** One edge for all that goes from one folded card to another. */
function groupEdges({ site }: PageModel, groups: readonly Card[]): readonly Edge[] {
  const groupOf = new Map(
    groups.flatMap((card) => (card.of.kind === 'group' ? card.of.nodes.map((node) => [node, card] as const) : [])),
  );
  const edges = new Map<string, Edge>();
  for (const [node, card] of groupOf) {
    for (const parent of site.nodes[node]?.parents ?? []) {
      const source = groupOf.get(parent);
      if (!source || source.band >= card.band) continue;
      edges.set(`${source.key}>${card.key}`, { from: source.key, to: card.key, state: 'clear' });
    }
  }
  return [...edges.values()];
}
