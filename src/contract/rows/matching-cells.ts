import { identifier, joinSql, literal, type Sql, sql } from '../../sql.ts';
import type { ColumnType, Row, Warehouse } from '../../warehouse/warehouse.ts';
import {
  cellKind,
  cellText,
  columnPoint,
  textKind,
  textPoint,
  withoutEscapes,
  words,
  wordsAndPairs,
} from './cell-kind.ts';

/** Counts of the values that one column of a table has in common with one personal column. */
export type Match = TextMatch | ScalarMatch;

export interface TextMatch {
  readonly kind: 'text';
  /** Index in the list of the table's columns. */
  readonly column: number;
  /** Index in the list of personal columns. */
  readonly pii: number;
  /** Different values that nobody else has by coincidence, found as a cell or inside one. */
  readonly telling: number;
  /** Different names and other words found as the whole text of a cell. */
  readonly wordsAlone: number;
  /** Different names and other words found as a cell or inside one. */
  readonly words: number;
  /** Different cells of the column that hold any of these. */
  readonly cells: number;
  /** Different cells of the column. */
  readonly allCells: number;
  /** Rows that hold any of these. */
  readonly rows: number;
}

export interface ScalarMatch {
  readonly kind: 'scalar';
  /** Index in the list of the table's columns. */
  readonly column: number;
  /** Index in the list of personal columns. */
  readonly pii: number;
  /** Different numbers, dates or instants found. */
  readonly values: number;
  /** How many would be found if the two columns had nothing to do with each other. */
  readonly expected: number;
  /** Rows that hold any of these. */
  readonly rows: number;
}

/**
 * Puts the texts of a table into the temporary table `fenceline_cells_<place>` of the session, and the words of each into
 * `fenceline_tokens_<place>`.
 */
export async function keepCells(
  session: Warehouse,
  place: number,
  relation: Sql,
  columns: readonly ColumnType[],
): Promise<void> {
  const texts = columns.flatMap((column, index) => {
    const kind = cellKind(column);
    if (kind !== 'text' && kind !== 'json') return [];
    const text = cellText(identifier(column.name), kind);
    return sql`select ${literal(index)} as col, raw, count(*) as uses from (select ${text} as raw from ${relation}) group by raw`;
  });
  await session.run(createTextTables(place, texts));
}

/**
 * Puts the words of all tables into `fenceline_wanted (word)`, and the pieces of six characters of long ones into
 * `fenceline_wanted_grams (gram)`. Most personal values have no such word, and are not searched for.
 */
export async function keepWantedWords(session: Warehouse, places: readonly number[]): Promise<void> {
  const tokens = places.map((place) => sql`select token from ${tokensOf(place)}`);
  await session.run(sql`
    create or replace temp table fenceline_wanted as
    select distinct token as word from (${union([sql`select '' as token where false`, ...tokens])})
    where not contains(token, ' ');

    create or replace temp table fenceline_wanted_grams as
    select distinct unnest(${grams(sql`word`)}) as gram from fenceline_wanted where length(word) > 6 and not ${isDigest(sql`word`)}`);
}

/**
 * Searches every column of a table that `keepCells` has loaded for the values that `loadPersonalValues` has loaded. Whole
 * cells are found in any case and punctuation. Inside a text, a telling value is found anywhere, a word only as a word of
 * its own and as it is written. Numbers, dates and instants are compared as such, whatever their type.
 */
export async function findMatches(
  session: Warehouse,
  place: number,
  relation: Sql,
  columns: readonly ColumnType[],
): Promise<readonly Match[]> {
  const points = columns.flatMap((column, index) => {
    const kind = cellKind(column);
    if (!kind || kind === 'text' || kind === 'json') return [];
    const { scale, value } = columnPoint(kind, identifier(column.name));
    return sql`select ${literal(index)} as col, ${scale} as scale, ${value} as value, 1 as uses from ${relation}`;
  });
  await session.run(createPointTable(place, points));
  const textMatches = await session.rows(textMatchesIn(place));
  const scalarMatches = await session.rows(SCALAR_MATCHES);
  return [...textMatches.map(readText), ...scalarMatches.map(readScalar)];
}

function cellsOf(place: number): Sql {
  return identifier(`fenceline_cells_${place}`);
}

function tokensOf(place: number): Sql {
  return identifier(`fenceline_tokens_${place}`);
}

function union(queries: readonly Sql[]): Sql {
  return joinSql(queries, sql` union all `);
}

/** SQL: makes the temporary tables, which are empty for a table without texts. */
function createTextTables(place: number, texts: readonly Sql[]): Sql {
  const none = sql`select 0 as col, '' as raw, 0 as uses where false`;
  return sql`
    create or replace temp table ${cellsOf(place)} as
    select col, raw, uses, kind,
      case
        when kind not in ('text', 'grouped') then null
        when ${isDigest(sql`raw`)} then raw
        when starts_with(raw, '{') or starts_with(raw, '[') then ${words(withoutEscapes(sql`raw`))}
        else ${words(sql`raw`)}
      end as words
    from (select *, ${textKind(sql`raw`)} as kind from (${union([none, ...texts])}) where raw is not null);

    create or replace temp table ${tokensOf(place)} as
    select rowid as cell, unnest(${wordsAndPairs(sql`words`)}) as token from ${cellsOf(place)} where words is not null`;
}

