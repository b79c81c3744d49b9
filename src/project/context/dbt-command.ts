import type { Selection } from '../selection/select.ts';

/** The command that a project is loaded for, as templates see it (dbt: `flags`, `invocation_args_dict`). */
export interface DbtCommand extends Selection {
  readonly which:
    | 'build'
    | 'test'
    | 'seed'
    | 'snapshot'
    | 'compile'
    | 'list'
    | 'parse'
    | 'show'
    | 'generate'
    | 'freshness'
    | 'run-operation';
  readonly fullRefresh: boolean;
  readonly failFast?: boolean;
  readonly warnError?: boolean;
  /** Refs and sources give no rows: a dry run. */
  readonly empty?: boolean;
  /** The run to which refs of nodes that are not selected may lead. */
  readonly deferral?: Deferral | undefined;
}

/** Relations of an earlier run, which stand for nodes that this one does not build (dbt: `--defer`). */
export interface Deferral {
  /** Relations by the unique ids of their nodes. */
  readonly relations: ReadonlyMap<string, DeferredRelation>;
  /** Whether the ref leads there also if the node has a relation of its own (dbt: `--favor-state`). */
  readonly isFavored: boolean;
}

export interface DeferredRelation {
  readonly database: string;
  readonly schema: string;
  readonly alias: string;
}

/** A build of the whole project, for which a contract is decided where no rows are built. */
export const BUILD_ALL: DbtCommand = { which: 'build', fullRefresh: false, select: [], exclude: [] };
