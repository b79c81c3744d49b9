import { Graph, layout } from '@dagrejs/dagre';
import { keyOf } from '../page-model.ts';
import type { Card, Drawing, Edge } from './draw.ts';

/** The size of a card's parts, in units of the drawing. */
export const CARD = { width: 224, head: 28, row: 19, foot: 22, pad: 6 } as const;
/** Free space between cards of a column, and between columns of cards. */
const GAP = { below: 16, beside: 74, lane: 10 } as const;
/** Room above the cards of a tier for its name, and around them. */
const TIER = { head: 36, pad: 12 } as const;
const TOP = 44;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge {
  readonly edge: Edge;
  /** The points of the line: its start, both ends of each lane between cards, its end. Curves join only across the gaps. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly edges: readonly PlacedEdge[];
  /** Edges of influences (`Drawing.influences`). They run in the gaps and in the lanes of the other edges; one without lanes is left out. */
  readonly influences: readonly PlacedEdge[];
  /** Box around the cards of a tier, by the tier's index. */
  readonly tiers: ReadonlyMap<number, Box>;
  /** Left end of each band that has cards, by the band's index. */
  readonly bands: ReadonlyMap<number, number>;
}

/**
 * Places cards in columns, in the order of their bands: within a band each card stands right of those that it reads. dagre
 * finds the order within the columns and a lane for each edge that passes one; then the cards of a tier are put together,
 * below the lanes and cards of the tier before, so that nothing overlaps.
 */
export function layOut({ cards, edges, influences }: Pick<Drawing, 'cards' | 'edges' | 'influences'>): Layout {
  const columns = columnsOf(cards, edges);
  const forward = edges.filter(({ from, to }) => (columns.get(from) ?? 0) < (columns.get(to) ?? 0));
  const graph = arrange(cards, forward, columns);
  const count = Math.max(-1, ...columns.values()) + 1;
  const lefts = Array.from({ length: count }, (_, column) => column * (CARD.width + GAP.beside) + TIER.pad);
  const elements = cards.map((card): Element => {
    const height = cardHeight(card);
    const top = graph.node(card.key).y - height / 2;
    return {
      key: card.key,
      column: columns.get(card.key) ?? 0,
      height,
      top,
      tier: card.tier,
      isFolded: card.of.kind === 'group',
    };
  });
  const lanes = pairsOf(forward).flatMap(([from, to]) => lanesOf(from, to, columns, graph));
  const tops = stack([...elements, ...lanes], cards);
  const boxes = new Map(
    elements.map(({ key, column, height }): [string, Box] => [
      key,
      { x: lefts[column] ?? 0, y: tops.get(key) ?? 0, width: CARD.width, height },
    ]),
  );
  const all = [...boxes.values()];
  const laneEnds = lanes.map(({ key }) => tops.get(key) ?? 0);
  return {
    width: count * (CARD.width + GAP.beside) - GAP.beside + 2 * TIER.pad,
    height: Math.max(TOP, ...all.map(({ y, height }) => y + height), ...laneEnds) + TIER.pad + 4,
    boxes,
    edges: placeEdges(forward, cards, columns, boxes, lefts, tops),
    influences: placeEdges(
      influences.filter((edge) => hasLanes(edge, columns, tops)),
      cards,
      columns,
      boxes,
      lefts,
      tops,
    ),
    tiers: tierBoxes(cards, boxes),
    bands: new Map(
      [...new Set(cards.map(({ band }) => band))].map((band) => [
        band,
        Math.min(...cards.filter((card) => card.band === band).map(({ key }) => boxes.get(key)?.x ?? 0)),
      ]),
    ),
  };
}

function cardHeight({ rows, of }: Card): number {
  return (
    CARD.head +
    rows.length * CARD.row +
    (of.kind === 'group' ? 2 * CARD.row : of.kind === 'exposure' ? 0 : CARD.foot) +
    CARD.pad
  );
}

/** The column of each card: bands in their order, each as wide as the longest way within it. */
function columnsOf(cards: readonly Card[], edges: readonly Edge[]): ReadonlyMap<string, number> {
  const columns = new Map<string, number>();
  const byBand = new Map<number, Card[]>();
  for (const card of cards) byBand.set(card.band, [...(byBand.get(card.band) ?? []), card]);
  const bandOf = new Map(cards.map(({ key, band }) => [key, band]));
  const sources = new Map<string, string[]>();
  for (const { from, to } of edges) {
    if (bandOf.get(from) === bandOf.get(to)) sources.set(to, [...(sources.get(to) ?? []), from]);
  }
  let start = 0;
  for (const [, ofBand] of [...byBand].sort(([a], [b]) => a - b)) {
    const depths = new Map<string, number>();
    const depthOf = (key: string, path: readonly string[]): number => {
      const found = depths.get(key);
      if (found !== undefined) return found;
      const before = (sources.get(key) ?? []).filter((source) => !path.includes(source));
      const depth = Math.max(0, ...before.map((source) => depthOf(source, [...path, key]) + 1));
      depths.set(key, depth);
      return depth;
    };
    for (const { key } of ofBand) columns.set(key, start + depthOf(key, []));
    start = Math.max(...ofBand.map(({ key }) => columns.get(key) ?? 0)) + 1;
  }
  return columns;
}

