import { nameKey, sameName } from '../../name.ts';
import type { ColumnRef, Flow, Pin, RootFlow, Summary } from '../flow.ts';
import { NAMES, ROWS, SIZE } from '../plan/flows/local-flow.ts';
import { ELEMENT, FEW_ROWS } from '../plan/flows/summary-flows.ts';
import type { CarriedColumn, CarriedFlow, CarriedLineage, ModelLineage, Upstream } from './carried-flow.ts';

/** Flows into the columns of a model's inputs. Names of columns are compared without case. */
export class Inputs {
  readonly #upstream: Upstream;
  readonly #uniqueId: string;
  readonly #current: CarriedLineage;
  /** Cache of the flows by column: many flows read the same column. */
  readonly #flowsByColumn = new Map<ColumnRef, readonly CarriedFlow[]>();
  /** Cache of the columns of each input, by the key of the column's name. */
  readonly #columnsByNode = new Map<CarriedLineage, ReadonlyMap<string, CarriedColumn>>();

  constructor(upstream: Upstream, uniqueId: string, current: CarriedLineage) {
    this.#upstream = upstream;
    this.#uniqueId = uniqueId;
    this.#current = current;
  }

  flowsInto(source: ColumnRef): readonly CarriedFlow[] {
    const flows = this.#flowsByColumn.get(source) ?? this.#find(source);
    this.#flowsByColumn.set(source, flows);
    return flows;
  }

  comparedWith(source: ColumnRef): readonly CarriedFlow[] {
    const node = this.#nodeOf(source);
    if (node?.status !== 'traced') return [];
    return (source.column === SIZE ? node.size : this.#columnNamed(source.column, node))?.compared ?? [];
  }

  isKey(column: ColumnRef): boolean {
    return this.#upstream.isKey(column);
  }

  /** The columns, and all columns before them that their values come from. */
  valuesIn(columns: readonly ColumnRef[]): readonly ColumnRef[] {
    const before = columns.flatMap((column) => this.flowsInto(column)).filter(({ type }) => type === 'DIRECT');
    const stops = before.flatMap(({ source, steps }) => [
      source,
      ...steps.flatMap(({ uniqueId, column }) => (column === undefined ? [] : [{ uniqueId, column }])),
    ]);
    return [...columns, ...stops];
  }

  /** Whether a flow reads or summarises only one row of the root table: a key, or the value itself, pins that row. */
  isOfOne({ type, pinned = [], source: own }: Flow, { source: root }: RootFlow, summary: Summary | undefined): boolean {
    if (!summary && (type === 'INDIRECT' || pinned.length === 0)) return false;
    const isKeyOf = (column: ColumnRef, table: string): boolean =>
      column.uniqueId === table && (column.column === ROWS || this.#upstream.isKey(column));
    const isOfKey = ({ source }: CarriedFlow): boolean => isKeyOf(source, root.uniqueId);
    const isPinnedToOne = (column: Pin): boolean =>
      isSameColumn(column, FEW_ROWS) ||
      isSameColumn(column, ELEMENT) ||
      (column.isTested
        ? this.flowsInto(column).some((flow) => isOfKey(flow) && flow.part?.startsWith('test = '))
        : isSameColumn(column, own) ||
          isKeyOf(column, own.uniqueId) ||
          this.comparedWith(column).some(isOfKey) ||
          this.flowsInto(column).some((flow) => isOfKey(flow) && distinguishesRows(flow)));
    const isChosenByKey = (flow: CarriedFlow): boolean =>
      isOfKey(flow) && decidesValue(flow) && !isSameColumn(flow.source, root);
    return (
      (summary?.of ?? pinned).some(isPinnedToOne) || (summary !== undefined && this.flowsInto(own).some(isChosenByKey))
    );
  }

  #nodeOf({ uniqueId }: ColumnRef): ModelLineage | undefined {
    return uniqueId === this.#uniqueId ? this.#current : this.#upstream.models.get(uniqueId);
  }

  #find(source: ColumnRef): readonly CarriedFlow[] {
    const node = this.#nodeOf(source);
    if (!node || node.status === 'unknown') {
      return source.column === ROWS || source.column === SIZE ? [] : [rootValue(source)];
    }
    if (source.column === ROWS) return node.dataset;
    if (source.column === SIZE) return node.size.flows;
    if (source.column === NAMES) return (node.names ?? []).flatMap(({ flows }) => flows);
    return this.#columnNamed(source.column, node)?.flows ?? [];
  }

  #columnNamed(column: string, node: CarriedLineage): CarriedColumn | undefined {
    const columns =
      this.#columnsByNode.get(node) ?? new Map(node.columns.map((traced) => [nameKey(traced.name), traced] as const));
    this.#columnsByNode.set(node, columns);
    return columns.get(nameKey(column));
  }
}

/** The flow of a root column's own value, before any step. */
export function rootValue(source: ColumnRef): RootFlow {
  return { type: 'DIRECT', subtype: 'IDENTITY', source, state: 'clear', masking: false, masks: [], steps: [] };
}

/** Whether a flow leaves enough of its value to distinguish rows. */
function distinguishesRows({ type, state, part }: CarriedFlow): boolean {
  return type === 'DIRECT' && state !== 'aggregate' && part !== 'test null';
}

/** Whether a key decides which rows have a value to summarise: `case when id = 3 then x end`. */
function decidesValue(flow: CarriedFlow): boolean {
  return flow.type === 'INDIRECT'
    ? flow.subtype === 'CONDITIONAL' && flow.part !== 'test null'
    : distinguishesRows(flow);
}

export function isSameColumn(a: ColumnRef, b: ColumnRef): boolean {
  return a.uniqueId === b.uniqueId && sameName(a.column, b.column);
}
