import { sameName } from '../name.ts';
import type { Snapshot } from '../project/node.ts';
import {
  changed,
  comparedColumns,
  deletionId,
  type Frame,
  firstFrame,
  joinOn,
  keyColumns,
  sourceData,
} from '../project/snapshots/snapshot-query.ts';
import { SNAPSHOT_TIME, type SnapshotSettings, snapshotSettings } from '../project/snapshots/snapshot-settings.ts';
import { quoteName } from '../quote.ts';
import { UserError } from '../user-error.ts';
import { readExpression } from '../warehouse/one-expression.ts';
import { identifier, relation, sql } from '../warehouse/sql.ts';
import type { ColumnType, Warehouse } from '../warehouse/warehouse.ts';
import type { Job, Materialization } from './materialization.ts';
import { wrapSql } from './statement.ts';
import { addColumns } from './stored-type.ts';

/**
 * dbt: snapshot. A row that changed ends, and goes on as a new one. A full refresh does not make the table anew, since
 * that would lose its history.
 */
export const snapshot: Materialization = {
  name: 'snapshot',
  async build(job) {
    const { model, existing, session, frame, run } = job;
    if (model.resourceType !== 'snapshot') throw new Error(`internal: ${model.uniqueId} is no snapshot`);
    const settings = await withExpressions(model, snapshotSettings(model), session);
    if (existing === 'view') throw new UserError(viewInPlace(model));
    if (existing === undefined) {
      const first = await frame(firstFrame(settings));
      await run(wrapSql(sql`create table ${relation(model)} as (`, first, sql`)`));
      return;
    }
    await addRows(model, settings, job);
  },
};

/**
 * Texts of the configuration become part of the query: each must be one expression, and stands in brackets.
 * @throws {UserError} for one that is more
 */
async function withExpressions(
  { name, location }: Snapshot,
  settings: SnapshotSettings,
  session: Warehouse,
): Promise<SnapshotSettings> {
  const expression = async (key: string, written: string) => {
    const read = await readExpression(written, session);
    if (read) return read.text;
    throw new UserError({
      code: 'bad-config',
      message: `the snapshot ${name} has a ${key} that is not one expression: '${written}'.`,
      location,
      fix: `write the name of a column or an expression of SQL into ${key}`,
    });
  };
  const { uniqueKey, updatedAt, validToCurrent } = settings;
  return {
    ...settings,
    uniqueKey: await Promise.all(uniqueKey.map((key) => expression('unique_key', key))),
    updatedAt: await expression('updated_at', updatedAt),
    validToCurrent: validToCurrent && (await expression('dbt_valid_to_current', validToCurrent)),
  };
}

