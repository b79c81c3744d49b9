import type { ColumnRef } from '../flow.ts';
import { findWholes } from './find-wholes.ts';
import { type FlowSet, flowSet, NO_FLOWS, union, withoutGenerated } from './flow-set.ts';
import { columnOf, GENERATED, isGenerated, type LocalFlow, ROWS, SIZE } from './local-flow.ts';
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
  /** Flows of values that say how many rows there are. */
  readonly size: FlowSet;
}

/** A result for those who read it. */
export interface Revealed extends Result {
  /** Values by column: those that the column's own were compared with. */
  readonly compared: readonly FlowSet[];
  /** Values that the number of rows was compared with. */
  readonly comparedSize: FlowSet;
}

/**
 * Values that a plan compares with each other, anywhere in it. Where one of them is in the result, it gives the other
 * away: `select r from range(100) t(r) join users on r = age` shows every age, though no value of `age` is in it.
 */
export class Comparisons {
  /** Comparisons by the column that is shown, and then by the column it was compared with. */
  readonly #comparisons = new Map<string, Map<string, Comparison>>();
  /** Pairs of columns whose values a set operation puts into one. */
  readonly #merged = new Set<string>();

  /**
   * Of all that a predicate reads, any value may be compared with any other, but not with one that is only put beside it, as
   * in a key of several columns.
   */
  compare(reads: readonly FlowSet[]): void {
    const places = reads.map((read) => new Map(valuesIn(read).map((flow) => [columnOf(flow), flow.assembled])));
    this.#pair(reads, (a, b) => {
      const [one, other] = [columnOf(a), columnOf(b)];
      return places.some(
        (place, index) =>
          place.has(one) &&
          (places.some((elsewhere, at) => at !== index && elsewhere.has(other)) ||
            (place.has(other) && !(place.get(one) === 'beside' && place.get(other) === 'beside'))),
      );
    });
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
        .filter((other) => !isGenerated(other) && other.source.uniqueId !== flow.source.uniqueId),
    );
    return equal.length === 0 ? flows : union(flows, flowSet(equal));
  }

  /**
   * The result with the flows by which its columns give away the values they were compared with, and without generated
   * values. All comparisons are kept for the queries that read the result: a value shows once a row is chosen by it.
   */
  reveal({ columns, rows, size }: Result): Revealed {
    const flows = columns.map(({ value }) => flowsOf(value));
    const isOfWhole = findWholes(
      columns.map(({ type }, index) => ({ type, flows: (flows[index] ?? NO_FLOWS).values() })),
    );
    const shown = new Set(
      flows.flatMap((set) =>
        valuesIn(set)
          .filter((flow) => isWhole(flow) || isOfWhole(flow))
          .map(columnOf),
      ),
    );
    const deciding = new Set([...rows.values()].map(columnOf));
    const revealing = columns.map((column, index) => {
      const own = flows[index] ?? NO_FLOWS;
      const added = [...this.#comparedWith(own, shown).values()].filter((flow) => isRevealed(flow, own, deciding));
      if (added.length === 0 && ![...own.values()].some(isGenerated)) return column;
      return { type: column.type, value: withFlows(mapValue(column.value, withoutGenerated), flowSet(added)) };
    });
    // Another query may sort by any column, or compare it with a constant.
    for (const own of flows) this.compare([own]);
    return {
      columns: revealing,
      rows: withoutGenerated(rows),
      size: withoutGenerated(size),
      compared: flows.map((own) => this.#comparedWith(own, shown)),
      comparedSize: this.#comparedWith(size, shown),
    };
  }

  /** Flows of what the values in a column were compared with, where the result shows these values. */
  #comparedWith(flows: FlowSet, shown: ReadonlySet<string>): FlowSet {
    const whole = wholeColumns(flows);
    const found = valuesIn(flows)
      .filter((flow) => flow.state !== 'partial' || shown.has(columnOf(flow)))
      .flatMap((flow) =>
        this.#reachedFrom(flow).map((comparison) =>
          shown.has(columnOf(flow)) ? toFlow(comparison, flow) : summarized(toFlow(comparison, flow), flow),
        ),
      );
    return flowSet(found.filter((flow) => !whole.has(columnOf(flow))));
  }

  /** Values that a shown one was compared with, also by way of others: `a = b` and `b = c`. */
  #reachedFrom(flow: LocalFlow): readonly Comparison[] {
    const reached = new Map<string, LocalFlow>([[columnOf(flow), flow]]);
    for (const [column] of reached) {
      for (const [next, { compared }] of this.#comparisons.get(column) ?? []) {
        if (!reached.has(next)) reached.set(next, compared);
      }
    }
    reached.delete(columnOf(flow));
    return [...reached.values()]
      .filter((compared) => !isGenerated(compared) && compared.source.column !== ROWS)
      .map((compared) => ({ compared, shown: flow.source }));
  }

  #pair(reads: readonly FlowSet[], isPair: (a: LocalFlow, b: LocalFlow) => boolean): void {
    const values = strongest(reads);
    if (values.length < 2) return;
    for (const compared of values) {
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

/** Whether a comparison has an effect on a column: the compared value is read in it, or chooses the rows. */
function isRevealed(flow: LocalFlow, own: FlowSet, deciding: ReadonlySet<string>): boolean {
  const key = columnOf(flow);
  return deciding.has(key) || [...own.values()].some((other) => columnOf(other) === key);
}

/** Columns whose whole values flow. */
function wholeColumns(flows: FlowSet): ReadonlySet<string> {
  return new Set(
    valuesIn(flows)
      .filter(({ state }) => state === 'clear')
      .map(columnOf),
  );
}

/**
 * The flow by which a shown value gives away what it was compared with. A shown value that is masked gives away no more
 * than that.
 */
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

/** How much there is in a table or column of another model is no value that this query could compare. */
function valuesIn(flows: FlowSet): readonly LocalFlow[] {
  return [...flows.values()].filter(
    ({ type, part, source }) => type === 'DIRECT' && part !== 'elements' && source.column !== SIZE,
  );
}

/** Whether the value itself is seen: one that was only tested or summarised is not. */
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
