import type { Flow } from '../../lineage/flow.ts';
import type { TracedProject } from '../../lineage/traced-project.ts';
import type { SiteColumnRef, SiteHop } from '../../site/site.ts';
import type { NodeIndex } from './site-nodes.ts';

/** The flows of each query from its direct inputs, each once: an incremental model has two queries that share most. */
export function siteHops({ queries }: TracedProject, { nodes, nodeAt, columnAt }: NodeIndex): readonly SiteHop[] {
  const hops = new Map<string, SiteHop>();
  for (const [uniqueId, { columns, dataset }] of queries) {
    const node = nodeAt(uniqueId);
    if (node === undefined) continue;
    const file = nodes[node]?.file;
    const add = (flow: Flow, to: SiteColumnRef) => {
      const from = columnAt(flow.source);
      // The rows of a source come from no column.
      if (!from || (from[1] === -1 && nodes[from[0]]?.kind !== 'model')) return;
      const hop = siteHop(flow, from, to, file);
      hops.set(JSON.stringify([hop.from, hop.to, hop.kind, hop.state, hop.expression, hop.at]), hop);
    };
    for (const { name, flows } of columns) {
      const to = columnAt({ uniqueId, column: name });
      if (to) for (const flow of flows) add(flow, to);
    }
    for (const flow of dataset) add(flow, [node, -1]);
  }
  return [...hops.values()];
}

function siteHop(flow: Flow, from: SiteColumnRef, to: SiteColumnRef, ownFile: string | undefined): SiteHop {
  const { subtype, equals, state, masks, location, expression } = flow;
  const { file, line, column } = location;
  return {
    from,
    to,
    kind: equals ? 'EQUALITY' : subtype,
    state,
    ...(masks.length > 0 && { masks }),
    at: [line, column],
    ...(file !== ownFile && { file }),
    expression,
  };
}
