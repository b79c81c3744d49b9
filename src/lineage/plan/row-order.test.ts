import { expect, test } from 'vitest';
import { ORDER } from './row-order.ts';

test('a table without one of the operators does not compile', () => {
  const { LOGICAL_SAMPLE: _, ...others } = ORDER;
  // @ts-expect-error: the check of types fails at this line if such a table is ever accepted.
  const table: typeof ORDER = others;

  expect(Object.keys(table)).not.toContain('LOGICAL_SAMPLE');
});
