import { resolve } from 'node:path';
import type { ProjectOptions } from '../pipeline/options.ts';
import { terminalText } from '../report/escape.ts';
import { defineCommand } from './command.ts';
import { toggle } from './parameter.ts';
import { NO_EFFECT, PROJECT } from './parameters.ts';

interface DepsOptions extends Pick<ProjectOptions, 'projectDirectory'> {
  readonly upgrade: boolean;
  readonly noEffect: undefined;
}

/** dbt: `dbt deps`. */
export const deps = defineCommand<'deps', DepsOptions>({
  name: 'deps',
  summary: 'Install the packages of packages.yml or dependencies.yml into dbt_packages/.',
  details:
    'Takes packages of local folders, git, the hub and tarballs; versions and hashes of package-lock.yml hold.\n' +
    'What was fetched once is kept, so that it works without a network.',
  example: 'fenceline deps --upgrade',
  parameters: {
    projectDirectory: PROJECT.projectDirectory,
    upgrade: toggle({ written: '--upgrade', about: 'look for newer versions than package-lock.yml has' }),
    noEffect: NO_EFFECT,
  },
  async act({ projectDirectory, upgrade }, { terminal, invocation: { environment, signal } }) {
    const { installFor } = await import('../pipeline/tasks/install-for.ts');
    const installed = await installFor({ directory: resolve(projectDirectory), upgrade, environment, signal });
    for (const { name, entry } of installed) {
      const { version, revision } = entry;
      terminal.out(terminalText([name, version ?? revision ?? entry['local'] ?? ''].join(' ').trim()));
    }
    if (installed.length === 0) terminal.out('there are no packages in packages.yml or dependencies.yml');
    return 0;
  },
});
