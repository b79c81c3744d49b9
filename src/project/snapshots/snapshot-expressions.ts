import type { Sql } from '../../sql.ts';
import { UserError } from '../../user-error.ts';
import type { Snapshot } from '../node.ts';
import { type SnapshotSettings, snapshotSettings } from './snapshot-settings.ts';

/** The settings of a snapshot with their expressions as SQL. */
export interface SnapshotSql extends Omit<SnapshotSettings, 'uniqueKey' | 'updatedAt' | 'validToCurrent'> {
  readonly uniqueKey: readonly Sql[];
  readonly updatedAt: Sql;
  readonly validToCurrent: Sql | undefined;
}

/** Reads a text as one SQL expression; `undefined` for any other text. */
export type ReadExpression = (text: string) => Promise<Sql | undefined>;

/**
 * The settings of a snapshot with their texts as SQL. The texts become part of its query, so each must be one expression.
 * @throws {UserError} for a configuration that cannot be built, and for a text that is more than an expression
 */
export async function snapshotExpressions(snapshot: Snapshot, read: ReadExpression): Promise<SnapshotSql> {
  const expression = async (key: string, written: string) => {
    const sql = await read(written);
    if (sql) return sql;
    throw new UserError({
      code: 'bad-config',
      message: `the snapshot ${snapshot.name} has a ${key} that is not one expression: '${written}'.`,
      location: snapshot.location,
      fix: `write the name of a column or an expression of SQL into ${key}`,
    });
  };
  const settings = snapshotSettings(snapshot);
  const { uniqueKey, updatedAt, validToCurrent } = settings;
  return {
    ...settings,
    uniqueKey: await Promise.all(uniqueKey.map((key) => expression('unique_key', key))),
    updatedAt: await expression('updated_at', updatedAt),
    validToCurrent: validToCurrent === undefined ? undefined : await expression('dbt_valid_to_current', validToCurrent),
  };
}
