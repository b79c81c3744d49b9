import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NonInterference } from './testing/non-interference.ts';
import { randomQuery } from './testing/random-query.ts';

let oracle: NonInterference;
beforeAll(async () => {
  oracle = await NonInterference.open();
});
afterAll(async () => {
  await oracle[Symbol.asyncDispose]();
});

/** More of them: `FENCELINE_RANDOM_QUERIES=100000 npx vitest run src/lineage/non-interference.test.ts`. */
const QUERIES = Number(process.env['FENCELINE_RANDOM_QUERIES'] ?? 200);

describe('whatever changes with a source column was claimed to', () => {
  test(`in ${QUERIES} random queries`, { timeout: 60_000 + QUERIES * 200 }, async () => {
    const counts = { checked: 0, unknown: 0, unusable: 0 };
    const reasons = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(randomQuery(), async (query) => {
        const verdict = await oracle.check(query);
        counts[verdict.kind] += 1;
        if (verdict.kind !== 'checked') reasons.set(verdict.reason, (reasons.get(verdict.reason) ?? 0) + 1);
        expect(verdict.kind === 'checked' ? verdict.missed : [], query).toEqual([]);
      }),
      { numRuns: QUERIES, ...(process.env['FENCELINE_SEED'] && { seed: Number(process.env['FENCELINE_SEED']) }) },
    );
    // A generator that makes mostly nonsense proves nothing.
    expect(counts.checked, JSON.stringify([...reasons])).toBeGreaterThan(QUERIES / 2);
  });
});