function pairsOf(edges: readonly Edge[]): readonly (readonly [from: string, to: string])[] {
  return [...new Map(edges.map(({ from, to }) => [`${from}>${to}`, [from, to] as const])).values()];
}

function arrange(cards: readonly Card[], edges: readonly Edge[], columns: ReadonlyMap<string, number>): Graph {
  const graph = new Graph();
  graph.setGraph({
    rankdir: 'LR',
    nodesep: GAP.below,
    edgesep: GAP.lane,
    ranksep: GAP.beside,
    // The columns are decided by the bands. dagre halves its ranks, to have one between each two for labels of edges.
    ranker: ((inner: Graph) => {
      for (const key of inner.nodes()) inner.node(key).rank = 2 * (columns.get(key) ?? -1);
    }) as never,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const card of cards) graph.setNode(card.key, { width: CARD.width, height: cardHeight(card) });
  for (const [from, to] of pairsOf(edges)) graph.setEdge(from, to);
  layout(graph);
  return graph;
}

/** A card, or the lane of an edge that passes a column of cards. */
interface Element {
  readonly key: string;
  readonly column: number;
  readonly height: number;
  readonly top: number;
  /** Absent for a lane: it belongs to the card above it. */
  readonly tier?: number;
  readonly isFolded?: boolean;
}

function laneKey(from: string, to: string, column: number): string {
  return `${from}>${to}@${column}`;
}

function lanesOf(from: string, to: string, columns: ReadonlyMap<string, number>, graph: Graph): readonly Element[] {
  const first = columns.get(from) ?? 0;
  const last = columns.get(to) ?? 0;
  const { points = [] } = graph.edge(from, to);
  return Array.from({ length: last - first - 1 }, (_, index) => {
    const column = first + 1 + index;
    // dagre gives each edge a point in every rank that it passes: the columns, and the ranks between.
    const share = (column - first) / (last - first);
    const x = graph.node(from).x + share * (graph.node(to).x - graph.node(from).x);
    const nearest = [...points].sort((a, b) => Math.abs(a.x - x) - Math.abs(b.x - x))[0];
    return { key: laneKey(from, to, column), column, height: 0, top: nearest?.y ?? 0 };
  });
}

/** Tops of cards and lanes: dagre's, moved down where a tier needs room, or where the order changed. */
function stack(elements: readonly Element[], cards: readonly Card[]): ReadonlyMap<string, number> {
  const tops = new Map<string, number>();
  const columns = new Map<number, Element[]>();
  for (const element of elements) columns.set(element.column, [...(columns.get(element.column) ?? []), element]);
  const sorted = [...columns.values()].map(inTierOrder);
  const tiers = [...new Set(cards.map(({ tier }) => tier))].sort(byTier);
  const inTiers = elements.flatMap(({ tier, column }) => (tier !== undefined && tier >= 0 ? [column] : []));
  const [firstOfTiers, lastOfTiers] = [Math.min(...inTiers), Math.max(...inTiers)];
  const ends = new Map<readonly SortedElement[], number>(sorted.map((column) => [column, TOP]));
  let floor = TOP;
  for (const tier of tiers) {
    const isTier = tier >= 0;
    let lowest = floor;
    for (const column of sorted) {
      const at = column[0]?.column ?? 0;
      const isBelowTiers = isTier ? column.some((one) => one.tier === tier) : at >= firstOfTiers && at <= lastOfTiers;
      let end = Math.max(ends.get(column) ?? TOP, isBelowTiers ? floor : 0);
      let isFirst = true;
      for (const { key, height, top } of column.filter((one) => one.tier === tier)) {
        const room = isFirst && isTier ? TIER.head : end === TOP ? 0 : height === 0 ? GAP.lane : GAP.below;
        const place = Math.max(end + room, isTier ? 0 : top + TOP);
        tops.set(key, place);
        end = place + height;
        isFirst = false;
      }
      ends.set(column, end);
      if (!isFirst) lowest = Math.max(lowest, end);
    }
    if (isTier) floor = lowest + TIER.pad + GAP.below;
  }
  return tops;
}

type SortedElement = Element & { readonly tier: number };

/** Elements of a column in the order of their tiers, folded cards last. A lane goes with the card above it. */
function inTierOrder(column: readonly Element[]): readonly SortedElement[] {
  const byTop = [...column].sort((a, b) => a.top - b.top);
  let tier = byTop.find((one) => one.tier !== undefined)?.tier ?? -1;
  let isFolded = false;
  const placed = byTop.map((one) => {
    tier = one.tier ?? tier;
    isFolded = one.isFolded ?? isFolded;
    return { ...one, tier, isFolded };
  });
  return placed.sort((a, b) => byTier(a.tier, b.tier) || Number(a.isFolded) - Number(b.isFolded) || a.top - b.top);
}

/** Tiers in the order of fenceline.yml; what is in no tier comes last. */
function byTier(a: number, b: number): number {
  return (a < 0 ? Number.MAX_SAFE_INTEGER : a) - (b < 0 ? Number.MAX_SAFE_INTEGER : b);
}

function tierBoxes(cards: readonly Card[], boxes: ReadonlyMap<string, Box>): ReadonlyMap<number, Box> {
  const tiers = new Map<number, Box>();
  for (const { key, tier } of cards) {
    const box = boxes.get(key);
    if (tier < 0 || !box) continue;
    const around = {
      x: box.x - TIER.pad,
      y: box.y - TIER.head + 4,
      width: box.width + 2 * TIER.pad,
      height: box.height + TIER.head - 4 + TIER.pad,
    };
    tiers.set(tier, union(tiers.get(tier) ?? around, around));
  }
  return tiers;
}

function union(a: Box, b: Box): Box {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  const width = Math.max(a.x + a.width, b.x + b.width) - x;
  return { x, y, width, height: Math.max(a.y + a.height, b.y + b.height) - y };
}

/** Whether an edge goes to a later column, and there is a lane between the cards of each column that it passes. */
function hasLanes(
  { from, to }: Edge,
  columns: ReadonlyMap<string, number>,
  tops: ReadonlyMap<string, number>,
): boolean {
  const first = columns.get(from) ?? 0;
  const last = columns.get(to) ?? 0;
  const passed = Array.from({ length: Math.max(0, last - first - 1) }, (_, index) => first + 1 + index);
  return first < last && passed.every((column) => tops.has(laneKey(from, to, column)));
}

function placeEdges(
  edges: readonly Edge[],
  cards: readonly Card[],
  columns: ReadonlyMap<string, number>,
  boxes: ReadonlyMap<string, Box>,
  lefts: readonly number[],
  tops: ReadonlyMap<string, number>,
): readonly PlacedEdge[] {
  const rowsOf = new Map(
    cards.map(({ key, rows }) => [key, new Map(rows.map(({ column }, index) => [keyOf(column), index]))]),
  );
  const middle = (key: string, column: Edge['columns']) => {
    const { y = 0, height = 0 } = boxes.get(key) ?? {};
    const row = column === undefined ? undefined : rowsOf.get(key)?.get(keyOf(column[0]));
    return row === undefined ? y + Math.min(height / 2, CARD.head) : y + CARD.head + row * CARD.row + CARD.row / 2;
  };
  const count = new Map<string, number>();
  return edges.map((edge) => {
    const { from, to, columns: ends } = edge;
    const pair = `${from}>${to}`;
    const index = count.get(pair) ?? 0;
    count.set(pair, index + 1);
    // Edges between the same cards run beside each other in their lane.
    const offset = (index % 5) - 2;
    const start = boxes.get(from)?.x ?? 0;
    const first = columns.get(from) ?? 0;
    const last = columns.get(to) ?? 0;
    const lanes = Array.from({ length: last - first - 1 }, (_, step) => {
      const column = first + 1 + step;
      const y = (tops.get(laneKey(from, to, column)) ?? 0) + offset * 1.5;
      const left = lefts[column] ?? 0;
      return [[left - 4, y] as const, [left + CARD.width + 4, y] as const];
    }).flat();
    const endColumn = ends && ([ends[1], ends[1]] as const);
    return {
      edge,
      points: [[start + CARD.width, middle(from, ends)], ...lanes, [boxes.get(to)?.x ?? 0, middle(to, endColumn)]],
    };
  });
}

/** The path of an edge in SVG: straight along its lanes, and curved across the gaps, where no card is. */
export function edgePath(points: PlacedEdge['points']): string {
  const [start = [0, 0] as const, ...others] = points;
  let path = `M${start[0]} ${start[1]}`;
  let before = start;
  for (const [index, point] of others.entries()) {
    const isLane = index % 2 === 1;
    const bend = (before[0] + point[0]) / 2;
    path += isLane ? `L${point[0]} ${point[1]}` : `C${bend} ${before[1]} ${bend} ${point[1]} ${point[0]} ${point[1]}`;
    before = point;
  }
  return path;
}
