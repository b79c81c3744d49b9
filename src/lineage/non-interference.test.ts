import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SqlError } from '../warehouse/sql-error.ts';
import type { Row } from '../warehouse/warehouse.ts';
import type { RootFlow } from './flow.ts';
import { CASES } from './non-interference.cases.ts';
import { flowsOf } from './plan/flows/value.ts';
import type { Run } from './testing/changed-tables.ts';
import { checkModels, runOf, traceLast } from './testing/check-models.ts';
import { Draw } from './testing/draw.ts';
import { NonInterference, type Verdict } from './testing/non-interference.ts';
import { macrosOf } from './testing/random/random-macros.ts';
import { type RandomModel, randomModels } from './testing/random/random-models.ts';
import { randomQuery } from './testing/random/random-query.ts';
import { randomSchema, type Schema, USERS_AND_ORDERS } from './testing/random/random-schema.ts';
import { readBack, SECRET_VALUES, SECRETS } from './testing/read-back.ts';
import { traceQuery } from './testing/trace-query.ts';
import { UnknownFlow } from './unknown-flow.ts';

/**
 * Number of random queries. `npm run test:long` draws more, and different ones each time; the message of a failure has
 * its seed.
 */
const IS_LONG = process.env['MODE'] === 'long';
const QUERIES = Number(process.env['FENCELINE_RANDOM_QUERIES'] ?? (IS_LONG ? 100_000 : 10_000));
const SEED = Number(process.env['FENCELINE_RANDOM_SEED'] ?? (IS_LONG ? Date.now() % 1_000_000_000 : 20_261_125));
const CLASSES = Math.ceil(QUERIES / 5);
const PROJECTS = Math.ceil(QUERIES / 50);
const TIMEOUT = 60_000 + QUERIES * 100;

beforeAll(() => {
  if (IS_LONG) console.log(`${QUERIES} queries and ${PROJECTS} projects with FENCELINE_RANDOM_SEED=${SEED}`);
});

/** Prints the progress of a long run, twenty times in all. */
function showProgress(done: number, all: number, what: string): void {
  if (IS_LONG && done % Math.ceil(all / 20) === 0) console.log(`${done} of ${all} ${what}`);
}

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

