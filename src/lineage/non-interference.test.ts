import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SqlError } from '../warehouse/sql-error.ts';
import { CASES } from './non-interference.cases.ts';
import { UnknownFlow } from './plan/unknown-flow.ts';
import { flowsOf } from './plan/value.ts';
import { checkModels } from './testing/check-models.ts';
import { Draw } from './testing/draw.ts';
import { type DirectClaim, NonInterference, type Verdict } from './testing/non-interference.ts';
import { macrosOf, randomModels, randomQuery } from './testing/random-query.ts';
import { randomSchema, type Schema, USERS_AND_ORDERS } from './testing/random-schema.ts';
import { readBack, SECRETS, secretValues } from './testing/read-back.ts';
import { traceQuery } from './testing/trace-query.ts';

/** `npm run test:long` draws many more, and others each time; the seed of a failure is in its message. */
const IS_LONG = process.env['MODE'] === 'long';
const QUERIES = Number(process.env['FENCELINE_RANDOM_QUERIES'] ?? (IS_LONG ? 100_000 : 10_000));
const SEED = Number(process.env['FENCELINE_RANDOM_SEED'] ?? (IS_LONG ? Date.now() % 1_000_000_000 : 20_261_125));
const CLASSES = Math.ceil(QUERIES / 5);
const PROJECTS = Math.ceil(QUERIES / 50);
const TIMEOUT = 60_000 + QUERIES * 100;

/** Schemas that are tested at the same time: DuckDB runs beside Node. */
const SCHEMAS: readonly Schema[] = [USERS_AND_ORDERS, ...[1, 2, 3].map((seed) => randomSchema(new Draw(noise(seed))))];

/** Bytes that depend on a seed, and look random. */
function noise(seed: number): Uint8Array {
  const [bytes = new Uint8Array()] = fc.sample(fc.uint8Array({ minLength: 200, maxLength: 200 }), {
    seed: SEED + seed,
    numRuns: 1,
  });
  return bytes;
}

interface Counts {
  checked: number;
  readonly others: Map<string, number>;
}

/** Fails with the smallest draw that shows a flow which was not traced. */
async function refuteAll<T>(
  numRuns: number,
  maxLength: number,
  make: (bytes: Uint8Array, schema: Schema) => T,
  check: (made: T, oracle: NonInterference) => Promise<Verdict>,
): Promise<Counts> {
  const counts: Counts = { checked: 0, others: new Map() };
  const refute = async (schema: Schema, index: number): Promise<void> => {
    await using oracle = await NonInterference.open(schema, { macros: macrosOf(schema), effort: 'some' });
    const draws = fc.uint8Array({ minLength: 40, maxLength, size: 'max' });
    const property = fc.asyncProperty(draws, async (bytes) => {
      const made = make(bytes, schema);
      const verdict = await check(made, oracle);
      if (verdict.kind === 'checked') counts.checked += 1;
      else counts.others.set(verdict.reason, (counts.others.get(verdict.reason) ?? 0) + 1);
      const missed = verdict.kind === 'checked' ? verdict.missed : [];
      expect(
        missed,
        `${JSON.stringify(made, null, 2)}\nover ${JSON.stringify(schema)}\nwith FENCELINE_RANDOM_SEED=${SEED}`,
      ).toEqual([]);
    });
    await fc.assert(property, { numRuns: Math.ceil(numRuns / SCHEMAS.length), seed: SEED + index });
  };
  await Promise.all(SCHEMAS.map(refute));
  return counts;
}

const SPELLED: readonly string[] = [
  'select reverse(email) as x from users',
  'select pay + 7 as x from users',
  "select list_reduce([chr(unicode(c) + 1) for c in string_split(email, '')], lambda a, b: a || b) as x from users",
  'select substr(email, i::int, 1) as x from users, range(1, 12) t(i) where id = 1',
  'select left(email, 4) as a, substr(email, 5, 4) as b, substr(email, 9, 4) as c from users',
  'select pay // 100000 as a, pay // 1000 % 100 as b, pay % 1000 as c from users',
  'select r + 3 as x from range(400000, 1000000) t(r) semi join users on r = pay',
];

/** The value of a column, or what is as good: an equality, or a test that the contract calls an error. */
async function weakClaims(query: string, oracle: NonInterference): Promise<readonly string[]> {
  const rows = await oracle.rows(query);
  const { columns } = await traceQuery(query, oracle.warehouse);
  const flows = columns.flatMap(({ value }) => [...flowsOf(value).values()]);
  return [...secretValues(SECRETS)].flatMap(([column, values]) => {
    const own = flows.filter(({ source }) => `${source.uniqueId}.${source.column}` === column);
    // Over groups of one, which only data tell, a summary is the value.
    const isStrong = own.some(
      ({ type, subtype, state, equals }) =>
        (type === 'DIRECT' && (state === 'clear' || state === 'aggregate')) || equals || subtype === 'CONDITIONAL',
    );
    return isStrong || readBack(rows, values) < 2 ? [] : [column];
  });
}

