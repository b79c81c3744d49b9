import type { ByteOffset } from '../../../warehouse/offset.ts';
import type { ColumnRef, Counts, Pin } from '../../flow.ts';
import { MEMBER, toDirect } from './change-flows.ts';
import { type FlowSet, flowSet, hasValue, mapFlows } from './flow-set.ts';
import { columnOf, GENERATED, isGenerated, isOfSameColumn, keyOfPin, type LocalFlow, ROWS } from './local-flow.ts';
import { weaker } from './rank.ts';

/**
 * Flows of values into a number about several rows, such as a sum. If all the rows are about one person, that number is
 * the person's value. So each flow keeps the columns that distinguish the rows (`Summary.of`).
 *
 * @param distinguishing flows of the columns that group and filter the rows
 */
export function summarizeFlows(
  flows: FlowSet,
  offset: ByteOffset | undefined,
  distinguishing: FlowSet,
  counts?: Counts,
): FlowSet {
  if (!hasValue(flows)) return flows;
  const groups = groupsIn(distinguishing);
  const values = [...flows.values()].filter(isDistinguishing);
  const isOfOneRow = values.length > 0 && values.every(isOfFewRows);
  return mapFlows(flows, (value) => {
    if (value.type === 'INDIRECT') return value;
    const flow = toDirect(value, 'AGGREGATION', offset);
    const alone = flow.summary?.alone ?? (counts ? weaker(flow.state, 'partial') : flow.state);
    const pinned = flow.pinned ?? [];
    // A summary of a few summaries stays a summary: each of these has its own rows.
    if ((pinned.includes(FEW_ROWS) || isOfOneRow) && !counts) return flow.summary ? flow : { ...flow, state: alone };
    // A count does not mix the values that it counts, so that one of them chooses rows only as a condition.
    const others = values.filter((other) => !isOfSameColumn(other, flow) && (!counts || isCondition(other)));
    const keys = groups.flows.filter((other) => distinguishes(other, flow));
    const isOfGroups = keys.length === groups.flows.length && others.length === 0 && pinned.length === 0;
    const of = isOfGroups
      ? groups.columns
      : withoutTwins([...groups.rowKeys, ...others.map(sourceOf), ...keys.map(sourceOf), ...pinned]);
    return { ...flow, state: weaker(flow.state, 'aggregate'), summary: { of, alone, ...countsOf(flow, counts) } };
  });
}

function countsOf({ summary }: LocalFlow, counts: Counts | undefined): { readonly counts?: Counts } {
  const kept = summary ? summary.counts : counts;
  return kept ? { counts: kept } : {};
}

interface Groups {
  readonly flows: readonly LocalFlow[];
  readonly columns: readonly ColumnRef[];
  /** Stands for keys that are another value in each row. */
  readonly rowKeys: readonly ColumnRef[];
}

/** Cache of groups by the flows of their keys: most summaries of a query have the same keys. */
const GROUPS = new WeakMap<FlowSet, Groups>();

function groupsIn(distinguishing: FlowSet): Groups {
  let groups = GROUPS.get(distinguishing);
  if (!groups) {
    const flows = [...distinguishing.values()].filter(isDistinguishing);
    const rowKeys = [...distinguishing.values()].some(isRowKey) ? [FEW_ROWS] : [];
    groups = { flows, columns: withoutTwins([...rowKeys, ...flows.map(({ source }) => source)]), rowKeys };
    GROUPS.set(distinguishing, groups);
  }
  return groups;
}

function isCondition({ type, part }: LocalFlow): boolean {
  return type === 'INDIRECT' || (part?.startsWith('test ') ?? false);
}

function isRowKey({ source: { uniqueId, column } }: LocalFlow): boolean {
  return uniqueId === FEW_ROWS.uniqueId && column === FEW_ROWS.column;
}

/** Whether a value, masked or not, can distinguish the rows of a summary of other values. */
function isDistinguishing(other: LocalFlow): boolean {
  if (isGenerated(other) || other.state === 'aggregate') return false;
  if (other.type === 'INDIRECT' && other.subtype !== 'CONDITIONAL') return false;
  return other.part !== 'test null' && other.part !== MEMBER;
}

/** The summarised value itself distinguishes the rows only if it is a plain copy. */
function distinguishes(other: LocalFlow, flow: LocalFlow): boolean {
  return !isOfSameColumn(other, flow) || other.subtype === 'IDENTITY';
}

/**
 * Flows of several summaries into one value that is computed from them. Their difference shows the rows that only one
 * of them leaves out, so the columns that filter these rows count as keys of the summary:
 * `sum(x) - (select sum(x) from t where id <> 3)`.
 */
