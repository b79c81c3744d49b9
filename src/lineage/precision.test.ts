import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LocalFlow, ROWS } from './plan/flows/local-flow.ts';
import { flowsOf } from './plan/flows/value.ts';
import { Draw } from './testing/draw.ts';
import { NonInterference } from './testing/non-interference.ts';
import { macrosOf } from './testing/random/random-macros.ts';
import { randomQuery } from './testing/random/random-query.ts';
import { USERS_AND_ORDERS, withOtherRows } from './testing/random/random-schema.ts';
import { traceQuery } from './testing/trace-query.ts';
import { UnknownFlow } from './unknown-flow.ts';

/** `npx vitest run --mode long src/lineage/precision.test.ts` draws more. */
const IS_LONG = process.env['MODE'] === 'long';
const QUERIES = Number(process.env['FENCELINE_RANDOM_QUERIES'] ?? (IS_LONG ? 400 : 40));
const SEED = Number(process.env['FENCELINE_RANDOM_SEED'] ?? 20_261_129);
/** Tables in which a flow may show that does not in others: a filter may leave no row, or a group one. */
const TABLES = IS_LONG ? 12 : 8;

/** A claim of the trace about one source column and one output column, and whether the data shows it. */
interface Claim {
  readonly isValue: boolean;
  /** The kind of the strongest flow, and any property of the result that can hide a flow. */
  readonly reason: string;
  /** Whether the output column has several values over all test tables; with only one it can hardly show a flow. */
  readonly canShow: boolean;
  readonly isSeen: boolean;
}

/**
 * Whether each claim shows: in one of the test tables, the output column changes when only that source column changes.
 * Tables are tried until it does.
 */
async function claimsOf(query: string, oracles: readonly NonInterference[]): Promise<readonly Claim[]> {
  const [first] = oracles;
  if (!first) return [];
  const { columns, rows } = await traceQuery(query, first.warehouse);
  // Rows are compared without their order, so that the keys they are sorted by show nothing.
  const inRows = [...rows.values()].filter(({ subtype }) => subtype !== 'SORT');
  const claimed = columns.map(({ value }) => strongestFlows([...flowsOf(value).values(), ...inRows]));
  const hidden = new Map<string, Set<number>>();
  for (const [index, flows] of claimed.entries()) {
    for (const source of flows.keys()) hidden.set(source, (hidden.get(source) ?? new Set()).add(index));
  }
  const values = columns.map(() => new Set<string>());
  for (const oracle of oracles) {
    const result = await oracle.rows({ before: [], query }).catch(() => []);
    for (const row of result)
      for (const [index, cell] of Object.values(row).entries()) values[index]?.add(String(cell));
    const left = new Map([...hidden].filter(([, outputs]) => outputs.size > 0));
    if (left.size > 0) await oracle.observeColumns(query, left);
    // All claimed flows have shown an effect, and all columns two values: other tables could add nothing.
    else if (values.every(({ size }) => size > 1)) break;
  }
  return claimed.flatMap((flows, index) => {
    const results = values[index]?.size ?? 0;
    const where = results === 0 ? ', in no rows' : results === 1 ? ', where all rows have one value' : '';
    return [...flows].map(([source, { type, subtype, state }]) => ({
      isValue: type === 'DIRECT',
      canShow: results > 1,
      reason: `${type === 'DIRECT' ? `${subtype} ${state}` : subtype}${where}`,
      isSeen: !hidden.get(source)?.has(index),
    }));
  });
}

/** For each source column, one flow from it: a value rather than an influence. */
function strongestFlows(flows: readonly LocalFlow[]): ReadonlyMap<string, LocalFlow> {
  const strongest = new Map<string, LocalFlow>();
  for (const flow of flows) {
    if (flow.source.column === ROWS) continue;
    const key = `${flow.source.uniqueId}.${flow.source.column}`;
    const other = strongest.get(key);
    if (!other || (other.type === 'INDIRECT' && flow.type === 'DIRECT')) strongest.set(key, flow);
  }
  return strongest;
}

function table(claims: readonly Claim[]): string {
  const counts = new Map<string, { seen: number; all: number }>();
  for (const { reason, isSeen } of claims) {
    const count = counts.get(reason) ?? { seen: 0, all: 0 };
    counts.set(reason, { seen: count.seen + Number(isSeen), all: count.all + 1 });
  }
  return [...counts]
    .sort(([, a], [, b]) => b.all - b.seen - (a.all - a.seen))
    .map(
      ([reason, { seen, all }]) =>
        `  ${String(all - seen).padStart(4)} of ${String(all).padStart(5)} not seen: ${reason}`,
    )
    .join('\n');
}

function share(claims: readonly Claim[]): number {
  return claims.filter(({ isSeen }) => isSeen).length / Math.max(1, claims.length);
}

test('most of what is claimed shows in rows', { timeout: 60_000 + QUERIES * TABLES * 5000 }, async () => {
  const oracles: NonInterference[] = [];
  const noise = fc.sample(fc.uint8Array({ minLength: 300, maxLength: 300 }), { seed: SEED, numRuns: TABLES - 1 });
  for (const schema of [USERS_AND_ORDERS, ...noise.map((bytes) => withOtherRows(USERS_AND_ORDERS, new Draw(bytes)))]) {
    oracles.push(await NonInterference.open(schema, { macros: macrosOf(schema) }));
  }
  const claims: Claim[] = [];
  const draws = fc.sample(fc.uint8Array({ minLength: 40, maxLength: 400, size: 'max' }), {
    numRuns: QUERIES,
    seed: SEED,
  });
  for (const bytes of draws) {
    try {
      claims.push(...(await claimsOf(randomQuery(bytes, USERS_AND_ORDERS, 'ordinary'), oracles)));
    } catch (cause) {
      if (!(cause instanceof UnknownFlow)) throw cause;
    }
  }
  for (const oracle of oracles) await oracle[Symbol.asyncDispose]();
  const values = claims.filter(({ isValue }) => isValue);
  const influences = claims.filter(({ isValue }) => !isValue);
  const showing = (part: readonly Claim[]): readonly Claim[] => part.filter(({ canShow }) => canShow);
  const line = (part: readonly Claim[]): string =>
    `${(100 * share(part)).toFixed(1)} % of ${part.length}, ${(100 * share(showing(part))).toFixed(1)} % where they can show`;

  console.log(`values: ${line(values)}\n${table(values)}\ninfluences: ${line(influences)}\n${table(influences)}`);
  expect(share(showing(values))).toBeGreaterThanOrEqual(0.97);
  expect(share(showing(influences))).toBeGreaterThanOrEqual(0.88);
});