/** Fails with the smallest draw that shows a flow that the trace missed. */
async function refuteAll<T>(
  what: string,
  numRuns: number,
  maxLength: number,
  make: (bytes: Uint8Array, schema: Schema) => T,
  check: (made: T, oracle: NonInterference) => Promise<Verdict>,
): Promise<Counts> {
  const counts: Counts = { checked: 0, others: new Map() };
  let drawn = 0;
  const refute = async (schema: Schema, index: number): Promise<void> => {
    await using oracle = await NonInterference.open(schema, { macros: macrosOf(schema), effort: 'some' });
    const draws = fc.uint8Array({ minLength: 40, maxLength, size: 'max' });
    const property = fc.asyncProperty(draws, async (bytes) => {
      drawn += 1;
      showProgress(drawn, numRuns, what);
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
  'select word as x from dict semi join users on word = email',
  'select md5(email) as x from users',
  "select list_transform(string_split(name, ''), lambda c: unicode(c)) as x from users",
];

/** The part of a traced flow that is held against rows, of one query or over several models. */
type Claim = Pick<RootFlow, 'type' | 'subtype' | 'state' | 'source' | 'equals'>;

/**
 * Columns whose values can be read back from rows, although the trace claims that the rows show less than the value.
 */
async function weakClaims(
  run: Run,
  rows: readonly Row[],
  flows: readonly Claim[],
  oracle: NonInterference,
): Promise<readonly string[]> {
  const suspected = [...SECRET_VALUES].filter(([column, values]) => {
    const own = flows.filter(({ source }) => `${source.uniqueId.split('.').at(-1)}.${source.column}` === column);
    // An equality or a test that the contract calls an error is as strong as the value. A summary is the value in a
    // group of one row, and only the data has the size of groups.
    const isStrong = own.some(
      ({ type, subtype, state, equals }) =>
        (type === 'DIRECT' && (state === 'clear' || state === 'aggregate')) || equals || subtype === 'CONDITIONAL',
    );
    return !isStrong && readBack(rows, values) >= 2;
  });
  const weak: string[] = [];
  for (const [column, values] of suspected) {
    // A sample of the dictionary may have just the words that are secret: it has them without the secrets, too.
    const others = await oracle.rowsWithout(run, column);
    if (readBack(others, values) < readBack(rows, values)) weak.push(column);
  }
  return weak;
}

async function weakClaimsOfQuery(query: string, oracle: NonInterference): Promise<readonly string[]> {
  const run = { before: [], query };
  const rows = await oracle.rows(run);
  const { columns } = await traceQuery(query, oracle.warehouse);
  const flows = columns.flatMap(({ value }) => [...flowsOf(value).values()]);
  return weakClaims(run, rows, flows, oracle);
}

async function weakClaimsOfModels(models: readonly RandomModel[], oracle: NonInterference): Promise<readonly string[]> {
  const run = runOf(models);
  const rows = await oracle.rows(run);
  const { columns } = await traceLast(models, oracle);
  const flows = columns.flatMap((column) => column.flows);
  return weakClaims(run, rows, flows, oracle);
}

async function refuteClasses<T>(
  what: string,
  numRuns: number,
  maxLength: number,
  make: (bytes: Uint8Array, schema: Schema) => T,
  weak: (made: T, oracle: NonInterference) => Promise<readonly string[]>,
): Promise<void> {
  await using oracle = await NonInterference.open(SECRETS, { macros: macrosOf(SECRETS), effort: 'some' });
  let seen = 0;
  let drawn = 0;
  const property = fc.asyncProperty(fc.uint8Array({ minLength: 40, maxLength, size: 'max' }), async (bytes) => {
    drawn += 1;
    showProgress(drawn, numRuns, `${what}, whose classes are judged`);
    const made = make(bytes, SECRETS);
    try {
      const found = await weak(made, oracle);
      seen += 1;
      expect(found, JSON.stringify(made, null, 2)).toEqual([]);
    } catch (cause) {
      if (!(cause instanceof SqlError) && !(cause instanceof UnknownFlow)) throw cause;
    }
  });
  await fc.assert(property, { numRuns, seed: SEED });

  // A generator that makes mostly nonsense proves nothing.
  expect(seen).toBeGreaterThan(numRuns * 0.6);
}

describe('no value that can be read back from a result is called less than clear', () => {
  let oracle: NonInterference;
  beforeAll(async () => {
    oracle = await NonInterference.open(SECRETS);
  });
  afterAll(() => oracle[Symbol.asyncDispose]());

  test.each(SPELLED)('in %s', async (query) => {
    const rows = await oracle.rows({ before: [], query });

    expect([...SECRET_VALUES.values()].some((values) => readBack(rows, values) >= 1)).toBe(true);
    expect(await weakClaimsOfQuery(query, oracle)).toEqual([]);
  });

  test(`in ${CLASSES} random queries`, { timeout: TIMEOUT }, () =>
    refuteClasses('queries', CLASSES, 400, randomQuery, weakClaimsOfQuery),
  );

  test(`in ${PROJECTS} random projects of several models`, { timeout: TIMEOUT }, () =>
    refuteClasses('projects', PROJECTS, 800, randomModels, weakClaimsOfModels),
  );
});

describe('every output that changes with a source column has a flow from it', () => {
  let oracle: NonInterference;
  beforeAll(async () => {
    oracle = await NonInterference.open(USERS_AND_ORDERS);
  });
  afterAll(() => oracle[Symbol.asyncDispose]());

  test.each(CASES)('where $name', async ({ query }) => {
    expect(await oracle.check(query)).toEqual({ kind: 'checked', missed: [] });
  });

  test('where a model reads rows that a window of another left sorted', async () => {
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
    const { checked, others } = await refuteAll('queries', QUERIES, 400, randomQuery, (query, oracle) =>
      oracle.check(query),
    );

    // A generator that makes mostly nonsense proves nothing.
    expect(checked, JSON.stringify([...others])).toBeGreaterThan(QUERIES * 0.8);
  });

  test(`in ${PROJECTS} random projects of several models`, { timeout: TIMEOUT }, async () => {
    const { checked, others } = await refuteAll('projects', PROJECTS, 800, randomModels, checkModels);

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
