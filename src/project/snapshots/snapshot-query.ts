import { concatText, type MappedText } from '../../jinja/evaluate/mapped-text.ts';
import { sameName } from '../../name.ts';
import { didYouMean } from '../../nearest-name.ts';
import { quoteName } from '../../quote.ts';
import { UserError } from '../../user-error.ts';
import type { Snapshot } from '../node.ts';
import { SNAPSHOT_TIME, type SnapshotSettings, snapshotSettings } from './snapshot-settings.ts';

/** The text around the SQL of a snapshot, which ends in a line of its own. */
export interface Frame {
  readonly before: string;
  readonly after: string;
}

/**
 * The query that makes the table of a snapshot in its first run.
 * @throws {UserError} for a configuration that cannot be built
 */
export function firstSnapshot(snapshot: Snapshot, sql: MappedText): MappedText {
  return framed(firstFrame(snapshotSettings(snapshot)), sql);
}

/**
 * The table of a snapshot after a later run, as one query over the table before it. It is for the analysis, which needs
 * flows and no rows.
 * @param columns of the table
 * @throws {UserError} for a configuration that cannot be built
 */
export function laterSnapshot(
  snapshot: Snapshot,
  sql: MappedText,
  columns: readonly { readonly name: string }[],
): MappedText {
  const settings = snapshotSettings(snapshot);
  const { names, uniqueKey, hardDeletes } = settings;
  const own = Object.values(names);
  const queried = columns.map(({ name }) => name).filter((name) => !own.some((other) => sameName(other, name)));
  const isChanged = changed(settings, comparedColumns(snapshot, settings, queried, queried));
  const of = (table: string, ...columnNames: readonly string[]) =>
    columnNames.map((name) => `${table}.${quoteName(name)}`);
  const list = (table: string) => of(table, ...queried, names.scdId, names.updatedAt, names.validFrom);
  const isGone = hardDeletes === 'ignore' ? '' : `when source_data.dbt_unique_key_1 is null then ${SNAPSHOT_TIME} `;
  const validTo = `case ${isGone}when ${isChanged} then ${of('source_data', names.updatedAt)} else ${of('snapshotted_data', names.validTo)} end`;
  const hasDeleted = hardDeletes === 'new_record';
  const kept = [
    ...list('snapshotted_data'),
    `${validTo} as ${quoteName(names.validTo)}`,
    ...(hasDeleted ? of('snapshotted_data', names.isDeleted) : []),
  ];
  const added = [...list('source_data'), ...of('source_data', names.validTo), ...(hasDeleted ? ["'False'"] : [])];
  const deleted = [
    ...of('snapshotted_data', ...queried),
    deletionId(settings),
    SNAPSHOT_TIME,
    SNAPSHOT_TIME,
    ...of('snapshotted_data', names.validTo),
    "'True'",
  ];
  const on = joinOn(settings);
  return framed(
    {
      before: 'with snapshot_query as (\n',
      after: `), source_data as (${sourceData(settings)}), snapshotted_data as (
  select *, ${keyColumns(uniqueKey)} from ${snapshot.relationName}
)
select ${kept.join(', ')} from snapshotted_data left join source_data on ${on}
union all
select ${added.join(', ')} from source_data left join snapshotted_data on ${on}
where snapshotted_data.dbt_unique_key_1 is null or ${isChanged}${
        hasDeleted
          ? `
union all
select ${deleted.join(', ')} from snapshotted_data left join source_data on ${on}
where source_data.dbt_unique_key_1 is null`
          : ''
      }`,
    },
    sql,
  );
}

/** The frame of the first run (dbt: build_snapshot_table). */
export function firstFrame(settings: SnapshotSettings): Frame {
  const { names, updatedAt, hardDeletes } = settings;
  const columns = [
    `${scdId(settings)} as ${quoteName(names.scdId)}`,
    `${updatedAt} as ${quoteName(names.updatedAt)}`,
    `${updatedAt} as ${quoteName(names.validFrom)}`,
    `${validTo(settings)} as ${quoteName(names.validTo)}`,
    ...(hardDeletes === 'new_record' ? [`'False' as ${quoteName(names.isDeleted)}`] : []),
  ];
  return { before: `select *, ${columns.join(', ')} from (\n`, after: ') as snapshot_query' };
}

/** The query of the rows of `snapshot_query` as they would be inserted, with their key. */
export function sourceData(settings: SnapshotSettings): string {
  const { names, updatedAt, uniqueKey } = settings;
  return `
  select *, ${keyColumns(uniqueKey)}, ${updatedAt} as ${quoteName(names.updatedAt)},
    ${updatedAt} as ${quoteName(names.validFrom)}, ${validTo(settings)} as ${quoteName(names.validTo)},
    ${scdId(settings)} as ${quoteName(names.scdId)}
  from snapshot_query
`;
}

/** The columns of the key by names of their own: `id as dbt_unique_key_1`. */
export function keyColumns(uniqueKey: readonly string[]): string {
  return uniqueKey.map((key, index) => `${key} as dbt_unique_key_${index + 1}`).join(', ');
}

export function joinOn({ uniqueKey }: SnapshotSettings): string {
  return uniqueKey
    .map((_, index) => `snapshotted_data.dbt_unique_key_${index + 1} = source_data.dbt_unique_key_${index + 1}`)
    .join(' and ');
}

/**
 * The columns that are compared to find changed rows; `always` when one of them is new in the table, so that every row may
 * have changed.
 * @param queried columns of the query
 * @param existing columns of the table
 * @throws {UserError} for one to compare that the query does not give
 */
export function comparedColumns(
  { name, location }: Snapshot,
  { changedBy }: SnapshotSettings,
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
export function changed({ changedBy, names }: SnapshotSettings, compared: readonly string[] | 'always'): string {
  if (changedBy === 'time') {
    return `(snapshotted_data.${quoteName(names.validFrom)} < source_data.${quoteName(names.updatedAt)})`;
  }
  if (compared === 'always') return '(true)';
  const differences = compared
    .map(quoteName)
    .map((column) => `snapshotted_data.${column} is distinct from source_data.${column}`);
  return `(${differences.join(' or ')})`;
}

/** The `dbt_scd_id` of the row that records a deletion. */
export function deletionId({ names }: SnapshotSettings): string {
  return hashed([`snapshotted_data.${quoteName(names.scdId)}`, SNAPSHOT_TIME]);
}

function scdId({ uniqueKey, updatedAt }: SnapshotSettings): string {
  return hashed([...uniqueKey, updatedAt]);
}

/** The hash of several values (dbt: snapshot_hash_arguments). */
function hashed(expressions: readonly string[]): string {
  return `md5(${expressions.map((expression) => `coalesce(cast(${expression} as varchar), '')`).join(" || '|' || ")})`;
}

/** The end of a row that is valid now: NULL of the type of `updated_at`, or what is configured (dbt: get_dbt_valid_to_current). */
function validTo({ updatedAt, validToCurrent }: SnapshotSettings): string {
  return `coalesce(nullif(${updatedAt}, ${updatedAt}), ${validToCurrent ?? 'null'})`;
}

/** The SQL in its frame. The text of the frame has the place where the query begins. */
function framed({ before, after }: Frame, sql: MappedText): MappedText {
  const { location } = sql.origin(Math.max(0, sql.text.search(/\S/)));
  return concatText([before, sql, `\n${after}`], location);
}

function unquoted(name: string): string {
  return /^".*"$/.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name;
}
