import type { ByteOffset } from '../../../warehouse/offset.ts';
import type { Counts, DirectSubtype, IndirectSubtype, State } from '../../flow.ts';
import type { Part } from '../../share.ts';
import { type FlowSet, filterFlows, hasValue, mapFlows, union, withoutGenerated } from './flow-set.ts';
import { columnOf, type LocalFlow, ROWS } from './local-flow.ts';
import { takePart } from './parts.ts';
import { lowerRank, weaker } from './rank.ts';

/**
 * Flows of one value into another that is computed from it: a copy (IDENTITY) becomes a TRANSFORMATION.
 *
 * @param most the strongest state that is left
 */
export function transformFlows(flows: FlowSet, offset: ByteOffset | undefined, most: State = 'clear'): FlowSet {
  return direct(flows, 'TRANSFORMATION', offset, most);
}

/**
 * Flows of values of several rows into one value that is computed from them (AGGREGATION).
 *
 * @param most the strongest state that is left
 */
export function aggregateFlows(flows: FlowSet, offset: ByteOffset | undefined, most: State = 'clear'): FlowSet {
  return direct(flows, 'AGGREGATION', offset, most);
}

function direct(flows: FlowSet, subtype: DirectSubtype, offset: ByteOffset | undefined, most: State): FlowSet {
  return mapFlows(flows, (flow) => (flow.type === 'INDIRECT' ? flow : toDirect(flow, subtype, offset, most)));
}

/** The DIRECT flow of a value into one that is computed from it. */
export function toDirect(
  flow: Extract<LocalFlow, { type: 'DIRECT' }>,
  subtype: DirectSubtype,
  offset: ByteOffset | undefined,
  most: State = 'clear',
): Extract<LocalFlow, { type: 'DIRECT' }> {
  const lower = lowerRank(flow.subtype, subtype);
  const state = weaker(flow.state, most);
  const place = flow.offset ?? offset;
  const isSame = lower === flow.subtype && state === flow.state && place === flow.offset;
  return isSame ? flow : { ...flow, subtype: lower, state, offset: place };
}

/**
 * Flows of several values into one result that combines them. Two parts of the same column may be all of it, and so
 * become clear: `local_part || '@' || domain`.
 */
export function assembleFlows(sets: readonly FlowSet[], how: 'beside' | 'against'): FlowSet {
  const seen = new Set<string>();
  const whole = new Set<string>();
  for (const set of sets) {
    const parts = new Set([...set.values()].filter(isPart).map(columnOf));
    for (const column of parts) (seen.has(column) ? whole : seen).add(column);
  }
  const all = markAssembled(sets, how);
  if (whole.size === 0) return all;
  return mapFlows(all, (flow) => (isPart(flow) && whole.has(columnOf(flow)) ? { ...flow, state: 'clear' } : flow));
}

/**
 * Marks flows into one result that combines them (`Flow.assembled`): in the models before, the combined columns may be
 * parts of one value.
 */
function markAssembled(sets: readonly FlowSet[], how: 'beside' | 'against'): FlowSet {
  const all = union(...sets);
  if (sets.filter(hasValue).length < 2) return all;
  return mapFlows(all, (flow) =>
    flow.type === 'INDIRECT' || flow.assembled === 'against' || flow.assembled === how
      ? flow
      : { ...flow, assembled: how },
  );
}

/** Flows of concatenated values into a function that may compare them: `beside` becomes `against`. */
export function opposeFlows(flows: FlowSet): FlowSet {
  return mapFlows(flows, (flow) => (flow.assembled === 'beside' ? { ...flow, assembled: 'against' } : flow));
}

function isPart({ type, state }: LocalFlow): boolean {
  return type === 'DIRECT' && state === 'partial';
}

/** Flows of values of which a count shows something: `Flow.shownBy`. */
export function shownByCount(flows: FlowSet, counts: Counts): FlowSet {
  return mapFlows(flows, (flow) =>
    flow.type === 'INDIRECT' || flow.shownBy === 'values' || flow.shownBy === counts
      ? flow
      : { ...flow, shownBy: counts },
  );
}

/** Flows of a value that is one of several: it may equal another one of them. */
export function oneOf(reads: readonly FlowSet[]): FlowSet {
  const all = union(...reads);
  return reads.filter(hasValue).length > 1 ? shownByCount(all, 'different values') : all;
}

