import type { ArtifactOptions, DbtSelection, ProjectOptions } from '../pipeline/options.ts';
import { terminalLines } from '../report/escape.ts';
import { defineCommand } from './command.ts';
import { ARTIFACTS, DBT_SELECTION, NO_EFFECT, PROJECT } from './parameters.ts';

interface FreshnessOptions extends ProjectOptions, ArtifactOptions, DbtSelection {
  readonly noEffect: undefined;
}

/** dbt: `dbt source freshness`. */
export const sourceFreshness = defineCommand<'source freshness', FreshnessOptions>({
  name: 'source freshness',
  summary: 'Say how old the newest rows of the sources are, and write sources.json.',
  details: 'Of sources with `freshness` and a `loaded_at_field` or `loaded_at_query`.',
  example: 'fenceline source freshness --select source:raw',
  parameters: { ...PROJECT, ...ARTIFACTS, ...DBT_SELECTION, noEffect: NO_EFFECT },
  async act(options, { terminal, invocation }) {
    const { checkFreshness } = await import('../pipeline/tasks/check-freshness.ts');
    const results = await checkFreshness({ ...options, ...invocation });
    for (const { source, status, error } of results) {
      terminal.out(
        terminalLines([`${status} ${source.sourceName}.${source.name}`, ...(error ? [`  ${error}`] : [])].join('\n')),
      );
    }
    if (results.length === 0) terminal.out('no selected source has a freshness');
    return results.some(({ status }) => status === 'error' || status === 'runtime error') ? 1 : 0;
  },
});
