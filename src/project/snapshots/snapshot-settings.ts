import { didYouMean } from '../../nearest-name.ts';
import { sql } from '../../sql.ts';
import { type Mistake, UserError } from '../../user-error.ts';
import { asList, asMapping } from '../mapping.ts';
import type { Node, Snapshot } from '../node.ts';

/** The configuration of a snapshot. Expressions are SQL of the project, not parsed yet. */
export interface SnapshotSettings {
  /** SQL expressions that identify a row together. */
  readonly uniqueKey: readonly string[];
  /** SQL expression of the time at which a row of the query changed last. */
  readonly updatedAt: string;
  /** Comparison that finds changed rows: a later time, or a difference in one of these columns. */
  readonly changedBy: 'time' | 'any column' | readonly string[];
  /** Treatment of a row of the table that the query no longer gives. */
  readonly hardDeletes: (typeof HARD_DELETES)[number];
  /** SQL expression of `dbt_valid_to` of a row that is valid now; `undefined`: NULL. */
  readonly validToCurrent: string | undefined;
  readonly names: SnapshotColumnNames;
}

interface SnapshotColumnNames {
  readonly scdId: string;
  readonly updatedAt: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly isDeleted: string;
}

/** SQL expression of the time of a run of a snapshot (dbt-duckdb: snapshot_get_time). */
export const SNAPSHOT_TIME = sql`now()::timestamp`;

/** The supported strategies of snapshots. A snapshot with another one is left out, by `find-unsupported.ts`. */
export const SNAPSHOT_STRATEGIES = ['timestamp', 'check'] as const;

const HARD_DELETES = ['ignore', 'invalidate', 'new_record'] as const;
const COLUMN_NAMES = ['dbt_scd_id', 'dbt_updated_at', 'dbt_valid_from', 'dbt_valid_to', 'dbt_is_deleted'];

/**
 * Reads the configuration of a snapshot (dbt: SnapshotConfig).
 * @throws {UserError} with every mistake in the configuration
 */
export function snapshotSettings(snapshot: Snapshot): SnapshotSettings {
  const { name, config, location } = snapshot;
  const { other } = config;
  const mistakes: Mistake[] = [];
  const wrong = (message: string, fix: string) =>
    mistakes.push({ code: 'bad-config', message: `the snapshot ${name} ${message}`, location, fix });
  const text = (key: string) => (typeof other[key] === 'string' && other[key] !== '' ? String(other[key]) : undefined);

  if (config.materialized !== 'snapshot')
    wrong(`is materialized as '${config.materialized}'.`, 'remove the config materialized');
  const uniqueKey = asList(other['unique_key']).map(String);
  if (uniqueKey.length === 0) wrong('has no unique_key.', 'say which column, or which columns, tell its rows apart');
  const strategy = snapshotStrategy(snapshot);
  if (strategy !== undefined && !SNAPSHOT_STRATEGIES.some((supported) => supported === strategy)) {
    throw new Error(`internal: the strategy of ${name} is refused when the project is loaded`);
  }
  if (strategy === undefined) wrong('has no strategy.', "set strategy to 'timestamp' or 'check'");
  const updatedAt = text('updated_at');
  if (strategy === 'timestamp' && updatedAt === undefined) {
    wrong('has no updated_at.', 'say which column has the time of the last change');
  }
  const written = other['check_cols'];
  const checked =
    written === 'all' ? ('any column' as const) : asList(Array.isArray(written) ? written : []).map(String);
  if (strategy === 'check' && checked.length === 0) {
    wrong('has no check_cols.', "list the columns to compare, or write check_cols: 'all'");
  }
  if (strategy === 'timestamp' && asList(written).length > 0) {
    wrong('has check_cols, which the strategy timestamp does not read.', 'take them away, or use the strategy check');
  }
  const hardDeletes = readHardDeletes(other);
  const found = HARD_DELETES.find((behaviour) => behaviour === hardDeletes);
  if (!found) {
    wrong(
      `has hard_deletes '${hardDeletes}'.${didYouMean(hardDeletes, HARD_DELETES)}`,
      `use one of: ${HARD_DELETES.join(', ')}`,
    );
  }
  const names = asMapping(other['snapshot_meta_column_names']) ?? new Map<string, unknown>();
  for (const key of names.keys()) {
    if (COLUMN_NAMES.includes(key)) continue;
    wrong(
      `renames a column '${key}', which is no column of dbt for snapshots.${didYouMean(key, COLUMN_NAMES)}`,
      `use one of: ${COLUMN_NAMES.join(', ')}`,
    );
  }
  if (mistakes.length > 0) throw new UserError(mistakes);
  const columnName = (key: string) => String(names.get(key) ?? key);
  return {
    uniqueKey,
    updatedAt: updatedAt ?? SNAPSHOT_TIME.text,
    changedBy: strategy === 'timestamp' ? 'time' : checked,
    hardDeletes: found ?? 'ignore',
    validToCurrent: text('dbt_valid_to_current'),
    names: {
      scdId: columnName('dbt_scd_id'),
      updatedAt: columnName('dbt_updated_at'),
      validFrom: columnName('dbt_valid_from'),
      validTo: columnName('dbt_valid_to'),
      isDeleted: columnName('dbt_is_deleted'),
    },
  };
}

/** The configured strategy, which may be an unsupported one; dbt has no default. */
export function snapshotStrategy({ config }: Node): string | undefined {
  const written = config.other['strategy'];
  return typeof written === 'string' && written !== '' ? written : undefined;
}

/** The config `hard_deletes`; `invalidate_hard_deletes: true` is its old spelling for `invalidate` (dbt). */
function readHardDeletes(other: Snapshot['config']['other']): string {
  const written = other['hard_deletes'];
  if (written !== undefined && written !== null) return String(written);
  return other['invalidate_hard_deletes'] === true ? 'invalidate' : 'ignore';
}
