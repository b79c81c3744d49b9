import { didYouMean } from '../nearest-name.ts';
import { UserError } from '../user-error.ts';
import { asList, asMapping } from './mapping.ts';
import type { Model, Node, QueryNode } from './node.ts';

/** The supported ones of dbt's incremental strategies. */
export const INCREMENTAL_STRATEGIES = ['delete+insert', 'append', 'merge'] as const;
type IncrementalStrategy = (typeof INCREMENTAL_STRATEGIES)[number];

/** Value of `on_schema_change`: what to do if the query of a later run has other columns than the table. */
type SchemaChange = (typeof SCHEMA_CHANGES)[number];
const SCHEMA_CHANGES = ['ignore', 'fail', 'append_new_columns', 'sync_all_columns'] as const;

/**
 * How a later run of an incremental model changes its table (dbt: `incremental_strategy`, `unique_key`,
 * `on_schema_change`).
 */
export interface IncrementalSettings {
  /** `own`: a macro of the project, {@link strategyMacro}, prints the statements. */
  readonly strategy: IncrementalStrategy | 'own';
  /** Rows of the table with the key of a new row are replaced; without columns, no row is. */
  readonly uniqueKey: UniqueKey;
  /** The columns that the strategy `merge` writes in a row that the table has already. */
  readonly mergeUpdates: MergeUpdates;
  /**
   * Conditions on the rows of the table (`DBT_INTERNAL_DEST`) and the new rows (`DBT_INTERNAL_SOURCE`) that must hold for a
   * row to be replaced, each one SQL expression (dbt: `incremental_predicates`).
   */
  readonly predicates: readonly string[];
  readonly mergeConditions: MergeConditions;
  readonly onSchemaChange: SchemaChange;
}

/** Names of columns, or one SQL expression over them; an expression works with the strategy `delete+insert` only. */
type UniqueKey =
  | { readonly kind: 'columns'; readonly columns: readonly string[] }
  | { readonly kind: 'expression'; readonly text: string };

/** SQL expressions of the strategy `merge`, over the rows of `predicates` (dbt-duckdb). */
interface MergeConditions {
  /** Whether a matched row is updated (dbt-duckdb: `merge_update_condition`). */
  readonly update: string | undefined;
  /** Whether a new row is inserted (dbt-duckdb: `merge_insert_condition`). */
  readonly insert: string | undefined;
  /** Values by column, in place of those of the new row (dbt-duckdb: `merge_update_set_expressions`). */
  readonly values: ReadonlyMap<string, string>;
}

/** dbt: `merge_update_columns`, `merge_exclude_columns`. */
type MergeUpdates =
  | { readonly kind: 'all' }
  | { readonly kind: 'only'; readonly columns: readonly string[] }
  | { readonly kind: 'except'; readonly columns: readonly string[] };

/** Reads the configuration of an incremental model. @throws {UserError} for a value that dbt does not have */
export function incrementalSettings(node: QueryNode): IncrementalSettings {
  const { name, config, location } = node;
  const strategy = INCREMENTAL_STRATEGIES.find((candidate) => candidate === incrementalStrategy(node)) ?? 'own';
  const change = String(config.other['on_schema_change'] ?? 'ignore');
  const onSchemaChange = SCHEMA_CHANGES.find((candidate) => candidate === change);
  if (!onSchemaChange) {
    throw new UserError({
      code: 'bad-config',
      message: `on_schema_change '${change}' of ${name} is no value that dbt has.${didYouMean(change, SCHEMA_CHANGES)}`,
      location,
      fix: `use one of: ${SCHEMA_CHANGES.join(', ')}`,
    });
  }
  const written = config.other['incremental_predicates'] ?? config.other['predicates'];
  if (strategy === 'delete+insert' && typeof written === 'string') {
    throw new UserError({
      code: 'bad-config',
      message: `incremental_predicates of ${name} is a text: only the strategy merge takes one.`,
      location,
      fix: "write a list: incremental_predicates=['day > current_date - 7']",
    });
  }
  return {
    strategy,
    uniqueKey: uniqueKeyOf(node, strategy),
    mergeUpdates: mergeUpdatesOf(node),
    predicates: asList(written).map(String),
    mergeConditions: mergeConditionsOf(node),
    onSchemaChange,
  };
}

function mergeConditionsOf({ config: { other } }: QueryNode): MergeConditions {
  const text = (key: string) => (other[key] === undefined || other[key] === null ? undefined : String(other[key]));
  const values = asMapping(other['merge_update_set_expressions']) ?? new Map();
  return {
    update: text('merge_update_condition'),
    insert: text('merge_insert_condition'),
    values: new Map([...values].map(([column, value]) => [columnNamed(column) ?? column, String(value)])),
  };
}

/** The SQL expressions in the settings that decide which rows the table has. */
export function rowConditions({ strategy, predicates, mergeConditions }: IncrementalSettings): readonly string[] {
  const { update, insert } = mergeConditions;
  return strategy === 'merge' ? [...predicates, update ?? [], insert ?? []].flat() : predicates;
}

/** Reads `unique_key`. dbt writes it into its statement unchanged, so it may be a quoted name or an expression. */
function uniqueKeyOf({ name, config, location }: QueryNode, strategy: IncrementalSettings['strategy']): UniqueKey {
  const written = config.other['unique_key'] ?? [];
  const columns = [written].flat().map((key) => columnNamed(String(key)));
  const names = columns.filter((column) => column !== undefined);
  if (names.length === columns.length) return { kind: 'columns', columns: names };
  if (strategy !== 'merge' && typeof written === 'string') return { kind: 'expression', text: written };
  throw new UserError({
    code: 'bad-config',
    message: `unique_key of ${name} has an expression where only names of columns can be.`,
    location,
    fix: "name columns in unique_key, or write one expression and the strategy 'delete+insert'",
  });
}

/** The column of a plain or quoted SQL name; `undefined` for a text that is no name. */
function columnNamed(written: string): string | undefined {
  const [, quoted, plain] = /^\s*(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*))\s*$/u.exec(written) ?? [];
  return quoted?.replaceAll('""', '"') ?? plain;
}

function mergeUpdatesOf({ name, config, location }: QueryNode): MergeUpdates {
  const columns = (key: string) =>
    [config.other[key] ?? []].flat().map((written) => columnNamed(String(written)) ?? String(written));
  const [only, except] = [columns('merge_update_columns'), columns('merge_exclude_columns')];
  if (only.length > 0 && except.length > 0) {
    throw new UserError({
      code: 'bad-config',
      message: `${name} has both merge_update_columns and merge_exclude_columns, which contradict each other.`,
      location,
      fix: 'keep one of them',
    });
  }
  if (only.length > 0) return { kind: 'only', columns: only };
  return except.length > 0 ? { kind: 'except', columns: except } : { kind: 'all' };
}

/** The configured strategy, which may be an unsupported one, or dbt-duckdb's default. */
export function incrementalStrategy({ config }: Node): string {
  return String(config.other['incremental_strategy'] ?? 'delete+insert');
}

/** Name of the macro that prints the statements of a strategy (dbt: get_incremental_strategy_macro). */
export function strategyMacro(node: Node): string {
  return `get_incremental_${incrementalStrategy(node).replaceAll('+', '_')}_sql`;
}

export function isIncremental(node: Node): node is Model {
  return node.resourceType === 'model' && node.config.materialized === 'incremental';
}
