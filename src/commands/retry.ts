import type { ArtifactOptions, ProjectOptions } from '../pipeline/options.ts';
import { defineCommand } from './command.ts';
import { ARTIFACTS, NO_EFFECT, OUTPUT, type OutputOptions, PROJECT, STATE } from './parameters.ts';
import { showBuild } from './show-build.ts';

interface RetryOptions extends ProjectOptions, ArtifactOptions, OutputOptions {
  readonly state: string | undefined;
  readonly noEffect: undefined;
}

/** dbt: `dbt retry`. */
export const retry = defineCommand<'retry', RetryOptions>({
  name: 'retry',
  summary: 'Run the last command again for what failed or was skipped in it.',
  details: 'Reads run_results.json of target/, or of --state. Vars are not written there: give them again with --vars.',
  example: 'fenceline retry',
  parameters: { ...PROJECT, ...ARTIFACTS, state: STATE, ...OUTPUT, noEffect: NO_EFFECT },
  async act(options, { terminal, invocation }) {
    const { retryBuild } = await import('../pipeline/tasks/retry-build.ts');
    return showBuild(await retryBuild({ ...options, ...invocation }), options, terminal);
  },
});
