import { hideSecrets } from '../hide-secrets.ts';
import { type TracedText, traceText } from '../pipeline/check.ts';
import { explainColumn } from '../pipeline/explain-column.ts';
import { explainExposure } from '../pipeline/explain-exposure.ts';
import { json } from '../pipeline/output-files.ts';
import type { PipelineOptions } from '../pipeline/pipeline-options.ts';
import { renderExplanation } from '../report/explain.ts';
import { renderExposure } from '../report/explain-exposure.ts';
import type { Flags } from './project-options.ts';
import type { Terminal } from './terminal.ts';

const EXPOSURE = 'exposure:';

/** Exit code 1 when a model that has to be known for it could not be traced. */
export async function explain(options: PipelineOptions, flags: Flags, terminal: Terminal): Promise<number> {
  const traced = await traceText(options, flags.warehouse);
  const wanted = flags.column ?? '';
  const explained = wanted.startsWith(EXPOSURE)
    ? exposureOf(wanted.slice(EXPOSURE.length), traced, terminal)
    : columnOf(wanted, traced, terminal);
  const text = flags.json ? json(explained.value).trimEnd() : explained.text;
  terminal.out(hideSecrets(text, traced.project.secrets));
  return explained.isKnown ? 0 : 1;
}

function columnOf(wanted: string, { project, lineage }: TracedText, { outColors }: Terminal) {
  const value = explainColumn(wanted, project, lineage);
  return { value, text: renderExplanation(value, outColors), isKnown: value.status === 'traced' };
}

function exposureOf(wanted: string, { project, lineage }: TracedText, { outColors }: Terminal) {
  const value = explainExposure(wanted, project, lineage);
  return { value, text: renderExposure(value, outColors), isKnown: value.unknown.length === 0 };
}
