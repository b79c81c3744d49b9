import type { PipelineOptions } from '../pipeline.ts';
import { renderExplanation } from '../report/explain.ts';
import { traceText } from '../run/analyze.ts';
import { explainColumn } from '../run/explain-column.ts';
import { json } from '../run/output-files.ts';
import type { Flags } from './project-options.ts';
import type { Terminal } from './terminal.ts';

/** Exit code 1 when the model could not be traced. */
export async function explain(options: PipelineOptions, flags: Flags, terminal: Terminal): Promise<number> {
  const { project, lineage } = await traceText(options, flags.warehouse);
  const explanation = explainColumn(flags.column ?? '', project, lineage);
  terminal.out(flags.json ? json(explanation).trimEnd() : renderExplanation(explanation, terminal.outColors));
  return explanation.status === 'unknown' ? 1 : 0;
}
