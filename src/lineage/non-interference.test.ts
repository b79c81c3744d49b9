import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NonInterference, type Verdict } from './testing/non-interference.ts';
import { randomModels, randomQuery } from './testing/random-query.ts';

let oracle: NonInterference;
beforeAll(async () => {
  oracle = await NonInterference.open();
});
afterAll(async () => {
  await oracle[Symbol.asyncDispose]();
});

/** More of them: `FENCELINE_RANDOM_QUERIES=100000 npx vitest run src/lineage/non-interference.test.ts`. */
const QUERIES = Number(process.env['FENCELINE_RANDOM_QUERIES'] ?? 200);

interface Counts {
  readonly checked: number;
  readonly others: ReadonlyMap<string, number>;
}

/** Fails with the smallest draw that shows a flow nobody claimed. */
async function refuteAll<T>(
  draws: fc.Arbitrary<T>,
  numRuns: number,
  check: (draw: T) => Promise<Verdict>,
): Promise<Counts> {
  let checked = 0;
  const others = new Map<string, number>();
  const property = fc.asyncProperty(draws, async (draw) => {
    const verdict = await check(draw);
    if (verdict.kind === 'checked') checked += 1;
    else others.set(verdict.reason, (others.get(verdict.reason) ?? 0) + 1);
    expect(verdict.kind === 'checked' ? verdict.missed : []).toEqual([]);
  });
  await fc.assert(property, { numRuns });
  return { checked, others };
}

describe('whatever changes with a source column was claimed to', () => {
  test(`in ${QUERIES} random queries`, { timeout: 60_000 + QUERIES * 200 }, async () => {
    const { checked, others } = await refuteAll(randomQuery(), QUERIES, (query) => oracle.check(query));

    // A generator that makes mostly nonsense proves nothing.
    expect(checked, JSON.stringify([...others])).toBeGreaterThan(QUERIES / 2);
  });

  test(`in ${QUERIES / 4} random projects of two models`, { timeout: 60_000 + QUERIES * 200 }, async () => {
    const { checked, others } = await refuteAll(randomModels(), QUERIES / 4, ({ first, second }) =>
      oracle.checkProject(first, second),
    );

    expect(checked, JSON.stringify([...others])).toBeGreaterThan(QUERIES / 8);
  });
});

test('a change shows, where there is one', async () => {
  const changes = await oracle.observe('select lower(email) as e, id, count(*) over () as n from users where age > 0');

  expect([...new Set(changes.map(({ source, output }) => `${source} ${output}`))].sort()).toEqual([
    'users.age #1',
    'users.age #2',
    'users.age #3',
    'users.email #1',
    'users.id #2',
  ]);
});
