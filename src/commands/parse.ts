import type { ArtifactOptions, DbtSelection, ProjectOptions } from '../pipeline/options.ts';
import { defineCommand } from './command.ts';
import { ARTIFACTS, DBT_SELECTION, NO_EFFECT, PROJECT } from './parameters.ts';

interface ParseOptions extends ProjectOptions, ArtifactOptions, DbtSelection {
  readonly noEffect: undefined;
}

/** dbt: `dbt parse`. */
export const parse = defineCommand<'parse', ParseOptions>({
  name: 'parse',
  summary: 'Read the project, say what is wrong in it, and write manifest.json.',
  details: 'Opens no warehouse.',
  example: 'fenceline parse --target prod',
  parameters: { ...PROJECT, ...ARTIFACTS, ...DBT_SELECTION, noEffect: NO_EFFECT },
  async act(options, { invocation }) {
    const { writeManifest } = await import('../pipeline/tasks/write-manifest.ts');
    await writeManifest({ ...options, ...invocation });
    return 0;
  },
});
