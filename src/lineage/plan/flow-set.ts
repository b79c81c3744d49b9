import type { ByteOffset } from '../../warehouse/offset.ts';
import {
  type ColumnRef,
  type DirectSubtype,
  type FlowKind,
  type IndirectSubtype,
  STATES,
  type State,
} from '../flow.ts';

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
function keyOf({ source, subtype, state, masks, equals }: Omit<LocalFlow, 'offset'>): string {
  const key = [source.uniqueId, source.column, subtype, state, ...masks].join('\u0000');
  return equals ? [key, '=', ...equals.flatMap(({ uniqueId, column }) => [uniqueId, column])].join('\u0000') : key;
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
