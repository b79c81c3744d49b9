import type { ColumnType } from '../../warehouse/warehouse.ts';
import type {
  ColumnRef,
  Counts,
  Flow,
  FlowKind,
  NamesFromData,
  NodeLineage,
  RootFlow,
  State,
  Summary,
} from '../flow.ts';
import { nullTestOf } from '../plan/flows/change-flows.ts';
import { staysBehindMask } from '../plan/flows/mask-flows.ts';
import { takePart } from '../plan/flows/parts.ts';
import { lowerRank, weaker } from '../plan/flows/rank.ts';
import type { ComparedFlows } from '../query-trace.ts';
import type { Share } from '../share.ts';

/** A flow from a root column into a model, with the facts about its value that the models after it need. */
export type CarriedFlow = RootFlow & {
  /** {@link Flow.part} */
  readonly part?: Share;
  /** Whether all rows come from one row of the root table, so that a summary of them is the value of that row. */
  readonly isOfOne?: true;
  /** State of the value where its summary has only one row. */
  readonly alone?: State;
  /** {@link Flow.shownBy} */
  readonly shownBy?: Counts;
};

/** The traced lineage of a model for the models after it. */
export interface CarriedLineage {
  readonly status: 'traced';
  readonly columns: readonly CarriedColumn[];
  readonly dataset: readonly CarriedFlow[];
  /** Flows of values that set the number of rows of the model. */
  readonly size: ComparedFlows<CarriedFlow>;
  /** Absent where no column name comes from data. */
  readonly names?: readonly NamesFromData[];
}

export type CarriedColumn = ColumnType & ComparedFlows<CarriedFlow>;

/** The lineage of a model for the models after it, or the reason why it is unknown. */
export type ModelLineage = CarriedLineage | Extract<NodeLineage, { status: 'unknown' }>;

/** Facts about the nodes before a model. */
export interface Upstream {
  /** Lineage of the models traced so far. Roots (sources, seeds) are not in it: their flows begin there. */
  readonly models: ReadonlyMap<string, ModelLineage>;
  /** Whether a model's column is a root as well: YAML gives it tags or meta, which may mark it as personal. */
  readonly isOrigin: (column: ColumnRef) => boolean;
  /** Whether a column is a key: no two rows of its table have the same value in it. */
  readonly isKey: (column: ColumnRef) => boolean;
}

/**
 * The flow after one more step. OpenLineage 1-2-0: the first indirect step names the kind of the path; else its lowest
 * direct one. A mask on either step masks both, except where {@link staysBehindMask} is true.
 */
export function compose(
  before: CarriedFlow,
  flow: Flow,
): FlowKind & Omit<CarriedFlow, 'type' | 'subtype' | 'source' | 'steps'> {
  const isHidden = flow.masks.length === 0 || !staysBehindMask(before);
  const masks = isHidden ? joinMasks(before.masks, flow.masks) : before.masks;
  const { equals } = before.type === 'INDIRECT' ? before : flow;
  const kind = composeKind(before, flow);
  const share = composeShare(before, flow);
  const { part } = share;
  const state = isHidden ? share.state : before.state;
  const summary = summaryOf(flow, before);
  const alone = summary ? composeShare(before, { ...flow, state: summary.alone }).state : before.alone;
  const shownBy = shownByOf(before, flow);
  const isValue = kind.type === 'DIRECT';
  // Most flows have nothing more, and there are many.
  if (!equals && !part && !alone && !before.isOfOne && !shownBy)
    return { ...kind, state, masking: masks.length > 0, masks };
  return {
    ...kind,
    state,
    masking: masks.length > 0,
    masks,
    ...(equals && { equals }),
    ...((isValue || part === 'test null') && part && { part }),
    ...(isValue && alone && { alone }),
    ...(isValue && before.isOfOne && { isOfOne: true as const }),
    ...(isValue && shownBy && { shownBy }),
  };
}

/** The summary that a value goes into, if such a summary of it alone shows something of it. */
export function summaryOf(flow: Flow, before: CarriedFlow): Summary | undefined {
  const { summary } = flow;
  if (!summary?.counts) return summary;
  const shownBy = shownByOf(before, flow);
  return shownBy === 'values' || (shownBy && shownBy === summary.counts) ? summary : undefined;
}

/** The counts that show something of a value after two steps. Values that are computed from several may equal each other. */
function shownByOf(before: CarriedFlow, { shownBy, assembled }: Flow): Counts | undefined {
  if (before.shownBy === 'values' || shownBy === 'values') return 'values';
  return before.shownBy ?? shownBy ?? (assembled ? 'different values' : undefined);
}

function joinMasks(before: readonly string[], after: readonly string[]): readonly string[] {
  if (after.length === 0) return before;
  return [...before, ...after.filter((mask) => !before.includes(mask))];
}

/** The part that two steps in a row leave of a value. */
function composeShare(
  before: CarriedFlow,
  { type, state, part }: Flow,
): { readonly state: State; readonly part?: Share } {
  const weakest = weaker(before.state, state);
  if (before.type === 'INDIRECT') return { state: weakest, ...(before.part && { part: before.part }) };
  if (part === 'elements' && before.part === 'pieces') return { state: weaker(weakest, 'partial'), part: 'size' };
  if (type === 'INDIRECT') return { state: weakest, ...(part && { part }) };
  switch (part) {
    case undefined:
    case 'elements':
      return { state: weakest, ...(before.part && { part: before.part }) };
    case 'size':
      return { state: before.part === 'size' ? before.state : weakest, part };
    case 'pieces':
      return { state: weakest, part: before.part ?? part };
    default: {
      const taken = takePart(before, nullTestOf(before, part));
      return state === 'partial' ? taken : { ...taken, state: weaker(taken.state, state) };
    }
  }
}

function composeKind(before: FlowKind, after: FlowKind): FlowKind {
  if (before.type === 'INDIRECT') return kindOf(before);
  if (after.type === 'INDIRECT') return kindOf(after);
  return { type: 'DIRECT', subtype: lowerRank(before.subtype, after.subtype) };
}

export function kindOf(flow: FlowKind): FlowKind {
  return flow.type === 'DIRECT'
    ? { type: flow.type, subtype: flow.subtype }
    : { type: flow.type, subtype: flow.subtype };
}

/** The flow without the facts that only a propagation needs. */
export function toRootFlow(carried: CarriedFlow): RootFlow {
  // Most flows have no such field, and copies are slow.
  if (!carried.part && !carried.alone && !carried.isOfOne && !carried.shownBy) return carried;
  const { part: _, alone: __, isOfOne: ___, shownBy: ____, ...flow } = carried;
  return flow;
}
