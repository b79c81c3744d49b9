import type { Flow, Lineage, NodeLineage, RootFlow } from '../lineage/flow.ts';
import type { QueryTrace } from '../lineage/query-trace.ts';
import type { TracedProject } from '../lineage/traced-project.ts';
import { nameKey } from '../name.ts';
import type { Project } from '../project/project.ts';
import { quoteName } from '../quote.ts';
import { type Classification, classify } from './classify.ts';
import { piiFlows } from './pii-flow.ts';

/**
 * Shown names of columns whose real names are personal values, by unique id of the model and real name in lower case. A
 * model with an empty map has such names only among the parts of nested types.
 */
export type HiddenNames = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Finds the columns that are named by values of a tagged column, in clear form or a part of it, and gives each a shown
 * name: `(column 3)`, counted from 1. A column that YAML tags by its name keeps it: the name stands in YAML already, and
 * its tag is found by it.
 */
export function personalNames(lineage: Lineage, classification: Classification): HiddenNames {
  const hidden = new Map<string, ReadonlyMap<string, string>>();
  for (const [uniqueId, node] of lineage.nodes) {
    if (node.status === 'unknown') continue;
    const named = (node.names ?? []).filter(({ flows }) => arePersonal(flows, classification));
    if (named.length === 0) continue;
    const names = new Set(named.flatMap(({ columns }) => columns.map((name) => nameKey(name))));
    const isHidden = (column: string) => names.has(nameKey(column)) && !classification.find({ uniqueId, column });
    const columns = node.columns.flatMap(({ name }, index) =>
      isHidden(name) ? [[nameKey(name), `(column ${index + 1})`] as const] : [],
    );
    hidden.set(uniqueId, new Map(columns));
  }
  return hidden;
}

function arePersonal(flows: readonly RootFlow[], classification: Classification): boolean {
  return piiFlows(flows, classification).some(
    ({ flow, state }) => flow.type === 'DIRECT' && (state === 'clear' || state === 'partial'),
  );
}

/** Hides personal names in everything that is written from a trace: see {@link withHiddenNames}. */
export function readableTrace(traced: TracedProject, project: Project): TracedProject {
  const hidden = personalNames(traced, classify(project));
  if (hidden.size === 0) return traced;
  const queries = [...traced.queries].map(
    ([uniqueId, query]) => [uniqueId, hideInQuery(uniqueId, query, hidden)] as const,
  );
  return { ...traced, ...withHiddenNames(traced, hidden), queries: new Map(queries) };
}

/**
 * The lineage for reports, with `(column 3)` for the name of a column that the data gave (such as by a PIVOT): no report
 * holds a value, not even as a name.
 */
export function withHiddenNames({ nodes }: Lineage, hidden: HiddenNames): Lineage {
  if (hidden.size === 0) return { nodes };
  return { nodes: new Map([...nodes].map(([uniqueId, node]) => [uniqueId, hideIn(uniqueId, node, hidden)])) };
}

export function shownName(uniqueId: string, column: string, hidden: HiddenNames): string {
  return hidden.get(uniqueId)?.get(nameKey(column)) ?? column;
}

/** The type without the names of its fields, which may be values: `STRUCT(…)`. */
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
    columns: query.columns.map((column) => ({
      ...hideInColumn(uniqueId, column, hidden, hide),
      compared: column.compared.map(hide),
    })),
    dataset: query.dataset.map(hide),
    size: { flows: query.size.flows.map(hide), compared: query.size.compared.map(hide) },
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

/** Hides names in the path of a flow, and in the expressions of its steps, which may hold names of columns they read. */
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
  const written = names.flatMap((name) => [quoteName(name), name]).map(escaped);
  const whole = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${written.join('|')})(?![\\p{L}\\p{N}_])`, 'giu');
  return expression.replace(whole, '…');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
