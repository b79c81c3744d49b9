import type { Selection } from '../selection/select.ts';

/**
 * The command and its options, for which a project is loaded and which templates read (dbt: `flags`,
 * `invocation_args_dict`).
 */
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
  /** Whether failures of tests are kept in tables (dbt: `--store-failures`). */
  readonly storeFailures?: boolean;
  /** Whether refs and sources give no rows (dbt: `--empty`, a dry run). */
  readonly empty?: boolean;
  /** Relations of an earlier run for refs of nodes that are not selected. */
  readonly deferral?: Deferral | undefined;
}

/** Relations of an earlier run, in place of nodes that this run does not build (dbt: `--defer`). */
export interface Deferral {
  /** Relations by the unique ids of their nodes. */
  readonly relations: ReadonlyMap<string, DeferredRelation>;
  /** Whether they are used also for a node that has a relation in this warehouse (dbt: `--favor-state`). */
  readonly isFavored: boolean;
}

export interface DeferredRelation {
  readonly database: string;
  readonly schema: string;
  readonly alias: string;
}

/** The command that stands for a build of the whole project, where the analysis builds no rows. */
export const BUILD_ALL: DbtCommand = { which: 'build', fullRefresh: false, select: [], exclude: [] };
