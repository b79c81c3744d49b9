import { resolve } from 'node:path';
import type { ProjectOptions } from '../pipeline/options.ts';
import { terminalText } from '../report/escape.ts';
import { defineCommand } from './command.ts';
import { NO_EFFECT, PROJECT } from './parameters.ts';

interface CleanOptions extends Pick<ProjectOptions, 'projectDirectory'> {
  readonly noEffect: undefined;
}

/** dbt: `dbt clean`. */
export const clean = defineCommand<'clean', CleanOptions>({
  name: 'clean',
  summary: 'Remove the folders that `clean-targets` of dbt_project.yml names.',
  details:
    'Without that key it is target/. No folder outside of the project, and none with the files of the project itself.',
  example: 'fenceline clean analytics',
  parameters: { projectDirectory: PROJECT.projectDirectory, noEffect: NO_EFFECT },
  async act({ projectDirectory }, { terminal }) {
    const { cleanProject } = await import('../pipeline/tasks/clean-project.ts');
    for (const folder of await cleanProject(resolve(projectDirectory))) terminal.out(terminalText(`removed ${folder}`));
    return 0;
  },
});