/** Flows of a part of a value, or of a property of it. */
export function partFlows(flows: FlowSet, part: Part, offset: ByteOffset | undefined): FlowSet {
  return mapFlows(flows, (flow) => {
    if (flow.type === 'INDIRECT') return flow;
    const made = toDirect(flow, 'TRANSFORMATION', offset);
    return flow.part === 'elements' ? made : { ...made, ...takePart(made, part) };
  });
}

/** Flows of a value into the boolean result of a test on it. */
export function testedFlows(flows: FlowSet, test: Part, offset: ByteOffset | undefined): FlowSet {
  return mapFlows(flows, (flow) => {
    if (flow.type === 'INDIRECT') return flow;
    const tested = toDirect(flow, 'TRANSFORMATION', offset, 'partial');
    return flow.part ? tested : { ...tested, part: nullTestOf(flow, test) };
  });
}

/** The test that a test for NULL is: where the value decides whether it is NULL, it tests the value. */
export function nullTestOf({ shownBy }: Pick<LocalFlow, 'shownBy'>, test: Part): Part {
  return test === 'test null' && shownBy === 'values' ? 'test value' : test;
}

/** Flows of a test for one value into its negation, which is true for all other values. */
export function negatedFlows(flows: FlowSet): FlowSet {
  return mapFlows(flows, (flow) =>
    flow.part?.startsWith('test = ') ? { ...flow, part: `test not ${flow.part.slice('test = '.length)}` } : flow,
  );
}

/**
 * Flows of values that decide a result without being in it (INDIRECT). The first such step of a path sets its subtype.
 * A test of membership is the exception: rows that it chooses or sorts get the subtype of that choice or sort.
 */
export function influenceOf(flows: FlowSet, subtype: IndirectSubtype, offset?: ByteOffset): FlowSet {
  return mapFlows(withoutRedundantNullTests(withoutGenerated(flows)), (flow) =>
    flow.type === 'INDIRECT' && flow.part !== MEMBER ? flow : toInfluence(flow, subtype, flow.offset ?? offset),
  );
}

/**
 * Flows into a value that shows whether a row passed a filter: a boolean, or a column that is NULL for other rows. A filter
 * decides such a value as the condition of a CASE does. A filter by NULL alone does not count, since many models leave out
 * the rows without a value.
 */
export function membershipFlows(rows: FlowSet): FlowSet {
  return mapFlows(rows, (flow) =>
    flow.subtype === 'FILTER' && flow.part === undefined && flow.source.column !== ROWS
      ? { ...flow, type: 'INDIRECT', subtype: 'CONDITIONAL', part: MEMBER }
      : flow,
  );
}

/** Part of a value that a test of membership shows: whether a row passed the filter on the value. */
export const MEMBER: Part = 'test member';

/**
 * Flows of sort keys into the rows or values that a LIMIT or an aggregate picks by their order. A computed key picks
 * as a filter does: `order by abs(salary - 50000) limit 1`.
 */
export function pickingFlows(keys: FlowSet, offset?: ByteOffset): FlowSet {
  const computed = filterFlows(keys, ({ subtype, part }) => subtype === 'TRANSFORMATION' && part !== 'test null');
  return union(influenceOf(keys, 'SORT', offset), influenceOf(computed, 'FILTER', offset));
}

/** Leaves out NULL tests of a column whose value flows as well: the value also shows whether it is NULL. */
function withoutRedundantNullTests(flows: FlowSet): FlowSet {
  const all = [...flows.values()];
  if (!all.some(isNullTest)) return flows;
  const values = new Set(all.filter(({ type }) => type === 'DIRECT').map(columnOf));
  return filterFlows(flows, (flow) => !isNullTest(flow) || !values.has(columnOf(flow)));
}

function isNullTest({ type, part }: LocalFlow): boolean {
  return type === 'INDIRECT' && part === 'test null';
}

/**
 * The influence of a value that is not in the result. Of its part it keeps only whether that was a NULL test; a count keeps
 * what it shows of the value.
 */
function toInfluence(value: LocalFlow, subtype: IndirectSubtype, offset: ByteOffset | undefined): LocalFlow {
  const { part, assembled, pinned, shownBy } = value;
  // Most flows have no such field, and a copy without some fields is slow.
  if (!part && !assembled && !pinned && !shownBy) return { ...value, type: 'INDIRECT', subtype, offset };
  const { part: _, assembled: __, pinned: ___, shownBy: ____, ...flow } = value;
  const counted = value.summary?.counts && shownBy;
  return {
    ...flow,
    type: 'INDIRECT',
    subtype,
    offset,
    ...(part === 'test null' && { part }),
    ...(counted && { shownBy: counted }),
  };
}
