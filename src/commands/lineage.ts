import { lineageJson } from '../lineage/lineage-json.ts';
import type { PipelineOptions } from '../pipeline.ts';
import { selectNodes } from '../project/select.ts';
import { renderMermaid } from '../report/mermaid.ts';
import { analyze } from '../run/analyze.ts';
import { json } from '../run/output-files.ts';
import type { Flags } from './project-options.ts';
import type { Terminal } from './terminal.ts';

export async function lineage(options: PipelineOptions, flags: Flags, terminal: Terminal): Promise<number> {
  const { project, lineage, contract } = await analyze(options, flags.warehouse);
  const selected = selectNodes(project, options);
  if (flags.json || flags.format === 'json') {
    const nodes = new Map([...lineage.nodes].filter(([uniqueId]) => selected.has(uniqueId)));
    terminal.out(json(lineageJson(project, { nodes })).trimEnd());
  } else {
    const { nodes, edges } = contract.pii;
    const shown = new Set(
      nodes
        .filter(({ uniqueId, layer }) => layer === 'source' || selected.has(uniqueId))
        .map(({ uniqueId }) => uniqueId),
    );
    terminal.out(
      renderMermaid({
        nodes: nodes.filter(({ uniqueId }) => shown.has(uniqueId)),
        edges: edges.filter(({ from, to }) => shown.has(from) && shown.has(to)),
      }).trimEnd(),
    );
  }
  return 0;
}
