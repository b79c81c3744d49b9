import { sameName } from '../name.ts';
import { type IncrementalSettings, incrementalSettings } from '../project/incremental-settings.ts';
import type { QueryNode } from '../project/node.ts';
import { identifier, joinSql, relation, type Sql, sql } from '../sql.ts';
import { unreachable } from '../unreachable.ts';
import { UserError } from '../user-error.ts';
import { readRowExpression } from '../warehouse/one-expression.ts';
import type { ColumnType, Warehouse } from '../warehouse/warehouse.ts';
import { requireContract } from './contract.ts';
import type { Materialization } from './materialization.ts';
import { wrapSql } from './statement.ts';
import { addColumns, storedType } from './stored-type.ts';
import { createTable } from './table.ts';

/** dbt: incremental. The first run and a full refresh make a new table, and so does a run that finds a view in its place. */
export const incremental: Materialization = {
  name: 'incremental',
  async build(job) {
    const { model, query, session, existing, fullRefresh, run } = job;
    const settings = incrementalSettings(model);
    if (existing !== 'table' || fullRefresh) return createTable(job);
    await requireContract(job);
    const fresh = identifier('temp', `${model.alias}__dbt_tmp`);
    await session.run(sql`drop table if exists ${fresh}`);
    await run(wrapSql(sql`create temporary table ${fresh} as (`, query, sql`)`));
    const target = relation(model);
    const old = await session.describe(sql`select * from ${target}`);
    const now = await session.describe(sql`select * from ${fresh}`);
    await changeColumns({ target, old, now, model, session }, settings.onSchemaChange);
    const columns = settings.onSchemaChange === 'ignore' ? old : now;
    await STRATEGIES[settings.strategy]({ target, fresh, columns, now, settings, model, session });
    await session.run(sql`drop table ${fresh}`);
  },
};

interface Merge {
  readonly target: Sql;
  readonly fresh: Sql;
  /**
   * The columns to write: those of the table, or those of the query where `on_schema_change` has fitted the table to
   * them.
   */
  readonly columns: readonly ColumnType[];
  /** The columns of the query. */
  readonly now: readonly ColumnType[];
  readonly settings: IncrementalSettings;
  readonly model: QueryNode;
  readonly session: Warehouse;
}

type Strategy = (merge: Merge) => Promise<unknown>;

const insert: Strategy = ({ session, target, fresh, columns, now, model }) => {
  requireColumns(columns, now, model);
  const names = columns.map(({ name }) => identifier(name));
  return session.run(sql`insert into ${target} (${names}) select ${names} from ${fresh}`);
};

const STRATEGIES = {
  append: insert,
  async 'delete+insert'(merge) {
    await deleteMatches(merge);
    return insert(merge);
  },
  merge({ session, target, fresh, columns, now, settings, model }) {
    const { uniqueKey, mergeUpdates } = settings;
    const keys = uniqueKey.kind === 'columns' ? uniqueKey.columns : [];
    const matches = keys.map((key) => sql`target.${identifier(key)} = fresh.${identifier(key)}`);
    const on = matches.length === 0 ? sql`false` : joinSql(matches, sql` and `);
    const updated = mergeUpdates.kind === 'all' ? now.map(({ name }) => name) : updatedColumns(mergeUpdates, columns);
    requireColumns(
      updated.map((name) => ({ name })),
      now,
      model,
    );
    const updates = updated.map((name) => sql`${identifier(name)} = fresh.${identifier(name)}`);
    const names = now.map(({ name }) => identifier(name));
    const values = now.map(({ name }) => identifier('fresh', name));
    if (updates.length === 0) {
      throw new UserError({
        code: 'bad-config',
        message: `merge_exclude_columns of ${model.name} leaves no column to update.`,
        location: model.location,
        fix: "take a column out of merge_exclude_columns, or set incremental_strategy to 'append'",
      });
    }
    return session.run(
      sql`merge into ${target} as target using ${fresh} as fresh on (${on})
        when matched then update set ${updates}
        when not matched then insert (${names}) values (${values})`,
    );
  },
} satisfies { readonly [name in IncrementalSettings['strategy']]: Strategy };

