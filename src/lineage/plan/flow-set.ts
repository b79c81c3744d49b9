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
  /** Column {@link ROWS} stands for which rows the table has. */
  readonly source: ColumnRef;
  readonly state: State;
  /** Inside out, each once. */
  readonly masks: readonly string[];
  /** Of the innermost expression on the way that the plan locates, in the planned text. */
  readonly offset: ByteOffset | undefined;
};

/** No column can have this name: SQL has no empty identifier. */
export const ROWS = '';

/** Stands for the names of a model's columns, as {@link ROWS} does for its rows. */
export const NAMES = '*';

/**
 * Flows without repetition: two that differ only in where they were seen are one. That keeps a set small however many
 * ways a value takes through a query. The key is {@link keyOf}.
 */
export type FlowSet = ReadonlyMap<string, LocalFlow>;

export const NO_FLOWS: FlowSet = new Map();

export function flowSet(flows: Iterable<LocalFlow>): FlowSet {
  const set = new Map<string, LocalFlow>();
  for (const flow of flows) add(set, flow);
  return set;
}

/** The first set itself when the others bring nothing new: a fixpoint is reached when a union changes nothing. */
export function union(...sets: readonly FlowSet[]): FlowSet {
  const [first = NO_FLOWS, ...others] = sets;
  let result = first;
  let own: Map<string, LocalFlow> | undefined;
  for (const other of others) {
    // Also one empty set for another: that would be a change, and a fixpoint would never be reached.
    if (other.size === 0) continue;
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

/** The value is computed from: what was a copy becomes a transformation, and some of it may be lost. */
export function transformed(flows: FlowSet, offset: ByteOffset | undefined, most: State = 'clear'): FlowSet {
  return direct(flows, 'TRANSFORMATION', offset, most);
}

/** What several values give one. Parts of the same column may be all of it: `local_part || '@' || domain`. */
export function assembled(sets: readonly FlowSet[]): FlowSet {
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

/** The values of several rows are put together. */
export function aggregated(flows: FlowSet, offset: ByteOffset | undefined, most: State = 'clear'): FlowSet {
  return direct(flows, 'AGGREGATION', offset, most);
}

/**
 * What flows as a value is masked, and with it what that same value decides: a mask that tests its argument was tried
 * as it is. The influence of any other column passes.
 */
export function masked(flows: FlowSet, mask: string, yields: State, offset: ByteOffset | undefined): FlowSet {
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

function columnOf({ source }: LocalFlow): string {
  return `${source.uniqueId}\u0000${source.column}`;
}

/** The values decide over a result without being in it. On a path, the first such step names the kind. */
export function influence(flows: FlowSet, subtype: IndirectSubtype, offset?: ByteOffset): FlowSet {
  return mapFlows(flows, (flow) =>
    flow.type === 'INDIRECT' ? flow : { ...flow, type: 'INDIRECT', subtype, offset: flow.offset ?? offset },
  );
}

export function weaker(a: State, b: State): State {
  return STATES.indexOf(a) > STATES.indexOf(b) ? a : b;
}

const RANK: readonly DirectSubtype[] = ['AGGREGATION', 'TRANSFORMATION', 'IDENTITY'];

/** OpenLineage 1-2-0: of two direct steps on a path the lower rank names the whole. */
export function lowerRank(a: DirectSubtype, b: DirectSubtype): DirectSubtype {
  return RANK.indexOf(a) < RANK.indexOf(b) ? a : b;
}

/** What makes two flows into the same place the same. */
function keyOf({ source, subtype, state, masks }: Omit<LocalFlow, 'offset'>): string {
  return [source.uniqueId, source.column, subtype, state, ...masks].join('\u0000');
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
  const known = set.get(key);
  if (!known || (known.offset === undefined && flow.offset !== undefined)) set.set(key, flow);
}
