import { didYouMean } from '../../nearest-name.ts';
import { type Mistake, UserError } from '../../user-error.ts';
import type { Project } from '../project.ts';
import { type Criterion, readCriteria } from './criterion.ts';
import { METHODS } from './methods.ts';
import { namedBy, openGraph, type SelectionGraph, selectedBy } from './selection-graph.ts';

/**
 * Criteria as on the command line: each string may hold several criteria, split by spaces (union) and commas
 * (intersection).
 */
export interface Selection {
  readonly select: readonly string[];
  readonly exclude: readonly string[];
}

/**
 * Unique ids of the resources that a selection means (dbt: node selection syntax). Without `select` it is everything.
 * @throws {UserError} for a criterion that cannot be read or that no node matches
 */
export function selectNodes(project: Project, { select, exclude }: Selection): ReadonlySet<string> {
  const graph = openGraph(project);
  const mistakes: Mistake[] = [];
  const included = readCriteria(select, mistakes);
  const excluded = readCriteria(exclude, mistakes);
  for (const criterion of included.flat()) mistakes.push(...unanswered(criterion, graph));
  if (mistakes.length > 0) throw new UserError(mistakes);

  const chosen = included.length === 0 ? new Set(graph.resources.keys()) : union(included, graph);
  const dropped = union(excluded, graph);
  return new Set([...chosen].filter((id) => !dropped.has(id)));
}

function unanswered(criterion: Criterion, graph: SelectionGraph): readonly Mistake[] {
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

function union(criteria: readonly (readonly Criterion[])[], graph: SelectionGraph): ReadonlySet<string> {
  return new Set(criteria.flatMap((all) => [...intersection(all, graph)]));
}

function intersection(all: readonly Criterion[], graph: SelectionGraph): readonly string[] {
  const [first = new Set<string>(), ...others] = all.map((criterion) => selectedBy(criterion, graph));
  return [...first].filter((id) => others.every((other) => other.has(id)));
}
