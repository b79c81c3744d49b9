import type { ByteOffset } from '../../warehouse/offset.ts';
import {
  type ColumnRef,
  type DirectSubtype,
  type FlowKind,
  type IndirectSubtype,
  STATES,
  type State,
  type Summary,
} from '../flow.ts';
import type { Part } from './parts.ts';

/** A flow inside one query, from a column of a table it reads. */
export type LocalFlow = FlowKind & {
  /** A column of the table; {@link ROWS} stands for which rows the table has. */
  readonly source: ColumnRef;
  readonly state: State;
  /** Names of the masks it goes through, from the inside out, each once. */
  readonly masks: readonly string[];
  /** Place in the planned text of the innermost expression on the way that the plan locates. */
  readonly offset: ByteOffset | undefined;
  /** {@link Flow.equals} */
  readonly equals?: readonly ColumnRef[];
  /** {@link Flow.summary} */
  readonly summary?: Summary;
  /**
   * What is left of the value where that is a part. Parts of a `size` (how much there is of something: a length, a number
   * of rows) and of `pieces` (any piece of a text, in one row or another) are again the whole.
   */
  readonly part?: Part | 'size' | 'pieces';
  /** Columns of which all rows have the same value, or one of a few, from which this one can come: `where id = 3`. */
  readonly pinned?: readonly ColumnRef[];
};

/** Stands for which rows a table has. No column can have this name: SQL has no empty identifier. */
export const ROWS = '';

/** Owns the columns that a query generates (`range`, VALUES, `row_number`): no table of a project has this id. */
export const GENERATED = '';

/** Values that a query makes up and goes through one by one. They have no source, but others are compared with them. */
export function generated(tableIndex: number): FlowSet {
  const source = { uniqueId: GENERATED, column: String(tableIndex) };
  return flowSet([{ type: 'DIRECT', subtype: 'IDENTITY', source, state: 'clear', masks: [], offset: undefined }]);
}

export function isGenerated({ source }: LocalFlow): boolean {
  return source.uniqueId === GENERATED;
}

export function withoutGenerated(flows: FlowSet): FlowSet {
  const values = [...flows.values()];
  return values.some(isGenerated) ? flowSet(values.filter((flow) => !isGenerated(flow))) : flows;
}

/** Of all flows into something, those of values. */
export function valuesOf(flows: FlowSet): FlowSet {
  return flowSet([...flows.values()].filter(({ type }) => type === 'DIRECT'));
}

export function hasValue(flows: FlowSet): boolean {
  return [...flows.values()].some(({ type }) => type === 'DIRECT');
}

/** Stands for the names of a model's columns. */
export const NAMES = '*';

/**
 * Flows without repetition: two that differ only in their place are one, which keeps a set small however many ways a
 * value takes through a query. The key is {@link keyOf}.
 */
export type FlowSet = ReadonlyMap<string, LocalFlow>;

export const NO_FLOWS: FlowSet = new Map();

export function flowSet(flows: Iterable<LocalFlow>): FlowSet {
  const set = new Map<string, LocalFlow>();
  for (const flow of flows) add(set, flow);
  return set;
}

/**
 * All flows of some sets. It is the first set itself where the others add nothing: a fixpoint is reached when a union
 * changes nothing.
 */
export function union(...sets: readonly FlowSet[]): FlowSet {
  const [first = NO_FLOWS, ...others] = sets;
  let result = first;
  let own: Map<string, LocalFlow> | undefined;
  for (const other of others) {
    // Another empty set would be a change as well, and a fixpoint would never be reached.
    if (other.size === 0 || other === result) continue;
    if (result.size === 0) {
      result = other;
      continue;
    }
    for (const [key, flow] of other) {
      if (result.has(key)) continue;
      if (!own || result !== own) {
        own = new Map(result);
        result = own;
      }
      own.set(key, flow);
    }
  }
  return result;
}

/**
 * Flows of a value that another is computed from: a copy becomes a transformation.
 *
 * @param most the strongest state that is left
 */
export function transformFlows(flows: FlowSet, offset: ByteOffset | undefined, most: State = 'clear'): FlowSet {
  return direct(flows, 'TRANSFORMATION', offset, most);
}

/**
 * Flows of several values that one is put together from. Parts of the same column may be all of it: `local_part || '@'
 * || domain`.
 */
export function assembleFlows(sets: readonly FlowSet[]): FlowSet {
  const seen = new Set<string>();
  const whole = new Set<string>();
  for (const set of sets) {
    const parts = new Set([...set.values()].filter(isPart).map(columnOf));
    for (const column of parts) (seen.has(column) ? whole : seen).add(column);
  }
  const all = union(...sets);
  if (whole.size === 0) return all;
  return mapFlows(all, (flow) => (isPart(flow) && whole.has(columnOf(flow)) ? { ...flow, state: 'clear' } : flow));
}

