import { nameKey, sameName } from '../../name.ts';
import type { ColumnRef, Flow, RootFlow, Step } from '../flow.ts';
import { ROWS, SIZE } from '../plan/flows/local-flow.ts';
import { type CarriedFlow, compose, kindOf, toRootFlow } from '../propagate/carried-flow.ts';
import { flowKey } from '../propagate/flow-key.ts';
import { rootValue } from '../propagate/inputs.ts';
import type { QueryTrace } from '../query-trace.ts';

/** One way from a root column to a column or the rows of a model. */
export type Path = Omit<RootFlow, 'steps'> & {
  readonly steps: readonly PathStep[];
  /** Present if parts of the value come together at the end of the path, so that the value is whole there. */
  readonly isJoined?: true;
};

export type PathStep = Step & {
  /** Masks that this step applies, inside out. */
  readonly masks: readonly string[];
  /** State of the root's value after this step. */
  readonly stateAfter: RootFlow['state'];
};

export interface Paths {
  /** Shortest first. */
  readonly paths: readonly Path[];
  /** Whether some paths are left out, because there are too many. */
  readonly isCut: boolean;
}

const MOST_PATHS = 1000;
/** Largest number of partial paths that a search visits: each diamond of the graph doubles them. */
const MOST_WAYS = 200_000;

/**
 * Adds to paths the flows of the lineage that no single path shows: parts of a value that come together in the
 * model, and values that a comparison gives away.
 *
 * @param flows from the root columns into the same column, or the same rows
 */
export function withJoined(
  { paths, isCut }: Paths,
  flows: readonly RootFlow[],
  queries: ReadonlyMap<string, QueryTrace>,
): Paths {
  const shown = new Set(paths.map(flowKey));
  // A flow that begins in a column of a model, which is tagged itself, is on the paths through that column.
  const isMissing = (flow: RootFlow): boolean =>
    flow.source.column !== ROWS && !queries.has(flow.source.uniqueId) && !shown.has(flowKey(flow));
  const joined = flows.filter(isMissing).map((flow): Path => {
    const steps = flow.steps.map((step, index): PathStep => {
      const isLast = index === flow.steps.length - 1;
      return { ...step, masks: isLast ? flow.masks : [], stateAfter: isLast ? flow.state : step.state };
    });
    return { ...flow, steps, ...(flow.type === 'DIRECT' && flow.state === 'clear' && { isJoined: true as const }) };
  });
  const places = new Set(joined.map(placeOf));
  return { paths: [...joined, ...paths.filter((path) => !places.has(placeOf(path)))], isCut };
}

/** Key of the root column of a path and of the columns and expressions on it. */
function placeOf({ source, type, steps }: Path): string {
  return JSON.stringify([
    source,
    type,
    steps.map(({ uniqueId, column, expression }) => [uniqueId, column, expression]),
  ]);
}

/** A column of a model; with `undefined`, the model's rows. */
export interface PathTarget {
  readonly uniqueId: string;
  readonly column: string | undefined;
}

/**
 * Every path into a column of a model, or into its rows. A lineage keeps one `RootFlow` for each kind and state; these
 * are all paths. If there are too many, each root column still has its shortest one.
 *
 * @param queries traces of the models over their direct inputs, by unique id; a node that is not in it is a root
 */
export function pathsInto(target: PathTarget, queries: ReadonlyMap<string, QueryTrace>): Paths {
  const found = new Map<string, Path>();
  const waiting = waysIntoTarget(target, queries);
  for (let next = 0; next < waiting.length; next++) {
    const way = waiting[next];
    if (!way) break;
    if (found.size === MOST_PATHS || next === MOST_WAYS) {
      const shortest = shortestPaths(target, queries);
      return { paths: [...new Map([...shortest, ...found]).values()].sort(byLength), isCut: true };
    }
    const { source } = way.flow;
    if (queries.has(source.uniqueId)) waiting.push(...waysInto(source, way, queries));
    else remember(way, found);
  }
  return { paths: [...found.values()], isCut: false };
}

/**
 * The shortest path from each root column. The search visits each column once, so it ends even if the graph has a
 * cycle.
 */
function shortestPaths(target: PathTarget, queries: ReadonlyMap<string, QueryTrace>): ReadonlyMap<string, Path> {
  const found = new Map<string, Path>();
  const passed = new Set<string>();
  const waiting = waysIntoTarget(target, queries);
  for (const way of waiting) {
    const { source } = way.flow;
    const key = JSON.stringify([source.uniqueId, nameKey(source.column)]);
    if (passed.has(key)) continue;
    passed.add(key);
    if (queries.has(source.uniqueId)) waiting.push(...waysInto(source, way, queries));
    else remember(way, found);
  }
  return found;
}

function byLength(a: Path, b: Path): number {
  return a.steps.length - b.steps.length;
}

function waysIntoTarget({ uniqueId, column }: PathTarget, queries: ReadonlyMap<string, QueryTrace>): Way[] {
  return waysInto({ uniqueId, column: column ?? ROWS }, undefined, queries);
}

/** The last steps of a path, up to the target. The search goes backwards, so it adds steps in front. */
interface Way {
  readonly flow: Flow;
  readonly into: ColumnRef;
  /** The steps after this flow; `undefined` where the flow enters the target. */
  readonly rest: Way | undefined;
}

function waysInto(into: ColumnRef, rest: Way | undefined, queries: ReadonlyMap<string, QueryTrace>): Way[] {
  const query = queries.get(into.uniqueId);
  if (!query || passes(rest, into)) return [];
  const column = query.columns.find(({ name }) => sameName(name, into.column));
  const flows = into.column === ROWS ? query.dataset : into.column === SIZE ? query.size.flows : (column?.flows ?? []);
  return flows.map((flow) => ({ flow, into, rest }));
}

/**
 * Whether a path already contains a column. An incremental model reads itself, so its columns could repeat without end.
 */
function passes(way: Way | undefined, { uniqueId, column }: ColumnRef): boolean {
  for (let at = way; at; at = at.rest) {
    if (at.into.uniqueId === uniqueId && sameName(at.into.column, column)) return true;
  }
  return false;
}

/** The path, from the root on. `undefined` if it only counts the elements of a value whose size depends on no data. */
function pathOf(first: Way): Path | undefined {
  let whole: CarriedFlow = rootValue(first.flow.source);
  const steps: PathStep[] = [];
  for (let way: Way | undefined = first; way; way = way.rest) {
    const { flow, into } = way;
    if (flow.part === 'elements' && whole.part !== 'size') return undefined;
    const { masks, state, location, expression } = flow;
    whole = { source: whole.source, steps: [], ...compose(whole, flow) };
    const column = into.column === ROWS || into.column === SIZE ? undefined : into.column;
    const kind = kindOf(flow);
    steps.push({
      ...kind,
      uniqueId: into.uniqueId,
      column,
      state,
      location,
      expression,
      masks,
      stateAfter: whole.state,
    });
  }
  return { ...toRootFlow(whole), steps };
}

/**
 * Adds a path unless it is there: the two queries of an incremental model give many paths twice. Leaves out a path from
 * the rows of a root, since it comes from no column.
 */
function remember(way: Way, found: Map<string, Path>): void {
  if (way.flow.source.column === ROWS || way.flow.source.column === SIZE) return;
  const path = pathOf(way);
  if (!path) return;
  const key = JSON.stringify([path.source, path.steps]);
  if (!found.has(key)) found.set(key, path);
}
