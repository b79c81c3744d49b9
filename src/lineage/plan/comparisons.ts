import type { ColumnRef } from '../flow.ts';
import { type FlowSet, flowSet, union, withoutGenerated } from './flow-set.ts';
import { columnOf, GENERATED, isGenerated, type LocalFlow, ROWS } from './local-flow.ts';
import { weaker } from './rank.ts';
import { flowsOf, mapValue, type TracedColumn, withFlows } from './value.ts';

/** A value that was held against another one. */
interface Comparison {
  readonly compared: LocalFlow;
  readonly shown: ColumnRef;
}

interface Result {
  readonly columns: readonly TracedColumn[];
  readonly rows: FlowSet;
}

/**
 * Which values a plan holds against each other, anywhere in it. Where one of them is in the result, it tells the other:
 * `select r from range(100) t(r) join users on r = age` shows every age, though no value of `age` is in it.
 */
export class Comparisons {
  /** By the column that is shown, and then by the one it was compared with. */
  readonly #comparisons = new Map<string, Map<string, Comparison>>();
  /** Pairs of columns whose values a set operation puts into one. */
  readonly #merged = new Set<string>();

  /** Of all that a predicate reads, any value may be compared with any other. */
  compare(reads: readonly FlowSet[]): void {
    this.#pair(reads, () => true);
  }

  /**
   * Rows that are sorted or grouped by values of several columns in one come together where these are equal. A key that
   * is only computed of several columns brings nothing together.
   */
  sort(key: FlowSet): void {
    this.#pair([key], (a, b) => isGenerated(a) || isGenerated(b) || this.#merged.has(pairOf(a, b)));
  }

  /** Values of different inputs become those of one column. */
  merge(inputs: readonly FlowSet[]): void {
    const [first, ...others] = inputs.map(valuesIn);
    if (!first || others.length === 0) return;
    let before = first;
    for (const values of others) {
      for (const a of before) for (const b of values) this.#merged.add(pairOf(a, b)).add(pairOf(b, a));
      before = [...before, ...values];
    }
  }

  /** With the values of other tables that these are equal to. */
  withEqual(flows: FlowSet): FlowSet {
    const equal = valuesIn(flows).flatMap((flow) =>
      [...(this.#comparisons.get(columnOf(flow))?.values() ?? [])]
        .map(({ compared }) => compared)
        .filter(({ source }) => source.uniqueId !== flow.source.uniqueId),
    );
    return equal.length === 0 ? flows : union(flows, flowSet(equal));
  }

  /** The result, with what its columns tell of the values they were compared with, and without generated values. */
  reveal({ columns, rows }: Result): Result {
    const values = columns.map(({ value }) => valuesIn(flowsOf(value)));
    const shown = new Set(values.flatMap((flows) => flows.filter(isWhole).map(columnOf)));
    const deciding = new Set([...rows.values()].map(columnOf));
    return {
      columns: columns.map((column, index) => {
        const told = (values[index] ?? [])
          .filter((flow) => flow.state !== 'partial' || shown.has(columnOf(flow)))
          .flatMap((flow) =>
            [...(this.#comparisons.get(columnOf(flow))?.values() ?? [])].map((comparison) =>
              shown.has(columnOf(flow)) ? toFlow(comparison, flow) : summarized(toFlow(comparison, flow), flow),
            ),
          );
        if (told.length === 0 && !values[index]?.some(isGenerated)) return column;
        const flows = [...flowsOf(column.value).values()];
        const reading = new Set(flows.map(columnOf));
        const whole = new Set(flows.filter(({ type, state }) => type === 'DIRECT' && state === 'clear').map(columnOf));
        const isTold = (flow: LocalFlow): boolean => {
          const key = columnOf(flow);
          return !whole.has(key) && (reading.has(key) || deciding.has(key));
        };
        const added = flowSet(told.filter(isTold));
        return { type: column.type, value: withFlows(mapValue(column.value, withoutGenerated), added) };
      }),
      rows: withoutGenerated(rows),
    };
  }

  #pair(reads: readonly FlowSet[], isPair: (a: LocalFlow, b: LocalFlow) => boolean): void {
    const values = strongest(reads);
    if (values.length < 2) return;
    for (const compared of values) {
      if (isGenerated(compared) || compared.source.column === ROWS) continue;
      for (const other of values) {
        if (other !== compared && isPair(compared, other)) this.#add(compared, other);
      }
    }
  }

  #add(compared: LocalFlow, other: LocalFlow): void {
    const found = this.#comparisons.get(columnOf(other)) ?? new Map<string, Comparison>();
    const before = found.get(columnOf(compared));
    if (!before || weaker(before.compared.state, compared.state) === before.compared.state) {
      found.set(columnOf(compared), { compared, shown: other.source });
    }
    this.#comparisons.set(columnOf(other), found);
  }
}

/** What is shown may be masked, and then tells no more than that. */
function toFlow({ compared, shown }: Comparison, { state, masks }: LocalFlow): LocalFlow {
  return {
    type: 'INDIRECT',
    subtype: 'JOIN',
    source: compared.source,
    state: masks.length > 0 ? weaker(compared.state, state) : compared.state,
    masks: masks.length > 0 ? masks : compared.masks,
    offset: compared.offset,
    equals: shown.uniqueId === GENERATED ? [] : [shown],
  };
}

function valuesIn(flows: FlowSet): readonly LocalFlow[] {
  return [...flows.values()].filter(({ type }) => type === 'DIRECT');
}

/** Of a value that was only tested or summarised, nobody sees what it was. */
function isWhole({ state }: LocalFlow): boolean {
  return state !== 'partial' && state !== 'aggregate';
}

/** A number about many rows tells one person's value where these rows are of one person. */
function summarized(flow: LocalFlow, shown: LocalFlow): LocalFlow {
  if (shown.state !== 'aggregate') return flow;
  const { of = [] } = shown.summary ?? {};
  return { ...flow, state: weaker(flow.state, 'aggregate'), summary: { of, alone: flow.state } };
}

/** One flow of each column, that which leaves most of its value. */
function strongest(reads: readonly FlowSet[]): readonly LocalFlow[] {
  const found = new Map<string, LocalFlow>();
  for (const flow of reads.flatMap(valuesIn)) {
    const before = found.get(columnOf(flow));
    if (!before || (before.state !== flow.state && weaker(before.state, flow.state) === before.state)) {
      found.set(columnOf(flow), flow);
    }
  }
  return [...found.values()];
}

function pairOf(a: LocalFlow, b: LocalFlow): string {
  return `${columnOf(a)}\u0000${columnOf(b)}`;
}
