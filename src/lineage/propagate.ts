import { nameKey, sameName } from '../name.ts';
import type { ColumnRef, Flow, FlowKind, NamesFromData, NodeLineage, RootFlow, State, Step } from './flow.ts';
import { NAMES, ROWS } from './plan/local-flow.ts';
import { lowerRank, weaker } from './plan/rank.ts';
import type { QueryNames, QueryTrace, TracedOutput } from './query-trace.ts';

type Traced = Extract<NodeLineage, { status: 'traced' }>;

/** Results for the nodes before a model. */
export interface Upstream {
  /** Lineage of the models traced so far. Roots (sources, seeds) are not in it: their flows begin there. */
  readonly models: ReadonlyMap<string, NodeLineage>;
  /**
   * Whether flows begin at a model's column as well, since YAML says something about it, such as that it is personal.
   */
  readonly isOrigin: (column: ColumnRef) => boolean;
  /** Whether no two rows of a table have the same value in a column of it. */
  readonly isKey: (column: ColumnRef) => boolean;
}

/**
 * Takes a model's flows back to the roots, through the flows of its inputs. A model that reads its own table (an
 * incremental one) is taken round until nothing changes.
 */
export function propagate(uniqueId: string, query: QueryTrace, upstream: Upstream): Traced {
  const columns = query.columns.map(({ name, type }) => ({ name, type, flows: [] }));
  let current: Traced = { status: 'traced', columns, dataset: [] };
  for (;;) {
    const inputs = new Inputs(upstream, uniqueId, current);
    const next: Traced = {
      status: 'traced',
      columns: query.columns.map((column) => propagateColumn(uniqueId, column, inputs, upstream)),
      dataset: follow(uniqueId, undefined, query.dataset, inputs),
      ...followNames(uniqueId, query.names ?? [], inputs),
    };
    if (!readsItself(uniqueId, query) || areSame(next, current)) return next;
    current = next;
  }
}

/** Takes the column names of an unknown model back to the roots that they come from. */
export function propagateNames(
  uniqueId: string,
  names: readonly QueryNames[],
  upstream: Upstream,
): { readonly names?: readonly NamesFromData[] } {
  return followNames(uniqueId, names, new Inputs(upstream, uniqueId, { status: 'traced', columns: [], dataset: [] }));
}

/** Leaves out names into which nothing flows: they are written in the query itself. */
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
  { isOrigin }: Upstream,
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
    const written = flow.equals ? { ...flow, equals: inputs.valuesIn(flow.equals) } : flow;
    for (const before of inputs.flowsInto(flow.source)) {
      const { summary } = flow;
      const held = summary && inputs.isOfOne(flow, before) ? { ...written, state: summary.alone } : written;
      const composed = compose(before, held);
      const key = flowKey({ ...composed, source: before.source });
      const other = found.get(key);
      // Most flows are dropped here: only one that stays gets a copy of the steps.
      if (other && !saysMore(composed.state, before.steps.length + 1, other)) continue;
      found.set(key, { ...composed, source: before.source, steps: [...before.steps, stepOf(uniqueId, column, held)] });
    }
  }
  return [...found.values()];
}

function stepOf(uniqueId: string, column: string | undefined, flow: Flow): Step {
  const { state, location, expression } = flow;
  return { ...kindOf(flow), uniqueId, column, state, location, expression };
}

/** Flows into the columns of a model's inputs, which are found by name without case. */
class Inputs {
  readonly #upstream: Upstream;
  readonly #uniqueId: string;
  readonly #current: Traced;
  /** Flows by column as written: many flows read the same column. */
  readonly #flowsByColumn = new Map<string, readonly RootFlow[]>();

  constructor(upstream: Upstream, uniqueId: string, current: Traced) {
    this.#upstream = upstream;
    this.#uniqueId = uniqueId;
    this.#current = current;
  }

