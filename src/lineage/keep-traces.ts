import { isQueryNode } from '../project/node.ts';
import { invert, parentsOf, reachable } from '../project/order.ts';
import type { Project } from '../project/project.ts';
import type { QueryContext } from './query/query-context.ts';
import { tableOf } from './query/trace-query.ts';
import type { TracedProject } from './traced-project.ts';

/** The trace of a project, and the unique ids of the nodes that have changed since. */
export interface TraceBefore {
  readonly traced: TracedProject;
  readonly changed: ReadonlySet<string>;
}

/**
 * Keeps the traces of the nodes on which a change has no effect, and gives their unique ids. It keeps none where a
 * node may see the change without a ref(): in `graph`, or by the name of a table.
 */
export function keepTraces({ traced, changed }: TraceBefore, context: QueryContext): ReadonlySet<string> {
  const { project, shadow, ledger } = context;
  if (readsGraph(project) || readsUndeclared(traced, project)) return new Set();
  const affected = new Set([...changed, ...reachable(changed, invert(parentsOf(project.nodes)))]);
  const read = new Set([...affected].flatMap((uniqueId) => project.nodes.get(uniqueId)?.dependsOn.nodes ?? []));
  const kept = new Set(project.order.filter((uniqueId) => !affected.has(uniqueId)));
  for (const uniqueId of kept) {
    const lineage = traced.nodes.get(uniqueId);
    if (lineage) ledger.nodes.set(uniqueId, lineage);
    const node = project.nodes.get(uniqueId);
    const model = traced.models.get(uniqueId);
    if (!isQueryNode(node) || !model) continue;
    ledger.models.set(uniqueId, model.lineage);
    const query = traced.queries.get(uniqueId);
    if (query) ledger.queries.set(uniqueId, query);
    ledger.texts.set(uniqueId, new Set(traced.texts.get(uniqueId)));
    if (traced.declaredColumns.has(uniqueId)) ledger.filledPivots.add(uniqueId);
    if (!model.columns) continue;
    const table = tableOf(node, context);
    if (read.has(uniqueId)) shadow.declare(table, model.columns);
    else shadow.note(table, model.columns);
  }
  ledger.exposed.push(...(traced.exposedSecrets ?? []).filter(({ uniqueId }) => kept.has(uniqueId)));
  return kept;
}

/** Whether the template of a query may read the texts of other nodes. */
function readsGraph({ nodes, macros }: Project): boolean {
  return [...[...nodes.values()].filter(isQueryNode), ...macros.values()].some(({ rawCode }) =>
    /\bgraph\b/.test(rawCode),
  );
}

/** Whether a query names a table without ref() or source(). */
function readsUndeclared({ queries }: TracedProject, { nodes }: Project): boolean {
  return [...queries].some(([uniqueId, { columns, dataset, size }]) => {
    const declared = new Set([uniqueId, ...(nodes.get(uniqueId)?.dependsOn.nodes ?? [])]);
    return [dataset, size.flows, ...columns.map(({ flows }) => flows)].some((flows) =>
      flows.some(({ source }) => !declared.has(source.uniqueId)),
    );
  });
}
