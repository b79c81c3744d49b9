import type { ProjectOptions } from '../pipeline/options.ts';
import { terminalLines } from '../report/escape.ts';
import { defineCommand } from './command.ts';
import { NO_EFFECT, PROJECT } from './parameters.ts';

interface DebugOptions extends ProjectOptions {
  readonly noEffect: undefined;
}

/** dbt: `dbt debug`. */
export const debug = defineCommand<'debug', DebugOptions>({
  name: 'debug',
  summary: 'Try the project, its profile and the warehouse, and say which of them fails.',
  details: 'Writes nothing. Exit code 1 if one of them fails.',
  example: 'fenceline debug --target prod',
  parameters: { ...PROJECT, noEffect: NO_EFFECT },
  async act(options, { terminal, invocation }) {
    const { checkSetup } = await import('../pipeline/tasks/check-setup.ts');
    const checks = await checkSetup({ ...options, ...invocation });
    for (const { what, problem } of checks) {
      terminal.out(terminalLines(problem === undefined ? `ok     ${what}` : `failed ${what}\n  ${problem}`));
    }
    return checks.some(({ problem }) => problem !== undefined) ? 1 : 0;
  },
});
