import type { Flow, Lineage, NodeLineage, RootFlow } from '../lineage/flow.ts';
import type { QueryTrace } from '../lineage/query-trace.ts';
import type { TracedProject } from '../lineage/trace-project.ts';
import type { Project } from '../project/project.ts';
import { type Classification, classify } from './classify.ts';
import { piiFlows } from './pii-flow.ts';

/**
 * Columns that are called otherwise where somebody reads it: by model, and by name in lower case. Of a model that is in it
 * without any, only the parts of nested types have such names.
 */
export type HiddenNames = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * The columns that values of a tagged column name, in clear form or a part of it: `(column 3)`, counted from 1. One that
 * YAML tags by its name keeps it: it is said there, and a tag is found by the name.
 */
export function personalNames(lineage: Lineage, classification: Classification): HiddenNames {
  const hidden = new Map<string, ReadonlyMap<string, string>>();
  for (const [uniqueId, node] of lineage.nodes) {
    if (node.status === 'unknown') continue;
    const named = (node.names ?? []).filter(({ flows }) => arePersonal(flows, classification));
    if (named.length === 0) continue;
    const names = new Set(named.flatMap(({ columns }) => columns.map((name) => name.toLowerCase())));
    const isHidden = (column: string) => names.has(column.toLowerCase()) && !classification.find({ uniqueId, column });
    const shown = node.columns.flatMap(({ name }, index) =>
      isHidden(name) ? [[name.toLowerCase(), `(column ${index + 1})`] as const] : [],
    );
    hidden.set(uniqueId, new Map(shown));
  }
  return hidden;
}

function arePersonal(flows: readonly RootFlow[], classification: Classification): boolean {
  return piiFlows(flows, classification).some(
    ({ flow, state }) => flow.type === 'DIRECT' && (state === 'clear' || state === 'partial'),
  );
}

/** {@link withHiddenNames} for whoever writes all of it down. */
export function readableTrace(traced: TracedProject, project: Project): TracedProject {
  const hidden = personalNames(traced, classify(project));
  if (hidden.size === 0) return traced;
  const queries = [...traced.queries].map(
    ([uniqueId, query]) => [uniqueId, hideInQuery(uniqueId, query, hidden)] as const,
  );
  return { ...traced, ...withHiddenNames(traced, hidden), queries: new Map(queries) };
}

/** No report says a value, not even as the name of a column: the lineage with those names hidden. */
export function withHiddenNames({ nodes }: Lineage, hidden: HiddenNames): Lineage {
  if (hidden.size === 0) return { nodes };
  return { nodes: new Map([...nodes].map(([uniqueId, node]) => [uniqueId, hideIn(uniqueId, node, hidden)])) };
}

export function shownName(uniqueId: string, column: string, hidden: HiddenNames): string {
  return hidden.get(uniqueId)?.get(column.toLowerCase()) ?? column;
}

/** A struct's type has the names of its fields: `STRUCT(…)`. */
function shownType(uniqueId: string, type: string, hidden: HiddenNames): string {
  return hidden.has(uniqueId) ? type.replace(/(STRUCT|UNION|ENUM)\(.*\)/s, '$1(…)') : type;
}

function hideIn(uniqueId: string, node: NodeLineage, hidden: HiddenNames): NodeLineage {
  if (node.status === 'unknown') return node;
  const hide = (flow: RootFlow): RootFlow => hideInFlow(flow, hidden);
  return {
    ...node,
    columns: node.columns.map((column) => hideInColumn(uniqueId, column, hidden, hide)),
    dataset: node.dataset.map(hide),
  };
}

function hideInQuery(uniqueId: string, query: QueryTrace, hidden: HiddenNames): QueryTrace {
  const hide = ({ source, expression, ...flow }: Flow): Flow => ({
    ...flow,
    source: { ...source, column: shownName(source.uniqueId, source.column, hidden) },
    expression: hideInText(expression, namesIn([source.uniqueId, uniqueId], hidden)),
  });
  return {
    ...query,
    columns: query.columns.map((column) => hideInColumn(uniqueId, column, hidden, hide)),
    dataset: query.dataset.map(hide),
  };
}

interface Column<F> {
  readonly name: string;
  readonly type: string;
  readonly flows: readonly F[];
}

function hideInColumn<F>(
  uniqueId: string,
  { name, type, flows }: Column<F>,
  hidden: HiddenNames,
  hide: (flow: F) => F,
): Column<F> {
  return {
    name: shownName(uniqueId, name, hidden),
    type: shownType(uniqueId, type, hidden),
    flows: flows.map(hide),
  };
}

function namesIn(nodes: readonly string[], hidden: HiddenNames): readonly string[] {
  return nodes.flatMap((uniqueId) => [...(hidden.get(uniqueId)?.keys() ?? [])]);
}

/** A step may write the names of the columns it reads. */
function hideInFlow(flow: RootFlow, hidden: HiddenNames): RootFlow {
  const passed = namesIn(
    [flow.source, ...flow.steps].map(({ uniqueId }) => uniqueId),
    hidden,
  );
  if (passed.length === 0) return flow;
  const { uniqueId, column } = flow.source;
  return {
    ...flow,
    source: { uniqueId, column: shownName(uniqueId, column, hidden) },
    steps: flow.steps.map((step) => ({
      ...step,
      column: step.column === undefined ? undefined : shownName(step.uniqueId, step.column, hidden),
      expression: hideInText(step.expression, passed),
    })),
  };
}

function hideInText(expression: string, names: readonly string[]): string {
  if (names.length === 0) return expression;
  const written = names.flatMap((name) => [`"${name.replaceAll('"', '""')}"`, name]).map(escaped);
  const whole = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${written.join('|')})(?![\\p{L}\\p{N}_])`, 'giu');
  return expression.replace(whole, '…');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