describe('no value that can be read back from a result is called less than clear', () => {
  test.each(SPELLED)('in %s', async (query) => {
    await using oracle = await NonInterference.open(SECRETS);
    const rows = await oracle.rows(query);

    expect([...secretValues(SECRETS).values()].some((values) => readBack(rows, values) >= 1)).toBe(true);
    expect(await weakClaims(query, oracle)).toEqual([]);
  });

  test(`in ${CLASSES} random queries`, { timeout: TIMEOUT }, async () => {
    await using oracle = await NonInterference.open(SECRETS, { macros: macrosOf(SECRETS), effort: 'some' });
    let seen = 0;
    const property = fc.asyncProperty(fc.uint8Array({ minLength: 40, maxLength: 400, size: 'max' }), async (bytes) => {
      const query = randomQuery(bytes, SECRETS);
      try {
        const weak = await weakClaims(query, oracle);
        seen += 1;
        expect(weak, query).toEqual([]);
      } catch (cause) {
        if (!(cause instanceof SqlError) && !(cause instanceof UnknownFlow)) throw cause;
      }
    });
    await fc.assert(property, { numRuns: CLASSES, seed: SEED });

    expect(seen).toBeGreaterThan(CLASSES * 0.7);
  });
});

describe('every output that changes with a source column has a flow from it', () => {
  test.each(CASES)('where $name', async ({ query }) => {
    await using oracle = await NonInterference.open(USERS_AND_ORDERS);

    expect(await oracle.check(query)).toEqual({ kind: 'checked', missed: [] });
  });

  test('where a model reads rows that a window of another left sorted', async () => {
    await using oracle = await NonInterference.open(USERS_AND_ORDERS);
    const model = { materialized: 'table', later: '', uniqueKey: undefined } as const;

    const verdict = await checkModels(
      [
        { ...model, name: 'm1', sql: 'select id as a0, row_number() over (order by email desc) as a1 from users' },
        { ...model, name: 'm2', sql: 'select a0 from m1 limit 2' },
      ],
      oracle,
    );

    expect(verdict).toEqual({ kind: 'checked', missed: [] });
  });

  test(`in ${QUERIES} random queries`, { timeout: TIMEOUT }, async () => {
    const { checked, others } = await refuteAll(QUERIES, 400, randomQuery, (query, oracle) => oracle.check(query));

    // A generator that makes mostly nonsense proves nothing.
    expect(checked, JSON.stringify([...others])).toBeGreaterThan(QUERIES * 0.8);
  });

  test(`in ${PROJECTS} random projects of several models`, { timeout: TIMEOUT }, async () => {
    const { checked, others } = await refuteAll(PROJECTS, 800, randomModels, checkModels);

    expect(checked, JSON.stringify([...others])).toBeGreaterThan(PROJECTS * 0.6);
  });
});

test('the oracle sees which outputs change with which columns', async () => {
  await using oracle = await NonInterference.open(USERS_AND_ORDERS);

  const changes = await oracle.observe(
    `select lower(email) as e, users.id, count(*) over () as n, max(note) over () as m
     from users positional join orders where age > 30`,
  );

  expect([...new Set(changes.map(({ source, output }) => `${source} ${output}`))].sort()).toEqual([
    'orders.note #4',
    'users.age #1',
    'users.age #2',
    'users.age #3',
    'users.age #4',
    'users.email #1',
    'users.id #2',
  ]);
});

test('at least a quarter of the direct flows show in the data', async () => {
  await using oracle = await NonInterference.open(USERS_AND_ORDERS, { macros: macrosOf(USERS_AND_ORDERS) });
  const claims: DirectClaim[] = [];
  for (const bytes of fc.sample(fc.uint8Array({ minLength: 40, maxLength: 400, size: 'max' }), {
    numRuns: 60,
    seed: SEED,
  })) {
    claims.push(...(await oracle.confirm(randomQuery(bytes, USERS_AND_ORDERS, 'ordinary'))));
  }
  const unseen = new Map<string, number>();
  for (const { kind, isSeen } of claims) if (!isSeen) unseen.set(kind, (unseen.get(kind) ?? 0) + 1);
  const seen = claims.filter(({ isSeen }) => isSeen).length;
  const reasons = [...unseen].sort(([, a], [, b]) => b - a).map(([kind, count]) => `  ${count} ${kind}`);

  console.log([`${seen} of ${claims.length} direct flows show; the others:`, ...reasons].join('\n'));
  expect(seen).toBeGreaterThan(claims.length / 4);
});
