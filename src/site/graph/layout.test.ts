import { expect, test } from 'vitest';
import { random } from '../testing/large-site.ts';
import type { Card, Edge } from './draw.ts';
import { type Box, type Layout, layOut, type PlacedEdge } from './layout.ts';

interface RandomGraph {
  readonly cards: readonly Card[];
  readonly edges: readonly Edge[];
}

/** A graph with up to 60 cards in bands and tiers, and edges that go forward or stay in a band. */
function randomGraph(seed: number): RandomGraph {
  const next = random(seed);
  const pick = (below: number) => Math.floor(next() * below);
  const bands = 2 + pick(4);
  const cards = Array.from({ length: 2 + pick(58) }, (_, index): Card => {
    const band = pick(bands);
    return {
      key: `n${index}`,
      band,
      tier: band === bands - 1 ? pick(3) - 1 : -1,
      rows: Array.from({ length: pick(8) }, (_row, column) => ({
        column: [index, column],
        name: `c${column}`,
        state: 'clear',
      })),
      of:
        pick(6) === 0
          ? { kind: 'group', title: 'group', nodes: [index], personal: 1, free: 0 }
          : { kind: 'node', node: index, others: 1, morePersonal: 0 },
    };
  });
  const edges = Array.from({ length: pick(cards.length * 3) }, (): Edge | undefined => {
    const [a, b] = [pick(cards.length), pick(cards.length)].sort((x, y) => x - y);
    const [from, to] = [cards[a ?? 0], cards[b ?? 0]];
    if (!from || !to || from === to || from.band > to.band) return undefined;
    const [row, other] = [from.rows[pick(8)], to.rows[pick(8)]];
    return {
      from: from.key,
      to: to.key,
      ...(row && other && { columns: [row.column, other.column] as const }),
      state: 'clear',
    };
  }).filter((edge) => edge !== undefined);
  return { cards, edges };
}

const SEEDS = Array.from({ length: 200 }, (_, index) => index + 1);
const laidOut = SEEDS.map((seed) => {
  const graph = randomGraph(seed);
  return { seed, ...graph, layout: layOut({ ...graph, influences: [] }) };
});

function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

test('no two cards overlap', () => {
  const found = laidOut.flatMap(({ seed, layout }) => {
    const boxes = [...layout.boxes];
    return boxes.flatMap(([key, box], index) =>
      boxes
        .slice(index + 1)
        .flatMap(([other, otherBox]) => (overlaps(box, otherBox) ? [`${seed}: ${key} ${other}`] : [])),
    );
  });

  expect(found).toEqual([]);
});

test('no edge crosses a card, and each goes to the right', () => {
  const found = laidOut.flatMap(({ seed, layout }) =>
    layout.edges.flatMap((placed) => {
      const points = along(placed);
      const isBack = points.some(([x], index) => x < (points[index - 1]?.[0] ?? 0));
      const hit = [...layout.boxes].filter(([, box]) => points.some((point) => isInside(point, box)));
      return [...hit.map(([key]) => `${seed}: crosses ${key}`), ...(isBack ? [`${seed}: goes back`] : [])];
    }),
  );

  expect(found).toEqual([]);
  expect(laidOut.flatMap(({ layout }) => layout.edges).length).toBeGreaterThan(5_000);
});

test('the cards of a tier are in its box, and no other card and no other tier is', () => {
  const found = laidOut.flatMap(({ seed, cards, layout }) =>
    [...layout.tiers].flatMap(([tier, box]) => {
      const inBox = cards.filter(({ key }) => overlaps(box, boxOf(layout, key)));
      const others = [...layout.tiers].filter(([other, otherBox]) => other !== tier && overlaps(box, otherBox));
      const missing = cards.filter((card) => card.tier === tier && !inBox.includes(card));
      return [...inBox.filter((card) => card.tier !== tier), ...others, ...missing].map(() => `${seed}: tier ${tier}`);
    }),
  );

  expect(found).toEqual([]);
});

test('a card of a later band stands right of all cards of the bands before, and all is in the picture', () => {
  const found = laidOut.flatMap(({ seed, cards, layout }) =>
    cards.flatMap((a) => {
      const { x, y, width, height } = boxOf(layout, a.key);
      const isOutside = x < 0 || y < 0 || x + width > layout.width || y + height > layout.height;
      const isLeft = cards.some((b) => b.band < a.band && x <= boxOf(layout, b.key).x);
      return isOutside || isLeft ? [`${seed}: ${a.key}`] : [];
    }),
  );

  expect(found).toEqual([]);
});

function boxOf({ boxes }: Layout, key: string): Box {
  return boxes.get(key) ?? { x: 0, y: 0, width: 0, height: 0 };
}

/** Points along an edge: straight in a lane, on the curve across a gap. */
function along({ points }: PlacedEdge): readonly (readonly [number, number])[] {
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    if (!before) return [point];
    const bend = (before[0] + point[0]) / 2;
    return Array.from({ length: 20 }, (_, step): readonly [number, number] => {
      const t = (step + 1) / 20;
      if (index % 2 === 0) return [before[0] + t * (point[0] - before[0]), before[1] + t * (point[1] - before[1])];
      const cubic = (a: number, b: number, c: number, d: number) =>
        (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t ** 2 * c + t ** 3 * d;
      return [cubic(before[0], bend, bend, point[0]), cubic(before[1], before[1], point[1], point[1])];
    });
  });
}

/** A point on the edge of a card touches it: edges begin and end there. */
function isInside([x, y]: readonly [number, number], box: Box): boolean {
  return x > box.x + 0.01 && x < box.x + box.width - 0.01 && y > box.y && y < box.y + box.height;
}
