import type { PiiGraph } from '../../contract/pii-graph.ts';
import { hideSecrets } from '../../hide-secrets.ts';
import { selectNodes } from '../../project/selection/select.ts';
import { renderMermaid } from '../../report/formats/mermaid.ts';
import { unreachable } from '../../unreachable.ts';
import { publishLineage } from '../files/publish-lineage.ts';
import type { Selection } from '../options.ts';
import { analyze } from '../pipeline.ts';
import type { LineageFormat } from './lineage-format.ts';
import { type TraceOptions, traceText } from './trace-text.ts';

/**
 * The column lineage of the selected nodes as text. The diagram shows the findings of the contract, too.
 * @throws {UserError} for a mistake in the project or its SQL
 */
export async function drawLineage(format: LineageFormat, options: TraceOptions & Selection): Promise<string> {
  switch (format) {
    case 'mermaid':
      return drawDiagram(options);
    case 'json':
    case 'openlineage': {
      const { project, lineage } = await traceText(options);
      const selected = selectNodes(project, options);
      const published = publishLineage(project, lineage, (uniqueId) => selected.has(uniqueId));
      return format === 'json' ? published.json() : published.openLineage(options.now);
    }
    default:
      return unreachable(format);
  }
}

async function drawDiagram(options: TraceOptions & Selection): Promise<string> {
  const { project, contract } = await analyze({ ...options, baseRef: undefined, rows: undefined });
  return hideSecrets(renderMermaid(selectedPart(contract.pii, selectNodes(project, options))), project.secrets);
}

/** The selected models, and all sources: a selection names models. */
function selectedPart({ nodes, edges }: PiiGraph, selected: ReadonlySet<string>): PiiGraph {
  const shown = nodes.filter(({ uniqueId, layer }) => layer === 'source' || selected.has(uniqueId));
  const ids = new Set(shown.map(({ uniqueId }) => uniqueId));
  return { nodes: shown, edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)) };
}
