import { didYouMean } from '../nearest-name.ts';
import { UserError } from '../user-error.ts';
import type { Model, Node, QueryNode } from './node.ts';

/** The strategies that are built; a project with another one is refused when it is loaded. */
export const INCREMENTAL_STRATEGIES = ['delete+insert', 'append', 'merge'] as const;
type IncrementalStrategy = (typeof INCREMENTAL_STRATEGIES)[number];

/** What a later run does with columns that are new, or missing, in the query. */
type SchemaChange = (typeof SCHEMA_CHANGES)[number];
const SCHEMA_CHANGES = ['ignore', 'fail', 'append_new_columns', 'sync_all_columns'] as const;

/** How a later run of an incremental model changes its table (dbt: `incremental_strategy`, `unique_key`, `on_schema_change`). */
export interface IncrementalSettings {
  readonly strategy: IncrementalStrategy;
  /** Columns that say which rows are replaced; none: no row is. */
  readonly uniqueKey: readonly string[];
  readonly onSchemaChange: SchemaChange;
}

/** @throws {UserError} for an `on_schema_change` that dbt does not have */
export function incrementalSettings(node: QueryNode): IncrementalSettings {
  const { name, config, location } = node;
  const strategy = INCREMENTAL_STRATEGIES.find((candidate) => candidate === incrementalStrategy(node));
  if (!strategy) throw new Error(`internal: the strategy of ${name} is refused when the project is loaded`);
  const change = String(config.other['on_schema_change'] ?? 'ignore');
  const onSchemaChange = SCHEMA_CHANGES.find((candidate) => candidate === change);
  if (!onSchemaChange) {
    throw new UserError({
      code: 'bad-config',
      message: `on_schema_change '${change}' of ${name} is none that dbt has.${didYouMean(change, SCHEMA_CHANGES)}`,
      location,
      fix: `use one of: ${SCHEMA_CHANGES.join(', ')}`,
    });
  }
  return { strategy, uniqueKey: [config.other['unique_key'] ?? []].flat().map(String), onSchemaChange };
}

/** The strategy as written, or dbt-duckdb's default. */
export function incrementalStrategy({ config }: Node): string {
  return String(config.other['incremental_strategy'] ?? 'delete+insert');
}

export function isIncremental(node: Node): node is Model {
  return node.resourceType === 'model' && node.config.materialized === 'incremental';
}
