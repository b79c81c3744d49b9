import { concatText, type MappedText } from '../../jinja/evaluate/mapped-text.ts';
import { sameName } from '../../name.ts';
import { didYouMean } from '../../nearest-name.ts';
import { identifier, joinSql, literal, relation, type Sql, sql } from '../../sql.ts';
import { UserError } from '../../user-error.ts';
import type { Snapshot } from '../node.ts';
import type { SnapshotSql } from './snapshot-expressions.ts';
import { SNAPSHOT_TIME } from './snapshot-settings.ts';

/** The SQL before and after the query of a snapshot. A line break follows the query, which may end in a comment. */
export interface Frame {
  readonly before: Sql;
  readonly after: Sql;
}

/** The query that makes the table of a snapshot in its first run. */
export function firstSnapshot(settings: SnapshotSql, query: MappedText): MappedText {
  return framed(firstFrame(settings), query);
}

/**
 * The table of a snapshot after a later run, as one query over the table before that run. It is for the analysis, which
 * traces its flows and does not run it.
 * @param columns columns of the table
 * @throws {UserError} for a configuration that cannot be built
 */
export function laterSnapshot(
  snapshot: Snapshot,
  settings: SnapshotSql,
  query: MappedText,
  columns: readonly { readonly name: string }[],
): MappedText {
  const { names, hardDeletes } = settings;
  const own = Object.values(names);
  const queried = columns.map(({ name }) => name).filter((name) => !own.some((other) => sameName(other, name)));
  const isChanged = changed(settings, comparedColumns(snapshot, settings, queried, queried));
  const of = (table: string, ...columnNames: readonly string[]) => columnNames.map((name) => identifier(table, name));
  const list = (table: string) => of(table, ...queried, names.scdId, names.updatedAt, names.validFrom);
  const isGone =
    hardDeletes === 'ignore' ? sql`` : sql`when source_data.dbt_unique_key_1 is null then ${SNAPSHOT_TIME} `;
  const validTo = sql`case ${isGone}when ${isChanged} then ${of('source_data', names.updatedAt)} else ${of('snapshotted_data', names.validTo)} end`;
  const hasDeleted = hardDeletes === 'new_record';
  const kept = [
    ...list('snapshotted_data'),
    sql`${validTo} as ${identifier(names.validTo)}`,
    ...(hasDeleted ? of('snapshotted_data', names.isDeleted) : []),
  ];
  const added = [...list('source_data'), ...of('source_data', names.validTo), ...(hasDeleted ? [sql`'False'`] : [])];
  const deleted = [
    ...of('snapshotted_data', ...queried),
    deletionId(settings),
    SNAPSHOT_TIME,
    SNAPSHOT_TIME,
    ...of('snapshotted_data', names.validTo),
    sql`'True'`,
  ];
  const on = joinOn(settings);
  const parts = [
    sql`select ${kept} from snapshotted_data left join source_data on ${on}`,
    sql`select ${added} from source_data left join snapshotted_data on ${on}
      where snapshotted_data.dbt_unique_key_1 is null or ${isChanged}`,
  ];
  if (hasDeleted) {
    parts.push(
      sql`select ${deleted} from snapshotted_data left join source_data on ${on}
        where source_data.dbt_unique_key_1 is null`,
    );
  }
  return framed(stagedFrame(snapshot, settings, sql``, parts), query);
}

/** The frame of the first run (dbt: build_snapshot_table). */
export function firstFrame(settings: SnapshotSql): Frame {
  const { names, updatedAt, hardDeletes } = settings;
  const columns = [
    sql`${scdId(settings)} as ${identifier(names.scdId)}`,
    sql`${updatedAt} as ${identifier(names.updatedAt)}`,
    sql`${updatedAt} as ${identifier(names.validFrom)}`,
    sql`${validTo(settings)} as ${identifier(names.validTo)}`,
    ...(hardDeletes === 'new_record' ? [sql`'False' as ${identifier(names.isDeleted)}`] : []),
  ];
  return { before: sql`select *, ${columns} from (`, after: sql`) as snapshot_query` };
}

/**
 * The frame of a later run: queries over `source_data` (the rows of the query as they would be inserted) and
 * `snapshotted_data` (the rows of the table), both with the key in extra columns `dbt_unique_key_1` and so on.
 * @param filter condition on the rows of the table
 */
