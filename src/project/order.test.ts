import { expect, test } from 'vitest';
import { orderNodes, reachable } from './order.ts';

function graph(text: string): ReadonlyMap<string, readonly string[]> {
  return new Map(
    text.split(';').map((line) => {
      const [id = '', parents = ''] = line.trim().split('<');
      return [id.trim(), parents.split(' ').filter(Boolean)];
    }),
  );
}

const cases = [
  { name: 'a node comes after what it depends on', edges: 'a < b; b < c; c', order: 'c b a' },
  { name: 'nodes that could come next do so in order of their ids', edges: 'z; b; a; c < z', order: 'a b z c' },
  { name: 'what is no node of the graph is not waited for', edges: 'a < source.x', order: 'a' },
  { name: 'a dependency written twice counts once', edges: 'a < b b; b', order: 'b a' },
  { name: 'a cycle is named from its smallest id', edges: 'x; c < a; b < c x; a < b', cycle: 'a b c' },
  { name: 'a node that reads itself is a cycle', edges: 'a < a', cycle: 'a' },
  { name: 'what only waits for a cycle is not in it', edges: 'a < b; b < c; c < b', cycle: 'b c' },
];

test.each(cases)('$name', ({ edges, order, cycle }) => {
  const ordering = orderNodes(graph(edges));
  expect(ordering.acyclic ? { order: ordering.order.join(' ') } : { cycle: ordering.cycle.join(' ') }).toEqual(
    cycle === undefined ? { order } : { cycle },
  );
});

test('reachable stops at the given depth', () => {
  const edges = graph('a < b; b < c; c < d; d');
  expect([...reachable(['a'], edges, 2)]).toEqual(['b', 'c']);
});