function isPart({ type, state }: LocalFlow): boolean {
  return type === 'DIRECT' && state === 'partial';
}

/**
 * Flows of the values of several rows that one is computed from.
 *
 * @param most the strongest state that is left
 */
export function aggregateFlows(flows: FlowSet, offset: ByteOffset | undefined, most: State = 'clear'): FlowSet {
  return direct(flows, 'AGGREGATION', offset, most);
}

/** Stands for a column that tells single rows apart, where rows are so few that a summary of them tells of each. */
const FEW_ROWS: ColumnRef = { uniqueId: '', column: 'few rows' };

/**
 * Flows of the values of several rows that a number about all of them is computed from. Over the rows of one person it
 * is that person's value, which is a matter of what tells these rows from others.
 *
 * @param distinguishing flows of what groups and chooses the rows
 */
export function summarizeFlows(flows: FlowSet, offset: ByteOffset | undefined, distinguishing: FlowSet): FlowSet {
  return mapFlows(aggregateFlows(flows, offset), (flow) => {
    if (flow.type === 'INDIRECT') return flow;
    const alone = flow.summary?.alone ?? flow.state;
    const pinned = flow.pinned ?? [];
    if (pinned.includes(FEW_ROWS)) return { ...flow, state: alone };
    const others = [...flows.values()].filter((other) => columnOf(other) !== columnOf(flow));
    const keys = [...others, ...distinguishing.values()].filter((other) => distinguishes(other, flow));
    const of = withoutTwins([...keys.map(({ source }) => source), ...pinned]);
    return { ...flow, state: weaker(flow.state, 'aggregate'), summary: { of, alone } };
  });
}

/** A value can tell rows apart, also masked. Its own rows it does tell apart only where it is whole. */
function distinguishes(other: LocalFlow, flow: LocalFlow): boolean {
  if (isGenerated(other) || other.state === 'aggregate') return false;
  if (other.type === 'INDIRECT' && other.subtype !== 'CONDITIONAL') return false;
  return columnOf(other) !== columnOf(flow) || other.subtype === 'IDENTITY';
}

function withoutTwins(columns: readonly ColumnRef[]): readonly ColumnRef[] {
  return [...new Map(columns.map((column) => [`${column.uniqueId}\u0000${column.column}`, column])).values()];
}

/**
 * Flows of summaries that one value is computed from. What only some of them leave out is their difference:
 * `sum(x) - (select sum(x) from t where id <> 3)`.
 */
export function differFlows(sets: readonly FlowSet[], all: FlowSet): FlowSet {
  const summed = sets.map((set) => new Set([...set.values()].filter(({ summary }) => summary).map(columnOf)));
  const repeated = new Set(
    summed.flatMap((columns, index) =>
      [...columns].filter((column) => summed.some((other, at) => at > index && other.has(column))),
    ),
  );
  if (repeated.size === 0) return all;
  const choosing = [...all.values()].filter(
    ({ subtype, source }) => (subtype === 'FILTER' || subtype === 'CONDITIONAL') && source.column !== ROWS,
  );
  return mapFlows(all, (flow) =>
    flow.summary && repeated.has(columnOf(flow))
      ? {
          ...flow,
          summary: { ...flow.summary, of: withoutTwins([...flow.summary.of, ...choosing.map(({ source }) => source)]) },
        }
      : flow,
  );
}

/** Flows of values that say how much there is of something: a property of it, such as its length, is the value again. */
export function sizeFlows(flows: FlowSet): FlowSet {
  return mapFlows(flows, (flow) => (flow.type === 'INDIRECT' ? flow : { ...flow, part: 'size' }));
}

/** Of all flows into something, those of what says how much there is of it. */
export function sizesIn(flows: FlowSet): FlowSet {
  const sizes = [...flows.values()].filter(({ part }) => part === 'size');
  return sizes.length === 0 ? NO_FLOWS : flowSet(sizes);
}

/** Flows of pieces of a text, another one in each row: together they are all of it. */
export function pieceFlows(flows: FlowSet): FlowSet {
  return mapFlows(flows, (flow) => (flow.type === 'INDIRECT' || flow.part ? flow : { ...flow, part: 'pieces' }));
}

