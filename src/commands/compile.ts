import type { ProjectOptions, Selection } from '../pipeline/options.ts';
import { terminalLines } from '../report/escape.ts';
import { defineCommand } from './command.ts';
import { OUTPUT, type OutputOptions, PROJECT, SELECTION } from './parameters.ts';

interface CompileOptions extends ProjectOptions, Selection, OutputOptions {}

/** dbt: `dbt compile`. */
export const compile = defineCommand<'compile', CompileOptions>({
  name: 'compile',
  summary: 'Write the SQL of each model to target/compiled/.',
  details: 'Runs nothing but what templates themselves query.',
  example: 'fenceline compile --select stg_users',
  parameters: { ...PROJECT, ...SELECTION, ...OUTPUT },
  async act({ json, ...options }, { terminal, invocation }) {
    const { compileNodes } = await import('../pipeline/compile-nodes.ts');
    const paths = (await compileNodes({ ...options, ...invocation })).map((path) => `target/${path}`);
    terminal.out(json ? JSON.stringify(paths) : terminalLines(paths.join('\n')));
    return 0;
  },
});
