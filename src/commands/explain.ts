import { hideSecrets } from '../hide-secrets.ts';
import { indentedJson } from '../pipeline/files/indented-json.ts';
import type { PipelineOptions, ProjectOptions } from '../pipeline/options.ts';
import type { TracedText } from '../pipeline/tasks/trace-text.ts';
import { defineCommand } from './command.ts';
import { requiredText } from './parameter.ts';
import { OUTPUT, type OutputOptions, PROJECT, WAREHOUSE } from './parameters.ts';
import type { Terminal } from './terminal.ts';

interface ExplainOptions extends ProjectOptions, OutputOptions, Pick<PipelineOptions, 'warehouse'> {
  /** `model.column` or `exposure:name`. */
  readonly subject: string;
}

export const explain = defineCommand<'explain', ExplainOptions>({
  name: 'explain',
  summary: 'Show each path to a column, or the personal data that an exposure can show.',
  details: 'Reads query plans only, like check: no rows, no Postgres.',
  example: 'fenceline explain mart_user_engagement.first_name',
  parameters: {
    subject: requiredText({ written: '<model.column>', about: 'a column of a model; or exposure:name, an exposure' }),
    ...PROJECT,
    ...WAREHOUSE,
    ...OUTPUT,
  },
  async act({ subject, json, ...options }, { terminal, invocation }) {
    const { traceText } = await import('../pipeline/tasks/trace-text.ts');
    const traced = await traceText({ ...options, ...invocation });
    const { value, text, isKnown } = subject.startsWith(EXPOSURE)
      ? await exposureExplanation(subject.slice(EXPOSURE.length), traced, terminal)
      : await columnExplanation(subject, traced, terminal);
    terminal.out(hideSecrets(json ? indentedJson(value).trimEnd() : text, traced.project.secrets));
    // Exit code 1: a model that cannot be traced may hold more than the explanation shows.
    return isKnown ? 0 : 1;
  },
});

const EXPOSURE = 'exposure:';

async function columnExplanation(name: string, { project, lineage }: TracedText, { outColors }: Terminal) {
  const { explainColumn } = await import('../pipeline/tasks/explain-column.ts');
  const { renderExplanation } = await import('../report/explain.ts');
  const value = explainColumn(name, project, lineage);
  return { value, text: renderExplanation(value, outColors), isKnown: value.status === 'traced' };
}

async function exposureExplanation(name: string, { project, lineage }: TracedText, { outColors }: Terminal) {
  const { explainExposure } = await import('../pipeline/tasks/explain-exposure.ts');
  const { renderExposure } = await import('../report/explain-exposure.ts');
  const value = explainExposure(name, project, lineage);
  return { value, text: renderExposure(value, outColors), isKnown: value.unknown.length === 0 };
}
