import type { IndirectSelection } from '../../indirect-selection.ts';
import { didYouMean } from '../../nearest-name.ts';
import { type Mistake, UserError } from '../../user-error.ts';
import type { Project } from '../project.ts';
import { choose, criteriaOf } from './choose.ts';
import type { EarlierState } from './earlier-state.ts';
import { METHODS } from './methods.ts';
import { readSelection } from './read-selection.ts';
import { dropTypes } from './resource-types.ts';
import { namedBy, openGraph, type SelectionGraph } from './selection-graph.ts';
import type { Criterion, SelectionTree } from './selection-tree.ts';

/**
 * The selection of a command line. A string of `select` and `exclude` may hold several criteria, with spaces (union) and
 * commas (intersection) between them.
 */
export interface Selection {
  readonly select: readonly string[];
  readonly exclude: readonly string[];
  /** Name of a selector in selectors.yml, which replaces `select` and `exclude`. */
  readonly selector?: string | undefined;
  /** dbt's names of types of resources, or `all` or `default`. Empty: all types. */
  readonly resourceTypes?: readonly string[];
  readonly excludedResourceTypes?: readonly string[];
  /** Rule by which tests of selected nodes are selected, too. Absent: `eager`. */
  readonly indirect?: IndirectSelection;
  /** The artifacts of an earlier run, for `state:`, `result:` and `source_status:`. */
  readonly earlier?: EarlierState | undefined;
}

export interface Selected {
  /** Unique ids. */
  readonly ids: ReadonlySet<string>;
  /** A mistake for each criterion that no resource matches; dbt only warns. */
  readonly unmatched: readonly Mistake[];
}

/**
 * Unique ids of the resources that a selection selects (dbt: node selection syntax). Without `select` it selects all.
 * @throws {UserError} for a criterion that cannot be read or that no node matches
 */
export function selectNodes(project: Project, selection: Selection): ReadonlySet<string> {
  const { ids, unmatched } = resolveSelection(project, selection);
  if (unmatched.length > 0) throw new UserError(unmatched);
  return ids;
}

/**
 * Selects as `selectNodes` does, but returns the criteria that no resource matches: dbt only warns about them.
 * @throws {UserError} for a criterion that cannot be read, and for an unknown selector or a missing artifact
 */
export function resolveSelection(project: Project, selection: Selection): Selected {
  const graph = openGraph(project, selection.earlier);
  const tree = treeOf(project, selection);
  const criteria = tree ? criteriaOf(tree) : [];
  const mistakes = criteria.flatMap((criterion) => missingState(criterion, selection));
  if (mistakes.length > 0) throw new UserError(mistakes);
  const unmatched = criteria.flatMap((criterion) => unmatchedCriterion(criterion, graph));
  const chosen = tree ? choose(tree, selection.indirect ?? 'eager', graph) : new Set(graph.resources.keys());
  return { ids: dropTypes(chosen, selection, graph.resources), unmatched };
}

/** The selection tree of a selection; `undefined` if it selects all. */
function treeOf(project: Project, { select, exclude, selector }: Selection): SelectionTree | undefined {
  if (selector !== undefined) return namedSelector(project, selector);
  if (select.length === 0 && exclude.length === 0) return project.selectors.find(({ isDefault }) => isDefault)?.tree;
  return readSelection(select, exclude);
}

function namedSelector({ selectors }: Project, wanted: string): SelectionTree {
  const found = selectors.find(({ name }) => name === wanted);
  if (found) return found.tree;
  const names = selectors.map(({ name }) => name);
  throw new UserError({
    code: 'no-selector',
    message: `selectors.yml has no selector '${wanted}'.${didYouMean(wanted, names)}`,
    fix: names.length > 0 ? `use one of ${names.join(', ')}` : 'add it to selectors.yml beside dbt_project.yml',
  });
}

function missingState({ method, written }: Criterion, { earlier }: Selection): readonly Mistake[] {
  const needs = METHODS.get(method)?.needs;
  if (!needs || earlier?.[needs.artifact] !== undefined) return [];
  return [
    {
      code: 'no-state',
      message: `'${written}' compares with an earlier run, and there is no ${needs.file} of one.`,
      fix: `name the folder of its artifacts with --state`,
    },
  ];
}

function unmatchedCriterion(criterion: Criterion, graph: SelectionGraph): readonly Mistake[] {
  if (namedBy(criterion, graph).length > 0) return [];
  const values = [...graph.resources.values()].flatMap(
    (resource) => METHODS.get(criterion.method)?.values(resource) ?? [],
  );
  return [
    {
      code: 'unknown-selector',
      message: `no node matches the selector '${criterion.written}'.${didYouMean(criterion.value, values)}`,
      fix: "see what there is with 'fenceline ls'",
    },
  ];
}