export function differFlows(sets: readonly FlowSet[], all: FlowSet): FlowSet {
  const summed = sets.map(summedColumns).filter(({ size }) => size > 0);
  if (summed.length < 2) return all;
  const repeated = new Set(
    summed.flatMap((columns, index) =>
      [...columns].filter((column) => summed.some((other, at) => at > index && other.has(column))),
    ),
  );
  if (repeated.size === 0) return all;
  const choosing = [...all.values()].filter(
    ({ subtype, source }) => (subtype === 'FILTER' || subtype === 'CONDITIONAL') && source.column !== ROWS,
  );
  const columns = choosing.map(({ source }) => source);
  const lists = new Map<readonly Pin[], readonly Pin[]>();
  return mapFlows(all, (flow) => {
    if (!flow.summary || !repeated.has(columnOf(flow))) return flow;
    const { of } = flow.summary;
    const list = lists.get(of) ?? withColumns(of, columns);
    lists.set(of, list);
    return list === of ? flow : { ...flow, summary: { ...flow.summary, of: list } };
  });
}

function summedColumns(flows: FlowSet): ReadonlySet<string> {
  const columns = new Set<string>();
  for (const flow of flows.values()) if (flow.summary) columns.add(columnOf(flow));
  return columns;
}

/**
 * Whether a test is true for only one value, or for a few.
 *
 * @param reads flows of each value that is compared
 */
export function isPinning(operator: string, reads: readonly FlowSet[]): boolean {
  return canPin(operator, reads.length) && reads.filter(({ size }) => size > 0).length === 1;
}

/** Whether a test may be true for only a few values, as far as its operator and the number of its operands say. */
export function canPin(operator: string, count: number): boolean {
  return EQUALITIES.has(operator) && count <= MOST_PINNED;
}

const EQUALITIES: ReadonlySet<string> = new Set(['COMPARE_EQUAL', 'COMPARE_NOT_DISTINCT_FROM', 'COMPARE_IN']);

/**
 * Number of values that still count as few. It is less than a group must have by default: a summary of so few rows
 * shows much about each.
 */
export const MOST_PINNED = 5;

/**
 * Makes a change of flows that pins them: their values come from rows with one value, or one of a few, in these columns.
 */
export function pinningTo(columns: readonly Pin[]): (flows: FlowSet) => FlowSet {
  const pin = flowPinningTo(columns);
  return (flows) => mapFlows(flows, pin);
}

function flowPinningTo(columns: readonly Pin[]): (flow: LocalFlow) => LocalFlow {
  // All columns of a row have the same pins, and share one list of them.
  const lists = new Map<readonly Pin[], readonly Pin[]>();
  const pinned = (before: readonly Pin[] = NO_PINS): readonly Pin[] => {
    let list = lists.get(before);
    if (!list) {
      list = withColumns(before, columns);
      lists.set(before, list);
    }
    return list;
  };
  return (flow) => {
    if (flow.type === 'INDIRECT') return flow;
    const list = pinned(flow.pinned);
    return list === flow.pinned ? flow : { ...flow, pinned: list };
  };
}

const NO_PINS: readonly Pin[] = [];

/** Flows of values from a few rows. */
export function pinToFewRows(flows: FlowSet): FlowSet {
  return pinningTo([FEW_ROWS])(flows);
}

/**
 * Stands for a key column in `pinned`, if there are so few rows that a summary shows much about each, and for a value that
 * the query makes itself, another one for each row.
 */
export const FEW_ROWS: ColumnRef = { uniqueId: GENERATED, column: 'few rows' };

/** Flows of a value that is another one in each row, such as a row number. */
export const ROW_KEY: FlowSet = flowSet([
  { type: 'DIRECT', subtype: 'IDENTITY', source: FEW_ROWS, state: 'clear', masks: [], offset: undefined },
]);

/** Flows of the values in the only row of an aggregate without groups, or in the elements of a list. */
export function pinToOneRow(flows: FlowSet, place: ColumnRef): FlowSet {
  const pin = flowPinningTo([place]);
  return mapFlows(flows, (flow) => (flow.summary ? flow : pin(flow)));
}

/** Stands for a key column in `pinned` of a value in one row. A sum over it and values of other rows is a summary still. */
export const ONE_ROW: ColumnRef = { uniqueId: GENERATED, column: 'one row' };

/** Stands for a key column in `pinned` of the elements of a list: each is a value of its own. */
export const ELEMENT: ColumnRef = { uniqueId: GENERATED, column: 'element' };

function isOfFewRows({ pinned = [] }: LocalFlow): boolean {
  return [ONE_ROW, ELEMENT, FEW_ROWS].some((place) => pinned.includes(place));
}

/** The list with more columns; the same list if it has them all. */
function withColumns(list: readonly Pin[], columns: readonly Pin[]): readonly Pin[] {
  const all = withoutTwins([...list, ...columns]);
  return all.length === list.length ? list : all;
}

function sourceOf({ source }: LocalFlow): ColumnRef {
  return source;
}

function withoutTwins<C extends Pin>(columns: readonly C[]): readonly C[] {
  if (columns.length < 2) return columns;
  const found = new Map<string, C>();
  for (const column of columns) found.set(keyOfPin(column), column);
  return found.size === columns.length ? columns : [...found.values()];
}
