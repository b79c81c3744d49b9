import type { PiiGraph } from '../contract/pii-graph.ts';
import { lineageJson } from '../lineage/lineage-json.ts';
import { openLineageEvents } from '../lineage/openlineage.ts';
import type { PipelineOptions } from '../pipeline.ts';
import { selectNodes } from '../project/select.ts';
import { renderMermaid } from '../report/mermaid.ts';
import { analyze } from '../run/analyze.ts';
import { json } from '../run/output-files.ts';
import { VERSION } from '../version.ts';
import type { Flags } from './project-options.ts';
import type { Terminal } from './terminal.ts';

/** `--json` is short for `--format json`. */
export async function lineage(options: PipelineOptions, flags: Flags, terminal: Terminal): Promise<number> {
  const { project, lineage, contract } = await analyze(options, flags.warehouse);
  const selected = selectNodes(project, options);
  const nodes = new Map([...lineage.nodes].filter(([uniqueId]) => selected.has(uniqueId)));
  const format = flags.json ? 'json' : flags.format;
  if (format === 'json') {
    terminal.out(json(lineageJson(project, { nodes })).trimEnd());
  } else if (format === 'openlineage') {
    const events = { project, lineage: { ...lineage, nodes }, version: VERSION, time: options.now };
    terminal.out(openLineageEvents(events).trimEnd());
  } else {
    terminal.out(renderMermaid(selectedPart(contract.pii, selected)).trimEnd());
  }
  return 0;
}

/** Sources stay: a selection is of models. */
function selectedPart({ nodes, edges }: PiiGraph, selected: ReadonlySet<string>): PiiGraph {
  const shown = nodes.filter(({ uniqueId, layer }) => layer === 'source' || selected.has(uniqueId));
  const ids = new Set(shown.map(({ uniqueId }) => uniqueId));
  return { nodes: shown, edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)) };
}
