import type { ArtifactOptions, DbtBuildOptions, DbtSelection, ProjectOptions } from '../pipeline/options.ts';
import { type Command, defineCommand } from './command.ts';
import { ARTIFACTS, DBT_BUILD, DBT_SELECTION, NO_EFFECT, OUTPUT, type OutputOptions, PROJECT } from './parameters.ts';
import { showBuild } from './show-build.ts';

export interface BuildCommandOptions
  extends ProjectOptions,
    ArtifactOptions,
    DbtSelection,
    DbtBuildOptions,
    OutputOptions {
  readonly noEffect: undefined;
}

type Which = 'build' | 'test' | 'seed' | 'snapshot';

interface Description<Name extends Which> {
  readonly which: Name;
  readonly summary: string;
  readonly details: string;
  readonly example: string;
}

/** A command that builds or tests nodes in the warehouse, with all of dbt's flags for it. */
export function buildCommand<Name extends Which>({ which, ...texts }: Description<Name>): Command<Name> {
  return defineCommand<Name, BuildCommandOptions>({
    name: which,
    ...texts,
    parameters: { ...PROJECT, ...ARTIFACTS, ...DBT_SELECTION, ...DBT_BUILD, ...OUTPUT, noEffect: NO_EFFECT },
    async act(options, { terminal, invocation }) {
      const { buildWarehouse } = await import('../pipeline/tasks/build-warehouse.ts');
      return showBuild(await buildWarehouse({ ...options, ...invocation, which }), options, terminal);
    },
  });
}
