import { identifier, literal, type Sql, sql } from '../../sql.ts';
import type { ColumnType, Warehouse } from '../../warehouse/warehouse.ts';
import type { PiiColumn } from '../finding.ts';
import {
  type CellKind,
  cellKind,
  digits,
  jsonText,
  textKind,
  textPoint,
  withoutEscapes,
  words,
  wordsAndPairs,
} from './cell-kind.ts';

/** A column tagged as personal, and its table in the warehouse. */
export interface PersonalColumn {
  readonly column: PiiColumn;
  /** Name of the table for SQL, quoted, with schema and catalog. */
  readonly relation: Sql;
  readonly type: ColumnType;
  /** Names of the members that lead to the personal part of a JSON value; absent where all of it is personal. */
  readonly members?: readonly string[];
}

/**
 * Most values of a column that are searched for. Of more different values, every second, third … is taken, chosen by
 * its hash: the same in every run.
 */
const MOST_VALUES = 500_000;

/** In a table of fewer rows, the number of times that a value occurs says nothing. */
const FEW_ROWS = 20;

/** Words that people write where they know no value. */
const FILLERS = ['anonymous', 'deleted', 'false', 'none', 'null', 'other', 'redacted', 'test', 'true', 'unknown'];

/**
 * Puts the values that tell people apart into temporary tables of the session:
 * `fenceline_texts (pii, id, raw, words, is_telling, anchor, gram)` and `fenceline_points (pii, scale, value, decimals)`,
 * where `pii` is the index of the column in the list. Left out are: a value of many rows (a status, a country), since it
 * tells nobody apart; a text of less than four letters and digits; a number of less than six figures; a text without any
 * of the words that `keepWantedWords` has put aside.
 */
export async function loadPersonalValues(session: Warehouse, columns: readonly PersonalColumn[]): Promise<void> {
  await session.run(
    sql`create or replace temp table fenceline_found
      (pii integer, is_number boolean, raw varchar, uses bigint, of_rows bigint)`,
  );
  for (const [index, { relation, type, members }] of columns.entries()) {
    const kind = members ? 'json' : cellKind(type);
    const column = identifier(type.name);
    if (kind) await session.run(collect(index, relation, members ? memberAt(column, members) : column, kind));
  }
  await session.run(KEEP);
}

/**
 * SQL: a member of a JSON value; NULL in a text that is no JSON. Where the path leads through arrays, every member with
 * the last name counts.
 */
function memberAt(column: Sql, members: readonly string[]): Sql {
  const json = sql`try(cast(case when typeof(${column}) in ('JSON', 'VARCHAR') then ${column}::varchar else to_json(${column})::varchar end as json))`;
  const exact = sql`json_extract(${json}, ${literal(`$.${members.join('.')}`)})`;
  return sql`coalesce(${exact}, to_json(nullif(json_extract(${json}, ${literal(`$..${members.at(-1)}`)}), [])))`;
}

function collect(index: number, relation: Sql, column: Sql, kind: CellKind): Sql {
  const isNested = kind === 'json';
  const isNumber = kind === 'number' ? sql`true` : sql`false`;
  const written = isNested ? sql`unnest(${leaves(column)})` : sql`cast(${column} as varchar)`;
  const raw = isNested ? withoutEscapes(sql`trim(written, '"')`) : sql`written`;
  return sql`insert into fenceline_found
    select ${literal(index)}, ${isNumber}, ${raw}, count(*),
      (select count(${column}) from ${relation})
    from (select ${written} as written from ${relation} where ${column} is not null)
    group by written`;
}

/**
 * SQL: a list of the texts and long numbers in a JSON value. Most of its keys are in the list as well; they are in every
 * row, and so are left out as common values.
 */
function leaves(column: Sql): Sql {
  return sql`regexp_extract_all(${jsonText(column)}, '[:\[,]\s*("(?:[^"\\]|\\.)*"|-?\d{7,})', 1)`;
}

const POINT = textPoint(sql`kind`, sql`raw`);

/**
 * SQL: fills the tables of {@link loadPersonalValues}. `is_telling`: no other text has the value by coincidence, unlike a
 * name or a word. `anchor`: a word of the value that few others have, or two words in a row, by which it is looked up in
 * a cell. `gram`: the rarest six characters of a long anchor, by which the value is found inside a longer word.
 */
const KEEP = sql`
  create or replace temp table fenceline_kept as
  select pii, raw, case when is_number then 'number' else ${textKind(sql`raw`)} end as kind
  from fenceline_found join (select pii, count(*) as found from fenceline_found group by pii) using (pii)
  where (of_rows < ${literal(FEW_ROWS)} or uses <= greatest(2, of_rows / 20) or contains(raw, '@'))
    and hash(raw) % (found // ${literal(MOST_VALUES)} + 1) = 0;

  create or replace temp table fenceline_points as
  select distinct pii, ${POINT.scale} as scale, ${POINT.value} as value,
    case kind when 'number' then length(regexp_extract(raw, '[.](\d+)', 1)) else 0 end as decimals
  from fenceline_kept
  where kind <> 'text' and (kind in ('date', 'instant') or length(trim(${digits(sql`raw`)}, '0')) >= 6);

  create or replace temp table fenceline_texts as
  with written as (
    select pii, min(raw) as raw, words from (select pii, raw, ${words(sql`raw`)} as words from fenceline_kept
    where kind in ('text', 'grouped') or (kind = 'number' and length(${digits(sql`raw`)}) >= 9 and not contains(raw, '.')))
    group by pii, words
  ),
  measured as (
    select row_number() over () as id, pii, raw, words, length(replace(words, ' ', '')) as size
    from written where words not in (${FILLERS.map((word) => literal(word))})
  ),
  all_judged as (
    select *, (contains(raw, '@') and size >= 6) or (regexp_matches(raw, '\d') and size >= 8) or size > 24 as is_telling
    from measured where size >= 4
  ),
  wanted as (
    select distinct id from (select id, is_telling, unnest(string_split(words, ' ')) as word from all_judged)
    where word in (from fenceline_wanted)
      or (is_telling and length(word) >= 6 and substr(word, 1, 6) in (from fenceline_wanted_grams))
  ),
  judged as (select * from all_judged semi join wanted using (id)),
  tokens as (select id, unnest(${wordsAndPairs(sql`words`)}) as token from judged),
  common as (select token, count(*) as uses from tokens group by token),
  anchors as (
    select id, arg_min(
      token,
      case
        when uses > 16 then 4e9
        when length(token) < 4 then 3e9
        when contains(token, ' ') then 2e9
        when length(token) < 6 then 1e9
        else 0
      end + uses * 1e3 - least(length(token), 999)
    ) as anchor
    from tokens join common using (token) group by id
  ),
  grams as (
    select id, unnest(list_transform(range(1, length(anchor) - 4), lambda start: substr(anchor, start, 6))) as gram
    from judged join anchors using (id)
    where is_telling and not contains(anchor, ' ')
  ),
  rarest as (
    select id, arg_min(gram, uses) as gram
    from grams join (select gram, count(*) as uses from grams group by gram) using (gram) group by id
  )
  select pii, id, raw, words, is_telling, anchor, gram
  from judged join anchors using (id) left join rarest using (id);

  drop table fenceline_found;
  drop table fenceline_kept`;
