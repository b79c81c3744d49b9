import { nameKey, sameName } from '../../name.ts';
import type { ColumnRef, Flow, RootFlow, Step } from '../flow.ts';
import { ROWS, SIZE } from '../plan/local-flow.ts';
import { type CarriedFlow, compose, kindOf, shownFlow } from '../propagate/carried-flow.ts';
import { itself } from '../propagate/inputs.ts';
import type { QueryTrace } from '../query-trace.ts';

/** One way from a root column to a column or the rows of a model. */
export type Path = Omit<RootFlow, 'steps'> & { readonly steps: readonly PathStep[] };

export type PathStep = Step & {
  /** Masks that this step applies, inside out. */
  readonly masks: readonly string[];
  /** State of the root's value after this step. */
  readonly stateAfter: RootFlow['state'];
};

export interface Paths {
  /** Shortest first. */
  readonly paths: readonly Path[];
  /** Whether paths are left out, because there are too many to read. */
  readonly isCut: boolean;
}

const MOST_PATHS = 1000;
/** How many ways are looked at, whole or not: each diamond of the graph doubles them. */
const MOST_WAYS = 200_000;

/** A column of a model; with `undefined`, the model's rows. */
export interface PathTarget {
  readonly uniqueId: string;
  readonly column: string | undefined;
}

/**
 * Every path into a column of a model, or into its rows. `RootFlow` keeps one for each kind and state; this is for a
 * reader who wants to see all. Where there are too many, each root column still has one.
 *
 * @param queries what each model does with its direct inputs; a node that is not in it is a root
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

/** The shortest path from each root column. Each column is passed once, so the search ends whatever the graph. */
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

/** A piece of a path that ends at the target: the search goes backwards. */
interface Way {
  readonly flow: Flow;
  readonly into: ColumnRef;
  /** The piece behind this flow. */
  readonly rest: Way | undefined;
}

function waysInto(into: ColumnRef, rest: Way | undefined, queries: ReadonlyMap<string, QueryTrace>): Way[] {
  const query = queries.get(into.uniqueId);
  if (!query || passes(rest, into)) return [];
  const column = query.columns.find(({ name }) => sameName(name, into.column));
  const flows = into.column === ROWS ? query.dataset : into.column === SIZE ? query.size.flows : (column?.flows ?? []);
  return flows.map((flow) => ({ flow, into, rest }));
}

/** Whether a path passes a column already: an incremental model reads itself, and is gone through once. */
function passes(way: Way | undefined, { uniqueId, column }: ColumnRef): boolean {
  for (let at = way; at; at = at.rest) {
    if (at.into.uniqueId === uniqueId && sameName(at.into.column, column)) return true;
  }
  return false;
}

/** The path; `undefined` where it counts the elements of a value that is not made to a size. */
function pathOf(first: Way): Path | undefined {
  let whole: CarriedFlow = itself(first.flow.source);
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
  return { ...shownFlow(whole), steps };
}

/**
 * Keeps a path once, since the two queries of an incremental model give many paths twice. A path from the rows of a
 * root is left out: it is from no column.
 */
function remember(way: Way, found: Map<string, Path>): void {
  if (way.flow.source.column === ROWS || way.flow.source.column === SIZE) return;
  const path = pathOf(way);
  if (!path) return;
  const key = JSON.stringify([path.source, path.steps]);
  if (!found.has(key)) found.set(key, path);
}
