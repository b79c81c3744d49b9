import { sameName } from '../name.ts';
import { type IncrementalSettings, incrementalSettings, strategyMacro } from '../project/incremental-settings.ts';
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
    if (settings.strategy === 'own') await job.runTemplate(strategyCall(model));
    else await STRATEGIES[settings.strategy]({ target, fresh, columns, now, settings, model, session });
    await session.run(sql`drop table ${fresh}`);
  },
};

/** The template that calls the project's own strategy macro, with the arguments that dbt gives it. */
function strategyCall(model: QueryNode): string {
  return `{{ ${strategyMacro(model)}({
    'target_relation': this.incorporate(type='table'),
    'temp_relation': api.Relation.create(identifier=this.identifier ~ '__dbt_tmp'),
    'unique_key': config.get('unique_key'),
    'dest_columns': adapter.get_columns_in_relation(this),
    'incremental_predicates': config.get('predicates') or config.get('incremental_predicates')
  }) }}`;
}

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
  async merge(merge) {
    const { session, target, fresh, columns, now, settings, model } = merge;
    const { uniqueKey, mergeUpdates, mergeConditions } = settings;
    const keys = uniqueKey.kind === 'columns' ? uniqueKey.columns : [];
    const matches = keys.map((key) => sql`${DEST}.${identifier(key)} = ${SOURCE}.${identifier(key)}`);
    const on = joinSql(
      [...(matches.length === 0 ? [sql`false`] : matches), ...(await predicatesOf(merge))],
      sql` and `,
    );
    const values = new Map<string, Sql>();
    for (const [column, text] of mergeConditions.values) {
      values.set(column, await rowExpression('merge_update_set_expressions', text, merge));
    }
    const all = mergeUpdates.kind === 'all' ? now.map(({ name }) => name) : updatedColumns(mergeUpdates, columns);
    const updated = all.filter((name) => ![...values.keys()].some((other) => sameName(other, name)));
    requireColumns(
      updated.map((name) => ({ name })),
      now,
      model,
    );
    const updates = [
      ...[...values].map(([name, value]) => sql`${identifier(name)} = ${value}`),
      ...updated.map((name) => sql`${identifier(name)} = ${SOURCE}.${identifier(name)}`),
    ];
    const names = now.map(({ name }) => identifier(name));
    const inserted = now.map(({ name }) => sql`${SOURCE}.${identifier(name)}`);
    if (updates.length === 0) {
      throw new UserError({
        code: 'bad-config',
        message: `merge_exclude_columns of ${model.name} leaves no column to update.`,
        location: model.location,
        fix: "take a column out of merge_exclude_columns, or set incremental_strategy to 'append'",
      });
    }
    const condition = async (key: string, text: string | undefined) =>
      text === undefined ? sql`` : sql` and ${await rowExpression(key, text, merge)}`;
    const updatedIf = await condition('merge_update_condition', mergeConditions.update);
    const insertedIf = await condition('merge_insert_condition', mergeConditions.insert);
    return session.run(
      sql`merge into ${target} as ${DEST} using ${fresh} as ${SOURCE} on (${on})
        when matched${updatedIf} then update set ${updates}
        when not matched${insertedIf} then insert (${names}) values (${inserted})`,
    );
  },
} satisfies { readonly [name in Exclude<IncrementalSettings['strategy'], 'own'>]: Strategy };

/** dbt's names for the rows of the table and for the new rows, which conditions of a project use. */
const DEST = identifier('DBT_INTERNAL_DEST');
const SOURCE = identifier('DBT_INTERNAL_SOURCE');
/** dbt-duckdb's name for the table where a key of several columns is deleted. */
const TARGET = identifier('DBT_INCREMENTAL_TARGET');

async function predicatesOf(merge: Merge): Promise<readonly Sql[]> {
  const predicates: Sql[] = [];
  for (const text of merge.settings.predicates) {
    predicates.push(await rowExpression('incremental_predicates', text, merge));
  }
  return predicates;
}

/** An expression of the configuration over the rows of the table and the new rows. */
async function rowExpression(key: string, text: string, { session, model }: Merge): Promise<Sql> {
  const expression = await readRowExpression(text, session);
  if (expression) return expression;
  throw new UserError({
    code: 'bad-config',
    message: `${model.name} has in ${key} a text that is not one expression over the columns of a row.`,
    location: model.location,
    fix: 'write one expression without a subquery, such as DBT_INTERNAL_DEST.day > current_date - 7',
  });
}

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

async function deleteMatches(merge: Merge): Promise<void> {
  const { session, target, fresh, settings, model } = merge;
  const { uniqueKey } = settings;
  switch (uniqueKey.kind) {
    case 'columns': {
      const keys = uniqueKey.columns.map((key) => identifier(key));
      const [only] = keys;
      if (!only) return;
      if (keys.length === 1) return deleteKnown(only, merge);
      const matches = keys.map((key) => sql`${TARGET}.${key} = ${SOURCE}.${key}`);
      const where = joinSql([...matches, ...(await predicatesOf(merge))], sql` and `);
      await session.run(sql`delete from ${target} as ${TARGET} using ${fresh} as ${SOURCE} where ${where}`);
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
      return deleteKnown(key, merge);
    }
    default:
      return unreachable(uniqueKey);
  }
}

/** Deletes the rows of the table whose key a new row has. dbt gives the table no other name here. */
async function deleteKnown(key: Sql, merge: Merge): Promise<void> {
  const { session, target, fresh } = merge;
  const isKnown = sql`${key} in (select ${key} from ${fresh})`;
  await session.run(sql`delete from ${target} where ${joinSql([isKnown, ...(await predicatesOf(merge))], sql` and `)}`);
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
