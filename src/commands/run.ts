import { runPipeline } from '../pipeline/gate.ts';
import type { PipelineOptions } from '../pipeline/pipeline-options.ts';
import type { Flags } from './project-options.ts';
import { showReport } from './show-report.ts';
import type { Terminal } from './terminal.ts';

export async function run(options: PipelineOptions, flags: Flags, terminal: Terminal): Promise<number> {
  const { report } = await runPipeline(options);
  return showReport(report, flags, terminal);
}
