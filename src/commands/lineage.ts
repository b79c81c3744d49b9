import { exposedPii } from '../contract/exposed-pii.ts';
import { exposuresJson } from '../contract/exposures-json.ts';
import { readableTrace } from '../contract/hidden-names.ts';
import type { PiiGraph } from '../contract/pii-graph.ts';
import { hideSecrets } from '../hide-secrets.ts';
import { lineageJson } from '../lineage/formats/lineage-json.ts';
import { openLineageEvents } from '../lineage/formats/openlineage.ts';
import { analyze, traceText } from '../pipeline/check.ts';
import { json } from '../pipeline/output-files.ts';
import type { PipelineOptions } from '../pipeline/pipeline-options.ts';
import { selectNodes } from '../project/selection/select.ts';
import { renderMermaid } from '../report/formats/mermaid.ts';
import { VERSION } from '../version.ts';
import type { Flags } from './project-options.ts';
import type { Terminal } from './terminal.ts';

/** `--json` is short for `--format json`. */
export async function lineage(options: PipelineOptions, flags: Flags, terminal: Terminal): Promise<number> {
  const format = flags.json ? 'json' : flags.format;
  terminal.out((format === 'mermaid' ? await diagram(options, flags) : await data(options, flags, format)).trimEnd());
  return 0;
}

/** The leaks in it are for the contract to say. */
async function diagram(options: PipelineOptions, { warehouse }: Flags): Promise<string> {
  const { project, contract } = await analyze(options, warehouse);
  return hideSecrets(renderMermaid(selectedPart(contract.pii, selectNodes(project, options))), project.secrets);
}

async function data(options: PipelineOptions, { warehouse }: Flags, format: string | undefined): Promise<string> {
  const { project, lineage: traced } = await traceText(options, warehouse);
  const lineage = readableTrace(traced, project);
  const selected = selectNodes(project, options);
  const nodes = new Map([...lineage.nodes].filter(([uniqueId]) => selected.has(uniqueId)));
  if (format === 'json') {
    const exposed = exposedPii(project, lineage).filter(({ exposure }) => selected.has(exposure.uniqueId));
    return hideSecrets(json(lineageJson(project, { nodes }, exposuresJson(project, exposed))), project.secrets);
  }
  const events = openLineageEvents({ project, lineage: { ...lineage, nodes }, version: VERSION, time: options.now });
  return hideSecrets(events, project.secrets);
}

/** Sources stay: a selection is of models. */
function selectedPart({ nodes, edges }: PiiGraph, selected: ReadonlySet<string>): PiiGraph {
  const shown = nodes.filter(({ uniqueId, layer }) => layer === 'source' || selected.has(uniqueId));
  const ids = new Set(shown.map(({ uniqueId }) => uniqueId));
  return { nodes: shown, edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)) };
}
