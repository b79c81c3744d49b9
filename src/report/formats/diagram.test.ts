import { describe, expect, test } from 'vitest';
import type { PiiGraph } from '../../contract/pii-graph.ts';
import { chains } from '../testing/sample-report.ts';
import { COMMENT_DIAGRAM, type Diagram, fitDiagram, SUMMARY_DIAGRAM } from './diagram.ts';
import { renderMermaid } from './mermaid.ts';

/** A graph in which only the paths to the first marts leak. */
function leaking(graph: PiiGraph, marts: number): PiiGraph {
  const isLeak = (uniqueId: string) => Number(/_(\d+)/.exec(uniqueId)?.[1] ?? Number.NaN) < marts;
  return {
    nodes: graph.nodes.map((node) => ({ ...node, leaks: node.leaks && isLeak(node.uniqueId) })),
    edges: graph.edges.map((edge) => ({ ...edge, leaks: isLeak(edge.to) })),
  };
}

/** `mart_0 ← int_0_0 ← raw.raw_user` of the names in a diagram. */
function namesIn({ text }: Diagram): readonly string[] {
  return [...text.matchAll(/n\d+\["([^"<]*)/g)].map(([, name = '']) => name.replaceAll('#8230;', '…'));
}

describe('a comment', () => {
  const cases: readonly {
    readonly name: string;
    readonly graph: PiiGraph;
    readonly extent: Diagram['extent'] | undefined;
    readonly nodes: number;
    readonly hidden: number;
  }[] = [
    { name: 'has all of a small graph', graph: chains(3, 2), extent: 'whole', nodes: 10, hidden: 0 },
    {
      name: 'has the paths that leak of one that is too large',
      graph: leaking(chains(30, 3), 4),
      extent: 'leaks',
      nodes: 17,
      hidden: 0,
    },
    { name: 'has their ends when the middle is long', graph: chains(2, 40), extent: 'leaks', nodes: 5, hidden: 0 },
    {
      name: 'has some of many, and says how many more there are',
      graph: chains(100, 1),
      extent: 'leaks',
      nodes: 25,
      hidden: 88,
    },
    {
      name: 'has none of a large graph in which nothing leaks',
      graph: leaking(chains(60, 1), 0),
      extent: undefined,
      nodes: 0,
      hidden: 0,
    },
    { name: 'has none of an empty graph', graph: { nodes: [], edges: [] }, extent: undefined, nodes: 0, hidden: 0 },
  ];

  test.each(cases)('$name', ({ graph, extent, nodes, hidden }) => {
    const diagram = fitDiagram(graph, 'whole', COMMENT_DIAGRAM);

    expect(diagram?.extent).toBe(extent);
    expect(diagram ? namesIn(diagram).length : 0).toBe(nodes);
    expect(diagram?.hiddenLeaks ?? 0).toBe(hidden);
  });

  test('never has more than can be read', () => {
    for (const [count, length] of [
      [1, 38],
      [1, 39],
      [1, 500],
      [19, 1],
      [20, 1],
      [39, 0],
      [40, 0],
      [60, 2],
      [1000, 3],
    ] as const) {
      const diagram = fitDiagram(chains(count, length), 'whole', COMMENT_DIAGRAM);
      expect(diagram).toBeDefined();
      if (!diagram) continue;
      expect(namesIn(diagram).length).toBeLessThanOrEqual(40);
      expect(diagram.text.split(/==>|-->|\.->/).length - 1).toBeLessThanOrEqual(60);
      expect(diagram.text.length).toBeLessThanOrEqual(8000);
      expect(namesIn(diagram)).toContain('raw.raw_user');
      expect(namesIn(diagram)).toContain('mart_0');
    }
  });
});

test('what lies between a source and its marts becomes one node, with each path still whole', () => {
  const diagram = fitDiagram(chains(1, 60), 'whole', COMMENT_DIAGRAM);

  expect(diagram && namesIn(diagram)).toEqual(['raw.raw_user', '… 60 models …', 'mart_0']);
  expect(diagram?.text).toContain('n0 ==> n1');
  expect(diagram?.text).toContain('n1 ==> n2');
});

test('the job summary has what GitHub still draws', () => {
  const whole = fitDiagram(chains(100, 2), 'whole', SUMMARY_DIAGRAM);
  const part = fitDiagram(chains(200, 2), 'whole', SUMMARY_DIAGRAM);

  expect(whole?.extent).toBe('whole');
  expect(part?.extent).toBe('leaks');
});

test('a path of more than six nodes goes down, a shorter one to the right', () => {
  expect(renderMermaid(chains(1, 4))).toMatch(/^flowchart LR/);
  expect(renderMermaid(chains(1, 5))).toMatch(/^flowchart TB/);
});

test('a graph with a circle is drawn, and its length does not matter', () => {
  const { nodes, edges } = chains(1, 3);
  const back = { from: 'int_0_2', to: 'int_0_0', state: 'clear' as const, leaks: false };
  const self = { from: 'mart_0', to: 'mart_0', state: 'clear' as const, leaks: false };

  expect(renderMermaid({ nodes, edges: [...edges, back, self] })).toContain('n3 --> n1');
});

test('an edge to a node that is not there is not drawn', () => {
  const { nodes, edges } = chains(1, 1);
  const text = renderMermaid({ nodes, edges: [{ from: 'x', to: 'mart_0', state: 'clear', leaks: true }, ...edges] });

  expect(text).not.toContain('undefined');
  expect(text.match(/linkStyle \d/g)).toEqual(['linkStyle 0', 'linkStyle 1']);
});