/** SQL: whether a text is a digest in hexadecimal, which is one long word with pieces of no meaning. */
function isDigest(text: Sql): Sql {
  return sql`regexp_full_match(${text}, '[0-9a-f]{32,}')`;
}

/** SQL: the points of a table within the range of the personal values, outside of which nothing can match. */
function createPointTable(place: number, points: readonly Sql[]): Sql {
  const { scale, value } = textPoint(sql`kind`, sql`raw`);
  const ofTexts = sql`select col, ${scale} as scale, ${value} as value, uses from ${cellsOf(place)} where kind <> 'text'`;
  return sql`
    create or replace temp table fenceline_cell_points as
    with bounds as (select scale, min(value) as low, max(value) as high from fenceline_points group by scale),
    points as (${union([ofTexts, ...points])})
    select col, scale, value, sum(uses) as uses from points join bounds using (scale)
    where value between low and high group by all`;
}

/** SQL: a list of all pieces of six characters in a word. */
function grams(word: Sql): Sql {
  return sql`list_transform(range(1, length(${word}) - 4), lambda start: substr(${word}, start, 6))`;
}

function textMatchesIn(place: number): Sql {
  return sql`
  with grams as (
    select token, unnest(${grams(sql`token`)}) as gram
    from (select distinct token from ${tokensOf(place)})
    where length(token) > 6 and not contains(token, ' ') and not ${isDigest(sql`token`)}
  ),
  inside as (select distinct token, id from grams join fenceline_texts using (gram) where anchor <> token),
  candidates as (
    select cell, id from ${tokensOf(place)} join fenceline_texts on anchor = token
    union
    select cell, id from ${tokensOf(place)} join inside using (token)
  ),
  matches as (
    select col, pii, id, cell, uses, is_telling, cells.words = texts.words as is_whole
    from candidates
    join ${cellsOf(place)} as cells on cells.rowid = cell
    join fenceline_texts as texts using (id)
    where case when is_telling then contains(cells.words, texts.words)
      else cells.words = texts.words
        or (contains(' ' || cells.words || ' ', ' ' || texts.words || ' ') and contains(cells.raw, trim(texts.raw))) end
  ),
  per_cell as (select col, pii, cell, any_value(uses) as uses from matches group by all),
  sizes as (select col, pii, count(*) as cells, sum(uses) as rows_with from per_cell group by all),
  totals as (select col, count(*) as all_cells from ${cellsOf(place)} where words is not null group by col)
  select col, pii,
    count(distinct id) filter (where is_telling) as telling,
    count(distinct id) filter (where not is_telling and is_whole) as words_alone,
    count(distinct id) filter (where not is_telling) as words,
    any_value(cells) as cells, any_value(all_cells) as all_cells, any_value(rows_with) as rows_with
  from matches join sizes using (col, pii) join totals using (col)
  group by col, pii
  order by col, pii`;
}

/**
 * SQL: the matches of points. `expected` follows from how densely the personal values lie in the range of the column: a
 * column with every day of two years holds many birthdays by coincidence. The range is taken a little wider than it is.
 */
const SCALAR_MATCHES = sql`
  with found as (
    select col, pii, scale, count(*) as found, sum(uses) as rows_with
    from fenceline_cell_points join fenceline_points using (scale, value) group by all
  ),
  ranges as (
    select col, scale, count(*) as cells, min(value) as low, max(value) as high from fenceline_cell_points group by all
  ),
  spreads as (
    select pii, scale, (max(value) - min(value)) / 20 as margin, power(10, least(max(decimals), 6)) as steps
    from fenceline_points group by pii, scale
  )
  select found.col, found.pii, found.found, found.rows_with,
    cells * (
      select count(*) from fenceline_points as near
      where near.pii = found.pii and near.scale = found.scale and near.value between low - margin and high + margin
    ) / ((high - low + 2 * margin) * steps + 1) as expected
  from found join ranges using (col, scale) join spreads using (pii, scale)
  order by found.col, found.pii`;

function readText(row: Row): TextMatch {
  return {
    kind: 'text',
    column: Number(row['col']),
    pii: Number(row['pii']),
    telling: Number(row['telling']),
    wordsAlone: Number(row['words_alone']),
    words: Number(row['words']),
    cells: Number(row['cells']),
    allCells: Number(row['all_cells']),
    rows: Number(row['rows_with']),
  };
}

function readScalar(row: Row): ScalarMatch {
  return {
    kind: 'scalar',
    column: Number(row['col']),
    pii: Number(row['pii']),
    values: Number(row['found']),
    expected: Number(row['expected']),
    rows: Number(row['rows_with']),
  };
}
