import type { ArtifactOptions, DbtSelection, DeferOptions, ProjectOptions } from '../pipeline/options.ts';
import { terminalLines } from '../report/escape.ts';
import { defineCommand } from './command.ts';
import { ARTIFACTS, DBT_SELECTION, DEFER, NO_EFFECT, OUTPUT, type OutputOptions, PROJECT } from './parameters.ts';

interface CompileOptions extends ProjectOptions, ArtifactOptions, DbtSelection, DeferOptions, OutputOptions {
  readonly noEffect: undefined;
}

/** dbt: `dbt compile`. */
export const compile = defineCommand<'compile', CompileOptions>({
  name: 'compile',
  summary: 'Write the SQL of each model to target/compiled/.',
  details: 'Runs nothing but what templates themselves query.',
  example: 'fenceline compile --select stg_users',
  parameters: { ...PROJECT, ...ARTIFACTS, ...DBT_SELECTION, ...DEFER, ...OUTPUT, noEffect: NO_EFFECT },
  async act({ json, ...options }, { terminal, invocation }) {
    const { compileNodes } = await import('../pipeline/tasks/compile-nodes.ts');
    const folder = options.targetPath ?? 'target';
    const paths = (await compileNodes({ ...options, ...invocation })).map((path) => `${folder}/${path}`);
    terminal.out(json ? JSON.stringify(paths) : terminalLines(paths.join('\n')));
    return 0;
  },
});
