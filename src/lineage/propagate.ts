import type { ColumnRef, Flow, FlowKind, NamesFromData, NodeLineage, RootFlow, State, Step } from './flow.ts';
import { lowerRank, NAMES, ROWS, weaker } from './plan/flow-set.ts';
import type { QueryNames, QueryTrace, TracedOutput } from './query-trace.ts';

type Traced = Extract<NodeLineage, { status: 'traced' }>;

/** What is known before a model is looked at. */
export interface Known {
  /** Models traced before. Roots (sources, seeds) are not in it and stand for themselves. */
  readonly models: ReadonlyMap<string, NodeLineage>;
  /** A model's column that YAML says something about, such as that it is personal: flows begin there, too. */
  readonly isOrigin: (column: ColumnRef) => boolean;
}

/**
 * Takes a model's flows back to the roots over what its inputs are known to carry. A model that reads its own table (an
 * incremental one) is taken round until nothing new comes.
 */
export function propagate(uniqueId: string, query: QueryTrace, known: Known): Traced {
  const columns = query.columns.map(({ name, type }) => ({ name, type, flows: [] }));
  let current: Traced = { status: 'traced', columns, dataset: [] };
  for (;;) {
    const inputs = new Inputs(known, uniqueId, current);
    const next: Traced = {
      status: 'traced',
      columns: query.columns.map((column) => propagateColumn(uniqueId, column, inputs, known)),
      dataset: follow(uniqueId, undefined, query.dataset, inputs),
      ...followNames(uniqueId, query.names ?? [], inputs),
    };
    if (!readsItself(uniqueId, query) || areSame(next, current)) return next;
    current = next;
  }
}

/** Takes what names a model's columns back to the roots, where no more is known of the model. */
export function propagateNames(
  uniqueId: string,
  names: readonly QueryNames[],
  known: Known,
): { readonly names?: readonly NamesFromData[] } {
  return followNames(uniqueId, names, new Inputs(known, uniqueId, { status: 'traced', columns: [], dataset: [] }));
}

/** Names that nothing flows into are the query's own. */
function followNames(
  uniqueId: string,
  names: readonly QueryNames[],
  inputs: Inputs,
): { readonly names?: readonly NamesFromData[] } {
  const followed = names
    .map((named) => ({ ...named, flows: follow(uniqueId, NAMES, named.flows, inputs) }))
    .filter(({ flows }) => flows.length > 0);
  return followed.length > 0 ? { names: followed } : {};
}

function propagateColumn(
  uniqueId: string,
  { name, type, flows }: TracedOutput,
  inputs: Inputs,
  { isOrigin }: Known,
): Traced['columns'][number] {
  const origin = { uniqueId, column: name };
  const followed = follow(uniqueId, name, flows, inputs);
  return { name, type, flows: isOrigin(origin) ? [...followed, itself(origin)] : followed };
}

function follow(
  uniqueId: string,
  column: string | undefined,
  flows: readonly Flow[],
  inputs: Inputs,
): readonly RootFlow[] {
  const found = new Map<string, RootFlow>();
  for (const flow of flows) {
    const { state, location, expression } = flow;
    const step: Step = { ...kindOf(flow), uniqueId, column, state, location, expression };
    for (const before of inputs.flowsInto(flow.source)) {
      const composed = compose(before, flow);
      const key = placeOf({ ...composed, source: before.source });
      const other = found.get(key);
      // Steps are copied for the few that stay.
      if (other && !saysMore(composed.state, before.steps.length + 1, other)) continue;
      found.set(key, { ...composed, source: before.source, steps: [...before.steps, step] });
    }
  }
  return [...found.values()];
}

/** The columns of the nodes before, found by name without case. */
class Inputs {
  readonly #known: Known;
  readonly #uniqueId: string;
  readonly #current: Traced;
  /** Asked before, as written: one column is read by many. */
  readonly #asked = new Map<string, readonly RootFlow[]>();

  constructor(known: Known, uniqueId: string, current: Traced) {
    this.#known = known;
    this.#uniqueId = uniqueId;
    this.#current = current;
  }

  flowsInto(source: ColumnRef): readonly RootFlow[] {
    const key = `${source.uniqueId}\u0000${source.column}`;
    const flows = this.#asked.get(key) ?? this.#find(source);
    this.#asked.set(key, flows);
    return flows;
  }

  #find(source: ColumnRef): readonly RootFlow[] {
    const node = source.uniqueId === this.#uniqueId ? this.#current : this.#known.models.get(source.uniqueId);
    if (!node || node.status === 'unknown') return source.column === ROWS ? [] : [itself(source)];
    if (source.column === ROWS) return node.dataset;
    if (source.column === NAMES) return (node.names ?? []).flatMap(({ flows }) => flows);
    return node.columns.find(({ name }) => name.toLowerCase() === source.column.toLowerCase())?.flows ?? [];
  }
}

/** A root column's own value, before any step. */
export function itself(source: ColumnRef): RootFlow {
  return { type: 'DIRECT', subtype: 'IDENTITY', source, state: 'clear', masking: false, masks: [], steps: [] };
}

/** OpenLineage 1-2-0: the first indirect step names the kind of the path; else its lowest direct one. Masking stays. */
export function compose(before: RootFlow, flow: Flow): FlowKind & Pick<RootFlow, 'state' | 'masking' | 'masks'> {
  const masks = [...before.masks, ...flow.masks.filter((mask) => !before.masks.includes(mask))];
  return { ...composeKind(before, flow), state: weaker(before.state, flow.state), masking: masks.length > 0, masks };
}

function composeKind(before: FlowKind, after: FlowKind): FlowKind {
  if (before.type === 'INDIRECT') return kindOf(before);
  if (after.type === 'INDIRECT') return kindOf(after);
  return { type: 'DIRECT', subtype: lowerRank(before.subtype, after.subtype) };
}

function kindOf(flow: FlowKind): FlowKind {
  return flow.type === 'DIRECT'
    ? { type: flow.type, subtype: flow.subtype }
    : { type: flow.type, subtype: flow.subtype };
}

/** Of direct flows each state counts; influences differ only in their source and kind, and the strongest stands for all. */
function placeOf({ source, type, subtype, state, masks }: Omit<RootFlow, 'steps'>): string {
  const place = [source.uniqueId, source.column.toLowerCase(), subtype];
  return (type === 'DIRECT' ? [...place, state, ...masks] : place).join('\u0000');
}

function saysMore(state: State, steps: number, other: RootFlow): boolean {
  return state === other.state ? steps < other.steps.length : weaker(state, other.state) === other.state;
}

function readsItself(uniqueId: string, { columns, dataset, names = [] }: QueryTrace): boolean {
  return [dataset, ...[...columns, ...names].map(({ flows }) => flows)].some((flows) =>
    flows.some(({ source }) => source.uniqueId === uniqueId),
  );
}

function areSame(a: Traced, b: Traced): boolean {
  return signature(a) === signature(b);
}

function signature({ columns, dataset }: Traced): string {
  const flows = [dataset, ...columns.map((column) => column.flows)];
  return flows
    .map((into) =>
      into
        .map((flow) => `${placeOf(flow)} ${flow.state}`)
        .sort()
        .join('\n'),
    )
    .join('\n\n');
}