/** Flows of a part of a value, or of a property of it. */
export function partFlows(flows: FlowSet, part: Part, offset: ByteOffset | undefined): FlowSet {
  return mapFlows(transformFlows(flows, offset), (flow) => {
    if (flow.type === 'INDIRECT' || flow.part === 'size') return flow;
    // One piece at a fixed place is a part, but all letters as numbers are the text.
    if (flow.part === 'pieces' && !part.startsWith('text array') && !part.startsWith('text list')) return flow;
    const state = weaker(flow.state, 'partial');
    return { ...flow, state, part: flow.state === 'partial' ? (flow.part ?? part) : part };
  });
}

/** Flows of values in rows that all have one of a few values in these columns. */
export function pinFlows(flows: FlowSet, columns: readonly ColumnRef[]): FlowSet {
  return mapFlows(flows, (flow) =>
    flow.type === 'INDIRECT' ? flow : { ...flow, pinned: withoutTwins([...(flow.pinned ?? []), ...columns]) },
  );
}

/** Flows of values in a few rows. */
export function pinToFewRows(flows: FlowSet): FlowSet {
  return pinFlows(flows, [FEW_ROWS]);
}

/**
 * Flows through a mask. The mask counts for what flows as a value, and for what the same column decides: a mask that
 * tests its argument was verified as it is. The influence of any other column passes unmasked.
 */
export function maskFlows(flows: FlowSet, mask: string, yields: State, offset: ByteOffset | undefined): FlowSet {
  const values = new Set([...flows.values()].filter(({ type }) => type === 'DIRECT').map(columnOf));
  return mapFlows(flows, (flow) => {
    if (!values.has(columnOf(flow))) return flow;
    const masks = flow.masks.includes(mask) ? flow.masks : [...flow.masks, mask];
    const changed = { state: weaker(flow.state, yields), masks, offset: offset ?? flow.offset };
    return flow.type === 'INDIRECT'
      ? { ...flow, ...changed }
      : { ...flow, ...changed, subtype: lowerRank(flow.subtype, 'TRANSFORMATION') };
  });
}

/** A text that no other column has. */
export function columnOf({ source }: LocalFlow): string {
  return `${source.uniqueId}\u0000${source.column}`;
}

/** Flows of values that decide over a result without being in it. The first such step on a path names its kind. */
export function influenceOf(flows: FlowSet, subtype: IndirectSubtype, offset?: ByteOffset): FlowSet {
  return mapFlows(withoutGenerated(flows), (flow) =>
    flow.type === 'INDIRECT' ? flow : { ...flow, type: 'INDIRECT', subtype, offset: flow.offset ?? offset },
  );
}

/** The keys that the rows of a query are sorted by when they leave it: its own, and those of a window. */
export function sortKeys(order: FlowSet): FlowSet {
  const keys = [...order.values()].filter(({ subtype }) => subtype === 'SORT' || subtype === 'WINDOW');
  return flowSet(keys.map((flow) => ({ ...flow, type: 'INDIRECT', subtype: 'SORT' })));
}

export function weaker(a: State, b: State): State {
  return STATES.indexOf(a) > STATES.indexOf(b) ? a : b;
}

const RANK: readonly DirectSubtype[] = ['AGGREGATION', 'TRANSFORMATION', 'IDENTITY'];

/** OpenLineage 1-2-0: of two direct steps on a path the lower rank names the whole. */
export function lowerRank(a: DirectSubtype, b: DirectSubtype): DirectSubtype {
  return RANK.indexOf(a) < RANK.indexOf(b) ? a : b;
}

/** Two flows with the same key are one. */
function keyOf({ source, subtype, state, masks, equals, summary, pinned, part }: Omit<LocalFlow, 'offset'>): string {
  const key = [source.uniqueId, source.column, subtype, state, ...masks].join('\u0000');
  if (!equals && !summary && !pinned && !part) return key;
  return JSON.stringify([key, equals, summary, pinned, part]);
}

function direct(flows: FlowSet, subtype: DirectSubtype, offset: ByteOffset | undefined, most: State): FlowSet {
  return mapFlows(flows, (flow) =>
    flow.type === 'INDIRECT'
      ? flow
      : {
          ...flow,
          subtype: lowerRank(flow.subtype, subtype),
          state: weaker(flow.state, most),
          offset: flow.offset ?? offset,
        },
  );
}

function mapFlows(flows: FlowSet, change: (flow: LocalFlow) => LocalFlow): FlowSet {
  if (flows.size === 0) return flows;
  const set = new Map<string, LocalFlow>();
  for (const flow of flows.values()) add(set, change(flow));
  return set;
}

function add(set: Map<string, LocalFlow>, flow: LocalFlow): void {
  const key = keyOf(flow);
  const other = set.get(key);
  if (!other || (other.offset === undefined && flow.offset !== undefined)) set.set(key, flow);
}
