import { sameName } from '../name.ts';
import type { Snapshot } from '../project/node.ts';
import { type SnapshotSql, snapshotExpressions } from '../project/snapshots/snapshot-expressions.ts';
import {
  changed,
  comparedColumns,
  deletionId,
  type Frame,
  firstFrame,
  joinOn,
  keyColumn,
  stagedFrame,
} from '../project/snapshots/snapshot-query.ts';
import { SNAPSHOT_TIME } from '../project/snapshots/snapshot-settings.ts';
import { identifier, relation, type Sql, sql } from '../sql.ts';
import { UserError } from '../user-error.ts';
import { readExpression } from '../warehouse/one-expression.ts';
import type { ColumnType } from '../warehouse/warehouse.ts';
import type { Job, Materialization } from './materialization.ts';
import { wrapSql } from './statement.ts';
import { addColumns } from './stored-type.ts';

/**
 * dbt: snapshot. A changed row gets an end time, and a new row with the new values is inserted. A full refresh keeps the
 * table, since its history cannot be computed again.
 */
export const snapshot: Materialization = {
  name: 'snapshot',
  async build(job) {
    const { model, query, existing, session, run } = job;
    if (model.resourceType !== 'snapshot') throw new Error(`internal: ${model.uniqueId} is no snapshot`);
    const settings = await snapshotExpressions(model, (text) => readExpression(text, session));
    if (existing === 'view') throw new UserError(viewInPlace(model));
    if (existing === undefined) {
      const { before, after } = firstFrame(settings);
      await run(wrapSql(sql`create table ${relation(model)} as (${before}`, query, sql`${after})`));
      return;
    }
    await addRows(model, settings, job);
  },
};

async function addRows(model: Snapshot, settings: SnapshotSql, { query, session, run }: Job): Promise<void> {
  const target = relation(model);
  const { names, validToCurrent } = settings;
  const before = await session.describe(sql`select * from ${target}`);
  requireOwnColumns(model, settings, before);
  const stage = identifier('temp', `${model.alias}__dbt_tmp`);
  await session.run(sql`drop table if exists ${stage}`);
  // This table without rows has the columns of the query; an error of the query is reported here, with its place.
  await run(wrapSql(sql`create temporary table ${stage} as (select * from (`, query, sql`) limit 0)`));
  const queried = (await session.describe(sql`select * from ${stage}`)).map(({ name }) => name);
  await session.run(sql`drop table ${stage}`);
  const frame = stagingFrame(model, settings, queried, before);
  await run(wrapSql(sql`create temporary table ${stage} as (${frame.before}`, query, sql`${frame.after})`));

  const staged = (await session.describe(sql`select * from ${stage}`)).filter(
    ({ name }) => !/^dbt_(change_type|unique_key_\d+)$/.test(name),
  );
  await addColumns(
    session,
    target,
    staged.filter((column) => !has(before, column.name)),
  );
  const [scdId, validTo] = [identifier(names.scdId), identifier(names.validTo)];
  const isCurrent = validToCurrent ? sql` or old.${validTo} = ${validToCurrent}` : sql``;
  await session.run(
    sql`update ${target} as old set ${validTo} = staged.${validTo} from ${stage} as staged
      where staged.${scdId} = old.${scdId} and staged.dbt_change_type in ('update', 'delete')
        and (old.${validTo} is null${isCurrent})`,
  );
  const columns = staged.map(({ name }) => identifier(name));
  await session.run(
    sql`insert into ${target} (${columns}) select ${columns} from ${stage} where dbt_change_type = 'insert'`,
  );
  await session.run(sql`drop table ${stage}`);
}

/**
 * The query of the staging table (dbt: snapshot_staging_table): rows to insert, changed rows to end, and deleted rows
 * to end.
 */
