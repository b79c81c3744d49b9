import { indentedJson } from '../pipeline/files/indented-json.ts';
import type { ReportedNode } from '../report/report.ts';
import type { OutputOptions } from './parameters.ts';
import type { Terminal } from './terminal.ts';

/** Prints the results of a build, or with `--json` the nodes themselves, and gives the exit code. */
export async function showBuild(
  nodes: readonly ReportedNode[],
  { json }: OutputOptions,
  terminal: Terminal,
): Promise<number> {
  const { renderBuild } = await import('../report/formats/terminal.ts');
  const text = json
    ? indentedJson(nodes).trimEnd()
    : renderBuild(nodes, { colors: terminal.outColors, width: terminal.width });
  terminal.out(text);
  return nodes.some(({ status }) => status === 'error' || status === 'fail') ? 1 : 0;
}
