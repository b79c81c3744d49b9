import { indentedJson } from '../pipeline/files/indented-json.ts';
import type { ProjectOptions } from '../pipeline/options.ts';
import { counted } from '../report/counts.ts';
import { terminalText } from '../report/escape.ts';
import { defineCommand } from './command.ts';
import { toggle } from './parameter.ts';
import { OUTPUT, type OutputOptions, PROJECT, WAREHOUSE } from './parameters.ts';

interface SourcesOptions extends ProjectOptions, OutputOptions {
  readonly warehouse: string | undefined;
  readonly writes: boolean;
}

export const sources = defineCommand<'sources', SourcesOptions>({
  name: 'sources',
  summary: 'Show where the columns of each source come from, and record them.',
  details:
    'Option --write puts names and types of all columns, and no rows, into\n' +
    'fenceline-sources.yml. Commit it: check uses it for what it cannot reach.',
  example: 'fenceline sources analytics --write',
  parameters: {
    ...PROJECT,
    ...WAREHOUSE,
    ...OUTPUT,
    writes: toggle({ written: '--write', about: 'write fenceline-sources.yml' }),
  },
  async act({ json, ...options }, { terminal, invocation }) {
    const { recordSources } = await import('../pipeline/tasks/record-sources.ts');
    const listings = await recordSources({ ...options, ...invocation });
    if (json) terminal.out(indentedJson(listings).trimEnd());
    else {
      for (const { name, origin, columns } of listings.sources) {
        terminal.out(terminalText(`${name}: ${counted(columns.length, 'column')}, ${ORIGINS[origin]}`));
      }
    }
    if (listings.written !== undefined) terminal.err(`wrote ${listings.written}`);
    return 0;
  },
});

const ORIGINS = {
  data: 'from its table or file',
  recorded: 'as recorded',
  yaml: 'as declared',
  unknown: 'unknown',
} as const;
