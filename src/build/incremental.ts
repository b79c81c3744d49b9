import { sameName } from '../name.ts';
import { type IncrementalSettings, incrementalSettings } from '../project/incremental-settings.ts';
import type { QueryNode } from '../project/node.ts';
import { identifier, joined, relation, type Sql, sql } from '../sql.ts';
import { UserError } from '../user-error.ts';
import type { ColumnType, Warehouse } from '../warehouse/warehouse.ts';
import type { Materialization } from './materialization.ts';
import { wrapSql } from './statement.ts';
import { addColumns, storedType } from './stored-type.ts';
import { createTable } from './table.ts';

/** dbt: incremental. A new table is made in the first run, in a full refresh, and where a view has its place. */
export const incremental: Materialization = {
  name: 'incremental',
  async build(job) {
    const { model, query, session, existing, fullRefresh, run } = job;
    const settings = incrementalSettings(model);
    if (existing !== 'table' || fullRefresh) return createTable(job);
    const fresh = identifier('temp', `${model.alias}__dbt_tmp`);
    await session.run(sql`drop table if exists ${fresh}`);
    await run(wrapSql(sql`create temporary table ${fresh} as (`, query, sql`)`));
    const rows = { target: relation(model), fresh };
    const columns = await fitColumns(session, rows, settings.onSchemaChange, model);
    const names = columns.map(({ name }) => identifier(name));
    await STRATEGIES[settings.strategy]({ ...rows, names, columns, keys: settings.uniqueKey, session });
    await session.run(sql`drop table ${fresh}`);
  },
};

interface Merge {
  readonly target: Sql;
  readonly fresh: Sql;
  readonly names: readonly Sql[];
  readonly columns: readonly ColumnType[];
  readonly keys: readonly string[];
  readonly session: Warehouse;
}

type Strategy = (merge: Merge) => Promise<unknown>;

const insert: Strategy = ({ session, target, fresh, names }) =>
  session.run(sql`insert into ${target} (${names}) select ${names} from ${fresh}`);

const STRATEGIES = {
  append: insert,
  async 'delete+insert'(merge) {
    const { session, target, fresh, keys } = merge;
    if (keys.length > 0) {
      const matches = keys.map((key) => sql`${target}.${identifier(key)} = fresh.${identifier(key)}`);
      await session.run(sql`delete from ${target} using ${fresh} as fresh where ${joined(matches, sql` and `)}`);
    }
    return insert(merge);
  },
  merge({ session, target, fresh, names, columns, keys }) {
    const matches = keys.map((key) => sql`target.${identifier(key)} = fresh.${identifier(key)}`);
    const on = matches.length === 0 ? sql`false` : joined(matches, sql` and `);
    const updates = columns.map(({ name }) => sql`${identifier(name)} = fresh.${identifier(name)}`);
    const values = columns.map(({ name }) => identifier('fresh', name));
    return session.run(
      sql`merge into ${target} as target using ${fresh} as fresh on (${on})
        when matched then update set ${updates}
        when not matched then insert (${names}) values (${values})`,
    );
  },
} satisfies { readonly [name in IncrementalSettings['strategy']]: Strategy };

/** The columns to write, after the target was made to have them as `policy` says (dbt: process_schema_changes). */
async function fitColumns(
  session: Warehouse,
  { target, fresh }: Pick<Merge, 'target' | 'fresh'>,
  policy: IncrementalSettings['onSchemaChange'],
  model: QueryNode,
): Promise<readonly ColumnType[]> {
  const old = await session.describe(sql`select * from ${target}`);
  const now = await session.describe(sql`select * from ${fresh}`);
  const added = now.filter((column) => !has(old, column));
  const removed = old.filter((column) => !has(now, column));
  switch (policy) {
    case 'ignore':
      return now.filter((column) => has(old, column));
    case 'fail':
      if (added.length + removed.length > 0) {
        throw new UserError({
          code: 'schema-changed',
          message: `the columns of ${model.name} changed: ${[...added.map(({ name }) => `+${name}`), ...removed.map(({ name }) => `-${name}`)].join(', ')}`,
          location: model.location,
          fix: 'run with --full-refresh, or set on_schema_change',
        });
      }
      return now;
    case 'append_new_columns':
      await addColumns(session, target, added);
      return now;
    case 'sync_all_columns':
      await addColumns(session, target, added);
      for (const { name } of removed) await session.run(sql`alter table ${target} drop column ${identifier(name)}`);
      for (const { name, type } of now.filter((column) =>
        old.some((before) => sameName(before.name, column.name) && before.type !== column.type),
      )) {
        const stored = await storedType(type, session);
        await session.run(sql`alter table ${target} alter column ${identifier(name)} type ${stored}`);
      }
      return now;
  }
}

function has(columns: readonly ColumnType[], column: ColumnType): boolean {
  return columns.some(({ name }) => sameName(name, column.name));
}
