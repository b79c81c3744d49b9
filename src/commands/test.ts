import type { ProjectOptions, Selection } from '../pipeline/options.ts';
import { defineCommand } from './command.ts';
import { OUTPUT, type OutputOptions, PROJECT, SELECTION } from './parameters.ts';
import { showBuild } from './show-build.ts';

interface TestOptions extends ProjectOptions, Selection, OutputOptions {}

/** dbt: `dbt test`. */
export const test = defineCommand<'test', TestOptions>({
  name: 'test',
  summary: 'Run the tests on what is built.',
  details: 'Works on the warehouse as it is; decides no contract.',
  example: 'fenceline test --select stg_users',
  parameters: { ...PROJECT, ...SELECTION, ...OUTPUT },
  async act(options, { terminal, invocation }) {
    const { buildWarehouse } = await import('../pipeline/build-warehouse.ts');
    const tested = await buildWarehouse({ ...options, ...invocation, kind: 'test', fullRefresh: false });
    return showBuild(tested, options, terminal);
  },
});
