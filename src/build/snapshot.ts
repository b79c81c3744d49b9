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
import { UserError } from '../user-error.ts';
import { quoteIdentifier } from '../warehouse/relation.ts';
import type { ColumnType } from '../warehouse/warehouse.ts';
import type { Job, Materialization } from './materialization.ts';
import { relationOf } from './relation-of.ts';
import { wrapSql } from './statement.ts';

/** dbt: snapshot. Rows that changed end, and go on as new ones; a full refresh changes nothing of it: it would lose them. */
export const snapshot: Materialization = {
  name: 'snapshot',
  async build(job) {
    const { model, sql, existing, run } = job;
    if (model.resourceType !== 'snapshot') throw new Error(`internal: ${model.uniqueId} is no snapshot`);
    const settings = snapshotSettings(model);
    if (existing === 'view') throw new UserError(viewInPlace(model));
    if (existing === undefined) {
      const { before, after } = firstFrame(settings);
      await run(wrapSql(`create table ${relationOf(model)} as (\n${before}`, sql, `${after})`));
      return;
    }
    await addRows(model, settings, job);
  },
};

async function addRows(model: Snapshot, settings: SnapshotSettings, { sql, session, run }: Job): Promise<void> {
  const target = relationOf(model);
  const { names, validToCurrent } = settings;
  const before = await session.describe(`select * from ${target}`);
  requireOwnColumns(model, settings, before);
  const stage = quoteIdentifier(`${model.alias}__dbt_tmp`);
  await session.run(`drop table if exists temp.${stage}`);
  // For its columns; run as a statement of the snapshot's own, so that a mistake in it is said with its place.
  await run(wrapSql(`create temporary table ${stage} as (select * from (\n`, sql, ') limit 0)'));
  const queried = (await session.describe(`select * from temp.${stage}`)).map(({ name }) => name);
  await session.run(`drop table temp.${stage}`);
  const frame = stagingFrame(model, settings, queried, before);
  await run(wrapSql(`create temporary table ${stage} as (\n${frame.before}`, sql, `${frame.after})`));

  const staged = (await session.describe(`select * from temp.${stage}`)).filter(
    ({ name }) => !/^dbt_(change_type|unique_key_\d+)$/.test(name),
  );
  for (const { name, type } of staged.filter((column) => !has(before, column.name))) {
    await session.run(`alter table ${target} add column ${quoteIdentifier(name)} ${type}`);
  }
  const [scdId, validTo] = [quoteIdentifier(names.scdId), quoteIdentifier(names.validTo)];
  const isCurrent = validToCurrent === undefined ? '' : ` or old.${validTo} = ${validToCurrent}`;
  await session.run(
    `update ${target} as old set ${validTo} = staged.${validTo} from temp.${stage} as staged
     where staged.${scdId} = old.${scdId} and staged.dbt_change_type in ('update', 'delete')
       and (old.${validTo} is null${isCurrent})`,
  );
  const columns = staged.map(({ name }) => quoteIdentifier(name)).join(', ');
  await session.run(
    `insert into ${target} (${columns}) select ${columns} from temp.${stage} where dbt_change_type = 'insert'`,
  );
  await session.run(`drop table temp.${stage}`);
}

/** dbt: snapshot_staging_table. What is to be inserted, what ends because it changed, and what because it is gone. */
function stagingFrame(
  model: Snapshot,
  settings: SnapshotSettings,
  queried: readonly string[],
  existing: readonly ColumnType[],
): Frame {
  const { names, uniqueKey, hardDeletes, validToCurrent } = settings;
  const quoted = {
    scdId: quoteIdentifier(names.scdId),
    updatedAt: quoteIdentifier(names.updatedAt),
    validFrom: quoteIdentifier(names.validFrom),
    validTo: quoteIdentifier(names.validTo),
    isDeleted: quoteIdentifier(names.isDeleted),
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
      ...kept.map(quoteIdentifier).map((column) => `snapshotted_data.${column} as ${column}`),
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
  select *, ${keyColumns(uniqueKey)} from ${relationOf(model)} where ${isCurrent}
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
  return columns.some((column) => column.name.toLowerCase() === name.toLowerCase());
}