async function addRows(
  model: Snapshot,
  settings: SnapshotSettings,
  { query, frame, session, run }: Job,
): Promise<void> {
  const target = relation(model);
  const { names, validToCurrent } = settings;
  const before = await session.describe(sql`select * from ${target}`);
  requireOwnColumns(model, settings, before);
  const stage = identifier('temp', `${model.alias}__dbt_tmp`);
  await session.run(sql`drop table if exists ${stage}`);
  // A table without rows shows the columns of the query; a mistake in the query is then shown with its place.
  await run(wrapSql(sql`create temporary table ${stage} as (select * from (`, query, sql`) limit 0)`));
  const queried = (await session.describe(sql`select * from ${stage}`)).map(({ name }) => name);
  await session.run(sql`drop table ${stage}`);
  const staging = await frame(stagingFrame(model, settings, queried, before));
  await run(wrapSql(sql`create temporary table ${stage} as (`, staging, sql`)`));

  const staged = (await session.describe(sql`select * from ${stage}`)).filter(
    ({ name }) => !/^dbt_(change_type|unique_key_\d+)$/.test(name),
  );
  await addColumns(
    session,
    target,
    staged.filter((column) => !has(before, column.name)),
  );
  const [scdId, validTo] = [identifier(names.scdId), identifier(names.validTo)];
  const current = validToCurrent === undefined ? undefined : await readExpression(validToCurrent, session);
  const isCurrent = current ? sql` or old.${validTo} = ${current}` : sql``;
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

/** dbt: snapshot_staging_table. The rows to insert, the rows that end because they changed, and those that are gone. */
function stagingFrame(
  model: Snapshot,
  settings: SnapshotSettings,
  queried: readonly string[],
  existing: readonly ColumnType[],
): Frame {
  const { names, uniqueKey, hardDeletes, validToCurrent } = settings;
  const quoted = {
    scdId: quoteName(names.scdId),
    updatedAt: quoteName(names.updatedAt),
    validFrom: quoteName(names.validFrom),
    validTo: quoteName(names.validTo),
    isDeleted: quoteName(names.isDeleted),
  };
  const isCurrent = `${quoted.validTo} is null${validToCurrent === undefined ? '' : ` or ${quoted.validTo} = ${validToCurrent}`}`;
  const compared = comparedColumns(
    model,
    settings,
    queried,
    existing.map(({ name }) => name),
  );
  const hasDeleted = hardDeletes === 'new_record';
  const isBack = hasDeleted ? ` or snapshotted_data.${quoted.isDeleted} = 'True'` : '';
  const isChanged = `(${changed(settings, compared)}${isBack})`;
  const on = joinOn(settings);
  const oldId = `snapshotted_data.${quoted.scdId} as ${quoted.scdId}`;
  const deletedFlag = (value: string) => (hasDeleted ? `, ${value} as ${quoted.isDeleted}` : '');
  const isGone = `source_data.dbt_unique_key_1 is null${hasDeleted ? ` and not (snapshotted_data.${quoted.isDeleted} = 'True')` : ''}`;
  const parts = [
    `select 'insert' as dbt_change_type, source_data.*${deletedFlag("'False'")}
from source_data left join snapshotted_data on ${on}
where snapshotted_data.dbt_unique_key_1 is null or ${isChanged}`,
    `select 'update', source_data.* replace (source_data.${quoted.updatedAt} as ${quoted.validTo}, ${oldId})${deletedFlag(`snapshotted_data.${quoted.isDeleted}`)}
from source_data join snapshotted_data on ${on}
where ${isChanged}`,
  ];
  if (hardDeletes !== 'ignore') {
    parts.push(
      `select 'delete', source_data.* replace (${SNAPSHOT_TIME} as ${quoted.validTo}, ${oldId})${deletedFlag(`snapshotted_data.${quoted.isDeleted}`)}
from snapshotted_data left join source_data on ${on}
where ${isGone}`,
    );
  }
  if (hasDeleted) {
    const kept = [
      ...queried.filter((name) => has(existing, name)),
      ...uniqueKey.map((_, at) => `dbt_unique_key_${at + 1}`),
    ];
    const replaced = [
      ...kept.map(quoteName).map((column) => `snapshotted_data.${column} as ${column}`),
      `${SNAPSHOT_TIME} as ${quoted.updatedAt}`,
      `${SNAPSHOT_TIME} as ${quoted.validFrom}`,
      `snapshotted_data.${quoted.validTo} as ${quoted.validTo}`,
      `${deletionId(settings)} as ${quoted.scdId}`,
    ];
    parts.push(
      `select 'insert', source_data.* replace (${replaced.join(', ')})${deletedFlag("'True'")}
from snapshotted_data left join source_data on ${on}
where ${isGone}`,
    );
  }
  return {
    before: 'with snapshot_query as (\n',
    after: `), source_data as (${sourceData(settings)}), snapshotted_data as (
  select *, ${keyColumns(uniqueKey)} from ${relation(model).text} where ${isCurrent}
)
${parts.join('\nunion all\n')}
`,
  };
}

function requireOwnColumns(
  model: Snapshot,
  { names, hardDeletes }: SnapshotSettings,
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
