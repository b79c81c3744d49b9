import type { BuildOptions, ProjectOptions, Selection } from '../pipeline/options.ts';
import { defineCommand } from './command.ts';
import { BUILD, OUTPUT, type OutputOptions, PROJECT, SELECTION } from './parameters.ts';
import { showBuild } from './show-build.ts';

interface BuildCommandOptions extends ProjectOptions, Selection, BuildOptions, OutputOptions {}

/** dbt: `dbt build`. */
export const build = defineCommand<'build', BuildCommandOptions>({
  name: 'build',
  summary: 'Build seeds and models and run their tests, in the order of the graph.',
  details: 'Works on the warehouse as it is; decides no contract.',
  example: 'fenceline build --select +mart_appointment_funnel',
  parameters: { ...PROJECT, ...SELECTION, ...BUILD, ...OUTPUT },
  async act(options, { terminal, invocation }) {
    const { buildWarehouse } = await import('../pipeline/build-warehouse.ts');
    return showBuild(await buildWarehouse({ ...options, ...invocation, kind: 'build' }), options, terminal);
  },
});
