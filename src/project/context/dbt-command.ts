import type { Selection } from '../selection/select.ts';

/** The command that a project is loaded for, as templates see it (dbt: `flags`, `invocation_args_dict`). */
export interface DbtCommand extends Selection {
  readonly which: 'build' | 'test' | 'compile' | 'list';
  readonly fullRefresh: boolean;
}

/** A build of the whole project, for which a contract is decided where no rows are built. */
export const BUILD_ALL: DbtCommand = { which: 'build', fullRefresh: false, select: [], exclude: [] };
