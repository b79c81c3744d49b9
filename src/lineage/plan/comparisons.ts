import { type Comparison, comparedBehindMask, summarized, toFlow } from './comparison.ts';
import { findWholes } from './flows/find-wholes.ts';
import { type FlowSet, filterFlows, flowSet, NO_FLOWS, union, withoutGenerated } from './flows/flow-set.ts';
import { columnOf, GENERATED, isGenerated, type LocalFlow, ROWS, SIZE } from './flows/local-flow.ts';
import { weaker } from './flows/rank.ts';
import { flowsOf, mapValue, type TracedColumn, withFlows } from './flows/value.ts';

interface Result {
  readonly columns: readonly TracedColumn[];
  readonly rows: FlowSet;
  /** Flows of values that say how many rows there are. */
  readonly size: FlowSet;
}

/** The flows out of a query, with those of the values that its comparisons give away. */
export interface Revealed extends Result {
  /** For each column, flows of the values that its own values were compared with. */
  readonly compared: readonly FlowSet[];
  /** Flows of the values that the number of rows was compared with. */
  readonly comparedSize: FlowSet;
}

/**
 * Values that a plan compares with each other, anywhere in it. Where one of them is in the result, it gives the other
 * away: `select r from range(100) t(r) join users on r = age` shows every age, though no value of `age` is in it.
 */
export class Comparisons {
  /** Comparisons by the column that may be in the result, and then by the column it was compared with. */
  readonly #comparisons = new Map<string, Map<string, Comparison>>();
  /** Pairs of columns that a set operation merges into one. */
  readonly #merged = new Set<string>();

  /**
   * Records a predicate: it may compare any value it reads with any other, except values that are only concatenated, as
   * in the text of a key.
   */
  compare(reads: readonly FlowSet[]): void {
    const values = strongest(reads);
    if (values.length < 2) return;
    const places = reads.map(assemblies);
    this.#pair(values, (a, b) => {
      const one = columnOf(a);
      const other = columnOf(b);
      return places.some(
        (place, index) =>
          place.has(one) &&
          (places.some((elsewhere, at) => at !== index && elsewhere.has(other)) ||
            (place.has(other) && !(place.get(one) === 'beside' && place.get(other) === 'beside'))),
      );
    });
  }

  /**
   * Records a key of ORDER BY or GROUP BY. If the key merges several columns (UNION), rows with equal values of these
   * columns come together, which compares them. A key that is computed from several columns may measure how near they
   * are, and the first row then has the nearest value: `order by levenshtein(word, email) limit 1`.
   */
  sort(key: FlowSet): void {
    this.#pair(strongest([key]), (a, b) => {
      if (isGenerated(a) || isGenerated(b) || this.#merged.has(pairOf(a, b))) return true;
      return a.assembled === 'against' && b.assembled === 'against';
    });
  }

  /** Records a value that is one of several: a column of a set operation, or the result of a CASE. */
  merge(inputs: readonly FlowSet[]): void {
    const [first, ...others] = inputs.map(valuesIn);
    if (!first || others.length === 0) return;
    let before = first;
    for (const values of others) {
      for (const a of before) for (const b of values) this.#merged.add(pairOf(a, b)).add(pairOf(b, a));
      before = [...before, ...values];
    }
  }

  /** Adds the values of other tables that these values were compared with, and so may equal. */
  withEqual(flows: FlowSet): FlowSet {
    const equal = valuesIn(flows).flatMap((flow) =>
      [...(this.#comparisons.get(placeOf(flow))?.values() ?? [])]
        .map(({ compared }) => compared)
        .filter((other) => !isGenerated(other) && other.source.uniqueId !== flow.source.uniqueId),
    );
    return equal.length === 0 ? flows : union(flows, flowSet(equal));
  }

  /**
   * The result with the flows by which its columns give away the values they were compared with, and without generated
   * values. `compared` keeps all comparisons for the queries that read the result: a later filter on a value gives it
   * away.
   */
  reveal({ columns, rows, size }: Result): Revealed {
    const flows = columns.map(({ value }) => flowsOf(value));
    const isOfWhole = findWholes(
      columns.map(({ type }, index) => ({ type, flows: (flows[index] ?? NO_FLOWS).values() })),
    );
    const visible = new Set(
      flows.flatMap((set) =>
        valuesIn(set)
          .filter((flow) => isWhole(flow) || isOfWhole(flow))
          .map(columnOf),
      ),
    );
    const deciding = new Set([...rows.values()].map(columnOf));
    const before = this.#reach();
    const revealing = columns.map((column, index) => {
      const own = flows[index] ?? NO_FLOWS;
      const added = revealedFlows(comparedWith(own, visible, before), own, deciding);
      if (added.size === 0 && withoutGenerated(own) === own) return column;
      return { type: column.type, value: withFlows(mapValue(column.value, withoutGenerated), added) };
    });
    // A later query may sort by any column, or compare it with a constant.
    for (const own of flows) this.compare([own]);
    const after = this.#reach();
    return {
      columns: revealing,
      rows: withoutGenerated(rows),
      size: withoutGenerated(size),
      compared: flows.map((own) => comparedWith(own, visible, after)),
      comparedSize: comparedWith(size, visible, after),
    };
  }

  /**
   * Makes a search for the values that a value was compared with, also through others: `a = b` and `b = c`. The search keeps
   * its results, so it must not be used after the next comparison.
   */
  #reach(): Reach {
    const found = new Map<string, readonly LocalFlow[]>();
    return (flow) => {
      const place = placeOf(flow);
      const values = found.get(place) ?? this.#reachedFrom(place);
      found.set(place, values);
      return values;
    };
  }

  #reachedFrom(place: string): readonly LocalFlow[] {
    const reached = new Map<string, LocalFlow | undefined>([[place, undefined]]);
    for (const [column] of reached) {
      for (const [next, { compared }] of this.#comparisons.get(column) ?? []) {
        if (!reached.has(next)) reached.set(next, compared);
      }
    }
    return [...reached.values()].flatMap((compared) =>
      compared && !isGenerated(compared) && compared.source.column !== ROWS ? [compared] : [],
    );
  }

  #pair(values: readonly LocalFlow[], isPair: (a: LocalFlow, b: LocalFlow) => boolean): void {
    for (const compared of values) {
      for (const other of values) {
        if (other !== compared && isPair(compared, other)) this.#add(compared, other);
      }
    }
  }

  #add(masked: LocalFlow, other: LocalFlow): void {
    const compared = comparedBehindMask(masked, other);
    const found = this.#comparisons.get(placeOf(other)) ?? new Map<string, Comparison>();
    const before = found.get(placeOf(compared));
    if (!before || weaker(before.compared.state, compared.state) === before.compared.state) {
      found.set(placeOf(compared), { compared, visible: other.source });
    }
    this.#comparisons.set(placeOf(other), found);
  }
}