  flowsInto(source: ColumnRef): readonly RootFlow[] {
    const key = `${source.uniqueId}\u0000${source.column}`;
    const flows = this.#flowsByColumn.get(key) ?? this.#find(source);
    this.#flowsByColumn.set(key, flows);
    return flows;
  }

  /** The columns, and those whose values they hold. */
  valuesIn(columns: readonly ColumnRef[]): readonly ColumnRef[] {
    const before = columns.flatMap((column) => this.flowsInto(column)).filter(({ type }) => type === 'DIRECT');
    const stops = before.flatMap(({ source, steps }) => [
      source,
      ...steps.flatMap(({ uniqueId, column }) => (column === undefined ? [] : [{ uniqueId, column }])),
    ]);
    return [...columns, ...stops];
  }

  /**
   * Whether a summary is about one row of the table that its values come from: a key, or the value itself, picks that
   * row.
   */
  isOfOne({ summary, source: own }: Flow, { source: root }: RootFlow): boolean {
    const isKeyOf = (column: ColumnRef, table: string): boolean =>
      column.uniqueId === table && (column.column === ROWS || this.#upstream.isKey(column));
    return (summary?.of ?? []).some(
      (column) =>
        isSameColumn(column, own) ||
        isKeyOf(column, own.uniqueId) ||
        this.flowsInto(column).some(
          ({ type, state, source }) => type === 'DIRECT' && state !== 'aggregate' && isKeyOf(source, root.uniqueId),
        ),
    );
  }

  #find(source: ColumnRef): readonly RootFlow[] {
    const node = source.uniqueId === this.#uniqueId ? this.#current : this.#upstream.models.get(source.uniqueId);
    if (!node || node.status === 'unknown') return source.column === ROWS ? [] : [itself(source)];
    if (source.column === ROWS) return node.dataset;
    if (source.column === NAMES) return (node.names ?? []).flatMap(({ flows }) => flows);
    return node.columns.find(({ name }) => sameName(name, source.column))?.flows ?? [];
  }
}

/** A root column's own value, before any step. */
export function itself(source: ColumnRef): RootFlow {
  return { type: 'DIRECT', subtype: 'IDENTITY', source, state: 'clear', masking: false, masks: [], steps: [] };
}

/** OpenLineage 1-2-0: the first indirect step names the kind of the path; else its lowest direct one. Masking stays. */
export function compose(
  before: RootFlow,
  flow: Flow,
): FlowKind & Pick<RootFlow, 'state' | 'masking' | 'masks' | 'equals'> {
  const masks = [...before.masks, ...flow.masks.filter((mask) => !before.masks.includes(mask))];
  const { equals } = before.type === 'INDIRECT' ? before : flow;
  const composed = {
    ...composeKind(before, flow),
    state: weaker(before.state, flow.state),
    masking: masks.length > 0,
    masks,
  };
  return equals ? { ...composed, equals } : composed;
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

/**
 * A text that two flows into one column share where one of them stands for both. Direct flows differ by their state;
 * influences differ only by their source and kind, and the strongest stands for all.
 */
function flowKey({ source, type, subtype, state, masks, equals }: Omit<RootFlow, 'steps'>): string {
  const key = [source.uniqueId, nameKey(source.column), subtype];
  if (equals) key.push('=', ...equals.flatMap(({ uniqueId, column }) => [uniqueId, column]));
  return (type === 'DIRECT' ? [...key, state, ...masks] : key).join('\u0000');
}

function saysMore(state: State, steps: number, other: RootFlow): boolean {
  return state === other.state ? steps < other.steps.length : weaker(state, other.state) === other.state;
}

function isSameColumn(a: ColumnRef, b: ColumnRef): boolean {
  return a.uniqueId === b.uniqueId && sameName(a.column, b.column);
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
        .map((flow) => `${flowKey(flow)} ${flow.state}`)
        .sort()
        .join('\n'),
    )
    .join('\n\n');
}
