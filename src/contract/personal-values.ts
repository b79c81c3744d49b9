import { quoteIdentifier } from '../warehouse/relation.ts';
import type { ColumnType, Warehouse } from '../warehouse/warehouse.ts';
import { type CellKind, cellKind, digits, jsonText, textKind, textPoint, withoutEscapes, words } from './cell-kind.ts';
import type { PiiColumn } from './finding.ts';

/** A tagged column of a table in the warehouse. */
export interface PersonalColumn {
  readonly column: PiiColumn;
  /** Quoted, with schema and catalog. */
  readonly relation: string;
  readonly type: ColumnType;
}

/** Of more values, those with the lowest hashes are looked for: bounded work, and the same ones in every run. */
const MOST_VALUES = 500_000;

/** Of so few rows, how often a value occurs says nothing. */
const FEW_ROWS = 20;

/** What people write where they know nothing. */
const FILLERS = ['anonymous', 'deleted', 'false', 'none', 'null', 'other', 'redacted', 'test', 'true', 'unknown'];

/**
 * Collects the values that tell people apart into temporary tables of the session:
 * `fenceline_texts (pii, id, raw, words, is_telling, anchor, gram)` and `fenceline_points (pii, scale, value, decimals)`, where
 * `pii` is the place of the column in the list. A value of many rows (a status, a country) tells nobody apart and is
 * left out, as is one of less than four letters and digits, or a number of less than six figures.
 */
export async function loadPersonalValues(session: Warehouse, columns: readonly PersonalColumn[]): Promise<void> {
  await session.run(
    'create or replace temp table fenceline_found (pii integer, kind varchar, raw varchar, uses bigint, of_rows bigint)',
  );
  for (const [index, { relation, type }] of columns.entries()) {
    const kind = cellKind(type);
    if (kind) await session.run(collect(index, relation, quoteIdentifier(type.name), kind));
  }
  await session.run(KEEP);
}

function collect(index: number, relation: string, column: string, kind: CellKind): string {
  const raw = kind === 'json' ? withoutEscapes(`trim(unnest(${leaves(column)}), '"')`) : `cast(${column} as varchar)`;
  return `insert into fenceline_found
    select ${index}, ${kind === 'number' ? `'number'` : textKind('raw')}, raw, uses,
      (select count(${column}) from ${relation})
    from (
      select raw, count(*) as uses from (select ${raw} as raw from ${relation} where ${column} is not null)
      group by raw order by hash(raw) limit ${MOST_VALUES}
    )`;
}

/**
 * SQL: the texts and long numbers in a JSON value. Its keys come along, but for the first of an object; they are in
 * every row and so are left out with what is common.
 */
function leaves(column: string): string {
  return String.raw`regexp_extract_all(${jsonText(column)}, '[:\[,]\s*("(?:[^"\\]|\\.)*"|-?\d{7,})', 1)`;
}

const POINT = textPoint('kind', 'raw');

/**
 * `is_telling`: nobody has it by coincidence, unlike a name or a word. `anchor` is the rarest of a value's words, by
 * which it is looked up in a cell, and `gram` the start of a long one, by which it is found inside a longer word.
 */
const KEEP = String.raw`
  create or replace temp table fenceline_kept as
  select * from fenceline_found
  where of_rows < ${FEW_ROWS} or uses <= greatest(2, of_rows / 20) or contains(raw, '@');

  create or replace temp table fenceline_points as
  select distinct pii, ${POINT.scale} as scale, ${POINT.value} as value,
    case kind when 'number' then length(regexp_extract(raw, '[.](\d+)', 1)) else 0 end as decimals
  from fenceline_kept
  where kind <> 'text' and (kind in ('date', 'instant') or length(trim(${digits('raw')}, '0')) >= 6);

  create or replace temp table fenceline_texts as
  with written as (
    select pii, any_value(raw) as raw, words from (select pii, raw, ${words('raw')} as words from fenceline_kept
    where kind in ('text', 'grouped') or (kind = 'number' and length(${digits('raw')}) >= 9 and not contains(raw, '.')))
    group by pii, words
  ),
  measured as (
    select row_number() over () as id, pii, raw, words, length(replace(words, ' ', '')) as size
    from written where words not in (${FILLERS.map((word) => `'${word}'`).join(', ')})
  ),
  judged as (
    select *, (contains(raw, '@') and size >= 6) or (regexp_matches(raw, '\d') and size >= 8) or size > 24 as is_telling
    from measured where size >= 4
  ),
  tokens as (select id, unnest(string_split(words, ' ')) as token from judged),
  common as (select token, count(distinct id) as uses from tokens group by token),
  anchors as (
    select id, arg_min(
      token,
      case when uses > 16 then 1e9 else 0 end + case when length(token) < 6 then 1e8 else 0 end
        + least(uses, 10000) * 1e3 - least(length(token), 999)
    ) as anchor
    from tokens join common using (token) group by id
  )
  select pii, id, raw, words, is_telling, anchor,
    case when is_telling and length(anchor) >= 6 then substr(anchor, 1, 6) end as gram
  from judged join anchors using (id);

  drop table fenceline_found;
  drop table fenceline_kept`;