type Reach = (flow: LocalFlow) => readonly LocalFlow[];

/** Flows of the values that a column of the result was compared with, and which it so gives away. */
function comparedWith(flows: FlowSet, visible: ReadonlySet<string>, reach: Reach): FlowSet {
  const found: LocalFlow[] = [];
  for (const flow of valuesIn(flows)) {
    const compared = reach(flow);
    if (compared.length === 0) continue;
    const isVisible = visible.has(columnOf(flow));
    if (flow.state === 'partial' && !isVisible) continue;
    for (const other of compared) {
      const made = toFlow({ compared: other, visible: flow.source }, flow);
      found.push(isVisible ? made : summarized(made, flow));
    }
  }
  if (found.length === 0) return NO_FLOWS;
  const whole = clearColumns(flows);
  return flowSet(found.filter((flow) => !whole.has(columnOf(flow))));
}

/** The compared values that a column gives away: those that it reads as well, and those that filter the rows. */
function revealedFlows(compared: FlowSet, own: FlowSet, deciding: ReadonlySet<string>): FlowSet {
  if (compared.size === 0) return NO_FLOWS;
  const read = new Set([...own.values()].map(columnOf));
  return filterFlows(compared, (flow) => deciding.has(columnOf(flow)) || read.has(columnOf(flow)));
}

/** Keys of the columns whose values a result has in clear and whole, neither masked nor in part. */
function clearColumns(flows: FlowSet): ReadonlySet<string> {
  return new Set(
    valuesIn(flows)
      .filter(({ state }) => state === 'clear')
      .map(columnOf),
  );
}

/** Values that the query can compare. The number of rows or elements in another model is not one of them. */
function valuesIn(flows: FlowSet): readonly LocalFlow[] {
  const values: LocalFlow[] = [];
  for (const flow of flows.values()) {
    if (flow.type === 'DIRECT' && flow.part !== 'elements' && flow.source.column !== SIZE) values.push(flow);
  }
  return values;
}

/** Whether the result shows the value itself, and not only a test, a part or a summary of it. */
function isWhole({ state }: LocalFlow): boolean {
  return state !== 'partial' && state !== 'aggregate';
}

/** How each value is combined with others (`Flow.assembled`), by its column. */
function assemblies(read: FlowSet): ReadonlyMap<string, LocalFlow['assembled']> {
  const found = new Map<string, LocalFlow['assembled']>();
  for (const flow of valuesIn(read)) found.set(columnOf(flow), flow.assembled);
  return found;
}

/** For each column, the flow that leaves most of its value. */
function strongest(reads: readonly FlowSet[]): readonly LocalFlow[] {
  const found = new Map<string, LocalFlow>();
  for (const read of reads) {
    for (const flow of valuesIn(read)) {
      const before = found.get(columnOf(flow));
      if (!before || (before.state !== flow.state && weaker(before.state, flow.state) === before.state)) {
        found.set(columnOf(flow), flow);
      }
    }
  }
  return [...found.values()];
}

/**
 * Key of the values that a comparison is recorded for. All generated values have one: two grids that are laid side by
 * side, by a positional join or by row numbers, have each other's values.
 */
function placeOf(flow: LocalFlow): string {
  return isGenerated(flow) ? GENERATED : columnOf(flow);
}

function pairOf(a: LocalFlow, b: LocalFlow): string {
  return `${columnOf(a)}\u0000${columnOf(b)}`;
}