function updatedColumns(
  updates: Exclude<IncrementalSettings['mergeUpdates'], { readonly kind: 'all' }>,
  columns: readonly ColumnType[],
): readonly string[] {
  switch (updates.kind) {
    case 'only':
      return updates.columns;
    case 'except':
      return columns.map(({ name }) => name).filter((name) => !updates.columns.some((other) => sameName(other, name)));
    default:
      return unreachable(updates);
  }
}

async function deleteMatches({ session, target, fresh, settings, model }: Merge): Promise<void> {
  const { uniqueKey } = settings;
  switch (uniqueKey.kind) {
    case 'columns': {
      const matches = uniqueKey.columns.map((key) => sql`${target}.${identifier(key)} = fresh.${identifier(key)}`);
      if (matches.length === 0) return;
      await session.run(sql`delete from ${target} using ${fresh} as fresh where ${joinSql(matches, sql` and `)}`);
      return;
    }
    case 'expression': {
      const key = await readRowExpression(uniqueKey.text, session);
      if (!key) {
        throw new UserError({
          code: 'bad-config',
          message: `${model.name} has a unique_key that is not one expression over the columns of a row.`,
          location: model.location,
          fix: 'write one expression without a subquery, or a list of columns',
        });
      }
      await session.run(sql`delete from ${target} where ${key} in (select ${key} from ${fresh})`);
      return;
    }
    default:
      return unreachable(uniqueKey);
  }
}

/** @throws {UserError} for a column to write that the query does not give; dbt's statement fails, too */
function requireColumns(
  written: readonly Pick<ColumnType, 'name'>[],
  now: readonly ColumnType[],
  { name, location }: QueryNode,
): void {
  const missing = written.filter((column) => !has(now, column));
  if (missing.length === 0) return;
  throw new UserError({
    code: 'schema-changed',
    message: `the query of ${name} does not give columns that its table is to get: ${missing.map((column) => column.name).join(', ')}`,
    location,
    fix: 'run with --full-refresh, or set on_schema_change',
  });
}

interface ColumnChange {
  readonly target: Sql;
  readonly old: readonly ColumnType[];
  readonly now: readonly ColumnType[];
  readonly model: QueryNode;
  readonly session: Warehouse;
}

/**
 * Adds and drops columns of the table so that it fits the query, as far as the policy `on_schema_change` allows (dbt:
 * process_schema_changes).
 */
async function changeColumns(
  { target, old, now, model, session }: ColumnChange,
  policy: IncrementalSettings['onSchemaChange'],
): Promise<void> {
  const added = now.filter((column) => !has(old, column));
  const removed = old.filter((column) => !has(now, column));
  const retyped = now.filter((column) =>
    old.some((before) => sameName(before.name, column.name) && before.type !== column.type),
  );
  switch (policy) {
    case 'ignore':
      return;
    case 'fail': {
      const changes = [
        ...added.map(({ name }) => `+${name}`),
        ...removed.map(({ name }) => `-${name}`),
        ...retyped.map(({ name }) => `type of ${name}`),
      ];
      if (changes.length === 0) return;
      throw new UserError({
        code: 'schema-changed',
        message: `the columns of ${model.name} changed: ${changes.join(', ')}`,
        location: model.location,
        fix: 'run with --full-refresh, or set on_schema_change',
      });
    }
    case 'append_new_columns':
      return addColumns(session, target, added);
    case 'sync_all_columns':
      await addColumns(session, target, added);
      for (const { name } of removed) await session.run(sql`alter table ${target} drop column ${identifier(name)}`);
      for (const { name, type } of retyped) {
        const stored = await storedType(type, session);
        await session.run(sql`alter table ${target} alter column ${identifier(name)} type ${stored}`);
      }
      return;
    default:
      return unreachable(policy);
  }
}

function has(columns: readonly ColumnType[], { name }: Pick<ColumnType, 'name'>): boolean {
  return columns.some((column) => sameName(column.name, name));
}
