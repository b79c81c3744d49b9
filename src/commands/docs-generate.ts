import type { ArtifactOptions, DbtSelection, DeferOptions, ProjectOptions } from '../pipeline/options.ts';
import { terminalText } from '../report/escape.ts';
import { defineCommand } from './command.ts';
import { ARTIFACTS, DBT_SELECTION, DEFER, NO_EFFECT, PROJECT } from './parameters.ts';

interface DocsGenerateOptions extends ProjectOptions, ArtifactOptions, DbtSelection, DeferOptions {
  readonly noEffect: undefined;
}

/** dbt: `dbt docs generate`. */
export const docsGenerate = defineCommand<'docs generate', DocsGenerateOptions>({
  name: 'docs generate',
  summary: 'Write manifest.json and catalog.json, which dbt’s page of documentation reads.',
  details:
    'The page itself is dbt’s: put its index.html beside them. The catalog holds names and types, and no values.',
  example: 'fenceline docs generate',
  parameters: { ...PROJECT, ...ARTIFACTS, ...DBT_SELECTION, ...DEFER, noEffect: NO_EFFECT },
  async act(options, { terminal, invocation }) {
    const { writeCatalog } = await import('../pipeline/tasks/write-catalog.ts');
    const file = await writeCatalog({ ...options, ...invocation });
    terminal.out(terminalText(file));
    return 0;
  },
});
