import { flowKey, GENERATED, isGenerated, type LocalFlow } from './local-flow.ts';

/**
 * Flows by their {@link flowKey}. Two flows that differ only in their place are one, so a set stays small even if a
 * value takes many ways through a query.
 */
export type FlowSet = ReadonlyMap<string, LocalFlow>;

export const NO_FLOWS: FlowSet = new Map();

export function flowSet(flows: Iterable<LocalFlow>): FlowSet {
  const set = new Map<string, LocalFlow>();
  for (const flow of flows) add(set, flow);
  return set;
}

/**
 * All flows of these sets. Returns the first set itself if the others add nothing, since a fixpoint ends when a union
 * returns the same set.
 */
export function union(...sets: readonly FlowSet[]): FlowSet {
  const [first = NO_FLOWS, ...others] = sets;
  let result = first;
  let own: Map<string, LocalFlow> | undefined;
  for (const other of others) {
    // A new empty set would count as a change, and a fixpoint would never end.
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

/** The set with each flow changed; the same set if `change` returns each flow as it is. */
export function mapFlows(flows: FlowSet, change: (flow: LocalFlow) => LocalFlow): FlowSet {
  if (flows.size === 0) return flows;
  let set: Map<string, LocalFlow> | undefined;
  for (const [key, flow] of flows) {
    const changed = change(flow);
    if (changed !== flow) set ??= flowsBefore(flow, flows);
    if (set) add(set, changed, changed === flow ? key : flowKey(changed));
  }
  return set ?? flows;
}

/** The flows of a set that stand before a flow of the set. */
function flowsBefore(flow: LocalFlow, flows: FlowSet): Map<string, LocalFlow> {
  const before = new Map<string, LocalFlow>();
  for (const [key, other] of flows) {
    if (other === flow) break;
    before.set(key, other);
  }
  return before;
}

/** The flows of a set for which `isKept` is true; the same set if it is for all. */
export function filterFlows(flows: FlowSet, isKept: (flow: LocalFlow) => boolean): FlowSet {
  let kept = 0;
  for (const flow of flows.values()) if (isKept(flow)) kept++;
  if (kept === flows.size) return flows;
  if (kept === 0) return NO_FLOWS;
  const set = new Map<string, LocalFlow>();
  for (const [key, flow] of flows) if (isKept(flow)) set.set(key, flow);
  return set;
}

/** The flows of a set that another set has not. */
export function withoutFlows(flows: FlowSet, others: FlowSet): FlowSet {
  const left = [...flows].filter(([key]) => !others.has(key));
  if (left.length === flows.size) return flows;
  return left.length === 0 ? NO_FLOWS : new Map(left);
}

/** The DIRECT flows of a set: those by which a value itself arrives. */
export function directFlows(flows: FlowSet): FlowSet {
  return filterFlows(flows, ({ type }) => type === 'DIRECT');
}

export function hasValue(flows: FlowSet): boolean {
  for (const { type } of flows.values()) if (type === 'DIRECT') return true;
  return false;
}

/**
 * Flows of values that a query generates, such as those of `range`. They come from no source column, but a query can
 * compare source values with each of them.
 */
export function generated(tableIndex: number): FlowSet {
  const source = { uniqueId: GENERATED, column: String(tableIndex) };
  return flowSet([{ type: 'DIRECT', subtype: 'IDENTITY', source, state: 'clear', masks: [], offset: undefined }]);
}

export function withoutGenerated(flows: FlowSet): FlowSet {
  return filterFlows(flows, (flow) => !isGenerated(flow));
}

/**
 * The flows of a set that carry a size: a length, a number of rows. A column of an input may carry one as well, if the
 * model before made values of that size.
 */
export function sizesIn(flows: FlowSet): FlowSet {
  const values = [...flows.values()].filter(({ type }) => type === 'DIRECT');
  const sizes = values.flatMap((flow): readonly LocalFlow[] => {
    if (flow.part === 'size' || flow.part === 'elements') return [flow];
    return flow.part || flow.state !== 'clear' || isGenerated(flow) ? [] : [{ ...flow, part: 'elements' }];
  });
  return sizes.length === 0 ? NO_FLOWS : flowSet(sizes);
}

/**
 * Flows of the number of rows after rows with equal keys become one. Keys that no value repeats leave no more of a size; those
 * that the query numbers itself keep all rows apart.
 */
export function sizesOfKeys(size: FlowSet, keys: FlowSet): FlowSet {
  if ([...keys.values()].some(isGenerated)) return size;
  return union(filterFlows(size, isGenerated), sizesIn(keys));
}

/** The flows of a query's row order (its ORDER BY, and the order that a window leaves), each as an INDIRECT SORT flow. */
export function rowOrderFlows(order: FlowSet): FlowSet {
  const keys = [...order.values()].filter(({ subtype }) => subtype === 'SORT' || subtype === 'WINDOW');
  return flowSet(keys.map((flow) => ({ ...flow, type: 'INDIRECT', subtype: 'SORT' })));
}

function add(set: Map<string, LocalFlow>, flow: LocalFlow, key = flowKey(flow)): void {
  const other = set.get(key);
  if (!other || (other.offset === undefined && flow.offset !== undefined)) set.set(key, flow);
}