function stagingFrame(
  model: Snapshot,
  settings: SnapshotSql,
  queried: readonly string[],
  existing: readonly ColumnType[],
): Frame {
  const { names, uniqueKey, hardDeletes, validToCurrent } = settings;
  const [scdId, updatedAt, validFrom, validTo, isDeleted] = [
    identifier(names.scdId),
    identifier(names.updatedAt),
    identifier(names.validFrom),
    identifier(names.validTo),
    identifier(names.isDeleted),
  ];
  const isCurrent = sql`${validTo} is null${validToCurrent ? sql` or ${validTo} = ${validToCurrent}` : sql``}`;
  const compared = comparedColumns(
    model,
    settings,
    queried,
    existing.map(({ name }) => name),
  );
  const hasDeleted = hardDeletes === 'new_record';
  const isBack = hasDeleted ? sql` or snapshotted_data.${isDeleted} = 'True'` : sql``;
  const isChanged = sql`(${changed(settings, compared)}${isBack})`;
  const on = joinOn(settings);
  const oldId = sql`snapshotted_data.${scdId} as ${scdId}`;
  const deletedFlag = (value: Sql) => (hasDeleted ? sql`, ${value} as ${isDeleted}` : sql``);
  const isDeletedBefore = hasDeleted ? sql` and not (snapshotted_data.${isDeleted} = 'True')` : sql``;
  const isGone = sql`source_data.dbt_unique_key_1 is null${isDeletedBefore}`;
  const parts = [
    sql`select 'insert' as dbt_change_type, source_data.*${deletedFlag(sql`'False'`)}
      from source_data left join snapshotted_data on ${on}
      where snapshotted_data.dbt_unique_key_1 is null or ${isChanged}`,
    sql`select 'update', source_data.* replace (source_data.${updatedAt} as ${validTo}, ${oldId})
        ${deletedFlag(sql`snapshotted_data.${isDeleted}`)}
      from source_data join snapshotted_data on ${on}
      where ${isChanged}`,
  ];
  if (hardDeletes !== 'ignore') {
    parts.push(
      sql`select 'delete', source_data.* replace (${SNAPSHOT_TIME} as ${validTo}, ${oldId})
          ${deletedFlag(sql`snapshotted_data.${isDeleted}`)}
        from snapshotted_data left join source_data on ${on}
        where ${isGone}`,
    );
  }
  if (hasDeleted) {
    const kept = [
      ...queried.filter((name) => has(existing, name)).map((name) => identifier(name)),
      ...uniqueKey.map((_, index) => keyColumn(index)),
    ];
    const replaced = [
      ...kept.map((column) => sql`snapshotted_data.${column} as ${column}`),
      sql`${SNAPSHOT_TIME} as ${updatedAt}`,
      sql`${SNAPSHOT_TIME} as ${validFrom}`,
      sql`snapshotted_data.${validTo} as ${validTo}`,
      sql`${deletionId(settings)} as ${scdId}`,
    ];
    parts.push(
      sql`select 'insert', source_data.* replace (${replaced})${deletedFlag(sql`'True'`)}
        from snapshotted_data left join source_data on ${on}
        where ${isGone}`,
    );
  }
  return stagedFrame(model, settings, sql` where ${isCurrent}`, parts);
}

function requireOwnColumns(
  model: Snapshot,
  { names, hardDeletes }: SnapshotSql,
  existing: readonly ColumnType[],
): void {
  const { isDeleted, ...always } = names;
  const needed = [...Object.values(always), ...(hardDeletes === 'new_record' ? [isDeleted] : [])];
  const missing = needed.filter((name) => !has(existing, name));
  if (missing.length === 0) return;
  throw new UserError({
    code: 'bad-snapshot',
    message: `the table of the snapshot ${model.name} has no column ${missing.join(', ')}.`,
    location: model.location,
    fix: 'give the columns the names they have in the table, with snapshot_meta_column_names, or move the table away',
  });
}

function viewInPlace({ name, schema, alias, location }: Snapshot) {
  return {
    code: 'bad-snapshot',
    message: `${schema}.${alias}, where the snapshot ${name} is to be, is a view.`,
    location,
    fix: 'drop the view, or give the snapshot another alias or schema',
  };
}

function has(columns: readonly ColumnType[], name: string): boolean {
  return columns.some((column) => sameName(column.name, name));
}