export function stagedFrame(snapshot: Snapshot, settings: SnapshotSql, filter: Sql, queries: readonly Sql[]): Frame {
  const { names, updatedAt } = settings;
  const keys = settings.uniqueKey.map((key, index) => sql`${key} as ${keyColumn(index)}`);
  return {
    before: sql`with snapshot_query as (`,
    after: sql`), source_data as (
  select *, ${keys}, ${updatedAt} as ${identifier(names.updatedAt)},
    ${updatedAt} as ${identifier(names.validFrom)}, ${validTo(settings)} as ${identifier(names.validTo)},
    ${scdId(settings)} as ${identifier(names.scdId)}
  from snapshot_query
), snapshotted_data as (
  select *, ${keys} from ${relation(snapshot)}${filter}
)
${joinSql(queries, sql` union all `)}
`,
  };
}

/** The name of the extra column for one column of the key: `dbt_unique_key_1` for the first. */
export function keyColumn(index: number): Sql {
  return identifier(`dbt_unique_key_${index + 1}`);
}

export function joinOn({ uniqueKey }: SnapshotSql): Sql {
  const equal = uniqueKey.map(
    (_, index) => sql`snapshotted_data.${keyColumn(index)} = source_data.${keyColumn(index)}`,
  );
  return joinSql(equal, sql` and `);
}

/**
 * The columns that are compared to find changed rows; `always` if one of them is not in the table yet, so that every row
 * counts as changed.
 * @param queried columns of the query
 * @param existing columns of the table
 * @throws {UserError} for a column in `check_cols` that the query does not give
 */
export function comparedColumns(
  { name, location }: Snapshot,
  { changedBy }: Pick<SnapshotSql, 'changedBy'>,
  queried: readonly string[],
  existing: readonly string[],
): readonly string[] | 'always' {
  if (changedBy === 'time') return [];
  const chosen = changedBy === 'any column' ? queried : changedBy.map(unquoted);
  const compared = chosen.map((written) => {
    const found = queried.find((column) => sameName(column, written));
    if (found !== undefined) return found;
    throw new UserError({
      code: 'bad-config',
      message: `the snapshot ${name} compares '${written}', which its query does not give.${didYouMean(written, queried)}`,
      location,
      fix: `write columns of the query into check_cols: ${queried.join(', ')}`,
    });
  });
  return compared.every((column) => existing.some((other) => sameName(other, column))) ? compared : 'always';
}

/** The condition that the row of `source_data` differs from that of `snapshotted_data`. */
export function changed({ changedBy, names }: SnapshotSql, compared: readonly string[] | 'always'): Sql {
  if (changedBy === 'time') {
    return sql`(${identifier('snapshotted_data', names.validFrom)} < ${identifier('source_data', names.updatedAt)})`;
  }
  if (compared === 'always') return sql`(true)`;
  const differences = compared.map(
    (name) => sql`${identifier('snapshotted_data', name)} is distinct from ${identifier('source_data', name)}`,
  );
  return sql`(${joinSql(differences, sql` or `)})`;
}

/** The `dbt_scd_id` of the row that records a deletion. */
export function deletionId({ names }: SnapshotSql): Sql {
  return hashed([identifier('snapshotted_data', names.scdId), SNAPSHOT_TIME]);
}

function scdId({ uniqueKey, updatedAt }: SnapshotSql): Sql {
  return hashed([...uniqueKey, updatedAt]);
}

/** The hash of several values (dbt: snapshot_hash_arguments). */
function hashed(expressions: readonly Sql[]): Sql {
  const texts = expressions.map((expression) => sql`coalesce(cast(${expression} as varchar), '')`);
  return sql`md5(${joinSql(texts, sql` || '|' || `)})`;
}

/**
 * `dbt_valid_to` of a row that is valid now: NULL with the type of `updated_at`, or `dbt_valid_to_current` (dbt:
 * get_dbt_valid_to_current).
 */
function validTo({ updatedAt, validToCurrent }: SnapshotSql): Sql {
  return sql`coalesce(nullif(${updatedAt}, ${updatedAt}), ${validToCurrent ?? literal(null)})`;
}

/** The query within its frame. Errors in the text of the frame name the first place of the query. */
function framed({ before, after }: Frame, query: MappedText): MappedText {
  const { location } = query.origin(Math.max(0, query.text.search(/\S/)));
  return concatText([before.text, query, `\n${after.text}`], location);
}

function unquoted(name: string): string {
  return /^".*"$/.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name;
}
