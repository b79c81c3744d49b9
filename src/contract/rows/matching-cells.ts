import { identifier, literal, type Sql, sql } from '../../sql.ts';
import type { ColumnType, Row, Warehouse } from '../../warehouse/warehouse.ts';
import { cellKind, cellText, columnPoint, type ScalarKind, type ScalePoint, textKind, textPoint } from './cell-kind.ts';
import { isUnspaced, unescaped, withWords, wordsAndPairs } from './search/fold-text.ts';
import { pointsInTexts } from './search/points.ts';
import { LONGEST } from './search/spellings.ts';

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
  /** Those of `words` that one or two rows of the personal column have, and no more rows of this one. */
  readonly ofOnePerson: number;
  /** Different cells of the column that are such a word as a whole. */
  readonly wholeCells: number;
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

/** How many rows and different cells of a table are searched at most. */
export interface SearchBudget {
  readonly rows: number;
  readonly cells: number;
}

/** Numbers of rows and of different cells of a table of which one was searched: 1 where all were. */
export interface Searched {
  readonly oneOfRows: number;
  readonly oneOfCells: number;
}

/** Columns that are read by one statement: the engine takes far more time for one of all columns of a very wide table. */
const COLUMNS_AT_ONCE = 500;

/** A longer text, in bytes, is searched in pieces. */
const LONG = 4_000;

/** A built table, and the number of its first column among all columns that are searched. */
export interface SearchedTable {
  readonly relation: Sql;
  readonly columns: readonly ColumnType[];
  readonly first: number;
}

/** Makes the temporary table `fenceline_read` of the session, which {@link readTexts} fills. */
export async function startReading(session: Warehouse): Promise<void> {
  await session.run(sql`create or replace temp table fenceline_read (col integer, raw varchar, uses bigint)`);
}

/** Puts the different texts of a table into `fenceline_read`. Each column is read once. */
export async function readTexts(
  session: Warehouse,
  { relation, columns, first }: SearchedTable,
  budget: SearchBudget,
): Promise<Searched> {
  const texts = columns.flatMap((column, index) => {
    const kind = cellKind(column);
    return kind === 'text' || kind === 'json'
      ? [{ index: first + index, text: cellText(identifier(column.name), kind) }]
      : [];
  });
  const oneOfRows = await oneOf(session, relation, budget.rows);
  for (let from = 0; from < texts.length; from += COLUMNS_AT_ONCE) {
    const some = texts.slice(from, from + COLUMNS_AT_ONCE);
    const values = some.map(({ index, text }) => sql`${text} as ${identifier(String(index))}`);
    const names = some.map(({ index }) => identifier(String(index)));
    await session.run(sql`insert into fenceline_read
      select cast(name as integer), raw, count(*)
      from (select ${values} from ${someRows(relation, oneOfRows)}) unpivot (raw for name in (${names}))
      group by name, raw`);
  }
  const own = sql`col between ${literal(first)} and ${literal(first + columns.length - 1)}`;
  const oneOfCells = await oneOf(session, sql`fenceline_read where ${own}`, budget.cells);
  if (oneOfCells > 1) {
    await session.run(sql`delete from fenceline_read where ${own} and hash(raw) % ${literal(oneOfCells)} <> 0`);
  }
  return { oneOfRows, oneOfCells };
}

/** The step with which no more rows of a relation are taken than the budget allows. */
async function oneOf(session: Warehouse, relation: Sql, most: number): Promise<number> {
  const [row] = await session.rows(sql`select count(*) as found from ${relation}`);
  return Math.max(1, Math.ceil(Number(row?.['found']) / most));
}

/** SQL: every n-th row of a relation, the same ones in every run. */
function someRows(relation: Sql, step: number): Sql {
  if (step === 1) return relation;
  return sql`(select * exclude (fenceline_row) from (select *, row_number() over () as fenceline_row from ${relation})
    where fenceline_row % ${literal(step)} = 0)`;
}

/**
 * Makes of `fenceline_read` the temporary tables `fenceline_cells` and `fenceline_tokens`, with the words of all texts;
 * `fenceline_wanted (word, cells)`, with all words once; and `fenceline_wanted_grams (gram)`, with the pieces of six
 * characters of long ones. Most personal values have no such word, and are not searched for. A long text becomes several
 * pieces that overlap, so time and memory are linear in its length.
 */
export async function keepTexts(session: Warehouse): Promise<void> {
  await session.run(KEEP_TEXTS);
}

/**
 * Searches the columns of all tables for the values that `loadPersonalValues` has loaded, in every spelling. Numbers,
 * dates and instants are compared as such, whatever their type, also inside texts.
 */
export async function findMatches(session: Warehouse): Promise<readonly Match[]> {
  const textMatches = await session.rows(TEXT_MATCHES);
  const scalarMatches = await session.rows(SCALAR_MATCHES);
  return [...textMatches.map(readText), ...scalarMatches.map(readScalar)];
}

/** Puts the numbers, dates and instants inside the texts of all tables into the temporary table `fenceline_cell_points`. */
export async function keepPoints(session: Warehouse): Promise<void> {
  await session.run(KEEP_POINTS);
}

/** Adds those of the columns of a table that are no texts. */
export async function readPoints(
  session: Warehouse,
  { relation, columns, first }: SearchedTable,
  { oneOfRows }: Searched,
): Promise<void> {
  const scalars = columns.flatMap((column, index) => {
    const kind = cellKind(column);
    return kind && kind !== 'text' && kind !== 'json'
      ? [{ index: first + index, kind, name: identifier(column.name) }]
      : [];
  });
  for (let from = 0; from < scalars.length; from += COLUMNS_AT_ONCE) {
    const some = scalars.slice(from, from + COLUMNS_AT_ONCE);
    await session.run(addPoints(some, someRows(relation, oneOfRows)));
  }
}

const PIECE = sql`regexp_replace(pair[1], '^[\p{L}\p{N}]{1,60}', '') || coalesce(left(pair[2], ${literal(LONGEST)}), '')`;

/** SQL of {@link keepTexts}. A piece of a long text begins with a whole word, and ends with the first words of the next. */
const KEEP_TEXTS = sql`
  create or replace temp table fenceline_cells as
  with numbered as (
    select row_number() over () as cell, col, ${unescaped(sql`raw`)} as raw, uses from fenceline_read
  ),
  pieces as (
    select cell, col, raw, uses, ${textKind(sql`raw`)} as kind, true as is_whole
    from numbered where strlen(raw) <= ${literal(LONG)}
    union all
    select cell, col, raw, uses, 'text' as kind, false as is_whole
    from (
      select cell, col, uses, unnest(list_transform(list_zip(list, list[2:]), lambda pair: ${PIECE})) as raw
      from (select cell, col, uses, regexp_extract_all(' ' || raw, '(?s).{1,1000}') as list from numbered
        where strlen(raw) > ${literal(LONG)})
    )
  )
  select cell, col, uses, kind, is_whole, plain, case when kind in ('text', 'grouped') then words end as words
  from ${withWords(sql`pieces`)};

  create or replace temp table fenceline_tokens as
  select piece, unnest(tokens) as token
  from ${wordsAndPairs(sql`(select rowid as piece, words from fenceline_cells where words <> '')`)}
  union all
  select piece, unnest(list_concat(regexp_extract_all(words, '[^ ]{2}'), regexp_extract_all(words[2:], '[^ ]{2}'))) as token
  from (select rowid as piece, words from fenceline_cells where ${isUnspaced(sql`words`)});

  create or replace temp table fenceline_wanted as
  select token as word, count(*) as cells from fenceline_tokens where not contains(token, ' ') group by token;

  create or replace temp table fenceline_wanted_grams as
  select distinct unnest(${grams(sql`word`)}) as gram from fenceline_wanted where length(word) > 6 and not ${isDigest(sql`word`)};

  drop table fenceline_read`;

/** SQL: whether a text is a digest in hexadecimal, which is one long word with pieces of no meaning. */
function isDigest(text: Sql): Sql {
  return sql`regexp_full_match(${text}, '[0-9a-f]{32,}')`;
}

/** SQL of {@link keepPoints}. */
const KEEP_POINTS = keepPointsIn(textPoint(sql`kind`, sql`plain`));

function keepPointsIn({ scale, value }: ScalePoint): Sql {
  const texts = sql`(select cell, col, uses, plain from fenceline_cells where kind in ('text', 'grouped', 'number')
    and regexp_matches(plain, '\d[^\pL]*\d[^\pL]*\d'))`;
  return sql`
    create or replace temp table fenceline_cell_points as
    with points as (
      select cell, col, ${scale} as scale, ${value} as value, uses from fenceline_cells where kind in ('number', 'date', 'instant')
      union
      select cell, col, scale, value, uses from ${pointsInTexts(texts, [sql`cell`, sql`col`, sql`uses`], 'inside')}
    )
    select cell, col, scale, value, uses from points join ${bounds()} as bounds using (scale) where value between low and high`;
}

/** SQL: the range of the personal values on each scale, outside of which nothing can match. */
function bounds(): Sql {
  return sql`(select scale, min(value) as low, max(value) as high from fenceline_points group by scale)`;
}

/** SQL: adds the points of columns of numbers, dates and instants, in one scan. */
function addPoints(
  columns: readonly { readonly index: number; readonly kind: ScalarKind; readonly name: Sql }[],
  rows: Sql,
): Sql {
  const points = columns.map(({ kind, name }) => columnPoint(kind, name));
  const values = columns.map(({ index }, at) => {
    const { scale, value } = points[at] ?? columnPoint('number', sql`null`);
    return sql`{'scale': ${scale}, 'value': cast(${value} as double)} as ${identifier(String(index))}`;
  });
  const names = columns.map(({ index }) => identifier(String(index)));
  return sql`
    insert into fenceline_cell_points
    with points as (
      select cast(name as integer) as col, point.scale as scale, point.value as value
      from (select ${values} from ${rows}) unpivot (point for name in (${names}))
    )
    select null, col, scale, value, count(*) from points join ${bounds()} as bounds using (scale)
    where value between low and high group by all`;
}

/** SQL: a list of all pieces of six characters in a word. */
function grams(word: Sql): Sql {
  return sql`list_transform(range(1, length(${word}) - 4), lambda start: substr(${word}, start, 6))`;
}

/** SQL: whether `words` of a cell contain a spelling as words of their own. */
const AS_WORDS = sql`contains(' ' || cells.words || ' ', ' ' || spelt.words || ' ')`;

/** SQL: whether a telling spelling is in a cell. A digit more at its ends would make it another number. */
const ANYWHERE = sql`contains(cells.words, spelt.words)
  and (${AS_WORDS} or not regexp_matches(spelt.words, '^[0-9]|[0-9]$')
    or (not regexp_matches(left(cells.words, strpos(cells.words, spelt.words) - 1), '[0-9]$')
      and not regexp_matches(substr(cells.words, strpos(cells.words, spelt.words) + length(spelt.words), 1), '[0-9]')))`;

/** SQL: whether a word is in a text as somebody has written it there, or in capitals, and not in small letters. */
const AS_WRITTEN = sql`(contains(cells.plain, spelt.raw) or contains(strip_accents(cells.plain), strip_accents(spelt.raw))
  or contains(strip_accents(cells.plain), upper(strip_accents(spelt.raw))))`;

/** SQL: the matches of texts. */
const TEXT_MATCHES = sql`
  with grams as (
    select token, unnest(${grams(sql`token`)}) as gram
    from (select distinct token from fenceline_tokens)
    where length(token) > 6 and not contains(token, ' ') and not ${isDigest(sql`token`)}
  ),
  inside as (select distinct token, spelling from grams join fenceline_spellings using (gram) where anchor <> token),
  candidates as (
    select piece, spelling from fenceline_tokens join fenceline_spellings on anchor = token
    union
    select piece, spelling from fenceline_tokens join inside using (token)
  ),
  matches as (
    select cells.col, pii, id, cell, cells.uses, spelt.uses as source_uses, rule in ('telling', 'exact') as is_telling,
      cells.is_whole and cells.words = spelt.words as is_whole
    from candidates
    join fenceline_cells as cells on cells.rowid = piece
    join fenceline_spellings as spelt using (spelling)
    where case rule
      when 'telling' then ${ANYWHERE}
      when 'unspaced' then contains(cells.words, spelt.words)
      when 'word' then cells.words = spelt.words or (${AS_WORDS} and ${AS_WRITTEN})
      else ${AS_WORDS} end
  ),
  per_cell as (
    select col, pii, id, cell, any_value(uses) as uses, any_value(source_uses) as source_uses,
      bool_or(is_telling) as is_telling, bool_or(is_whole) as is_whole
    from matches group by col, pii, id, cell
  ),
  per_value as (
    select col, pii, id, bool_or(is_telling) as is_telling, bool_or(is_whole) as is_whole,
      any_value(source_uses) <= 2 and sum(uses) <= greatest(2, any_value(source_uses)) as is_of_one
    from per_cell group by col, pii, id
  ),
  sizes as (
    select col, pii, count(*) as cells, count(*) filter (where is_whole) as whole_cells, sum(uses) as rows_with
    from (select col, pii, cell, any_value(uses) as uses, bool_or(is_whole) as is_whole from per_cell group by col, pii, cell) group by col, pii
  ),
  totals as (select col, count(distinct cell) as all_cells from fenceline_cells where words is not null group by col)
  select col, pii,
    count(*) filter (where is_telling) as telling,
    count(*) filter (where not is_telling and is_whole) as words_alone,
    count(*) filter (where not is_telling) as words,
    count(*) filter (where not is_telling and is_of_one) as of_one,
    any_value(cells) as cells, any_value(whole_cells) as whole_cells, any_value(all_cells) as all_cells, any_value(rows_with) as rows_with
  from per_value join sizes using (col, pii) join totals using (col)
  group by col, pii
  order by col, pii`;

/**
 * SQL: the matches of points. `expected` follows from how densely the personal values lie in the range of the column: a
 * column with every day of two years holds many birthdays by coincidence. The range is taken a little wider than it is.
 */
const SCALAR_MATCHES = sql`
  with matched as (
    select col, pii, scale, cell, value, id, uses
    from fenceline_cell_points join fenceline_points using (scale, value)
  ),
  numbers as (select col, pii, scale, count(distinct id) as found from matched group by all),
  uses as (
    select col, pii, scale, sum(uses) as rows_with
    from (
      select col, pii, scale, any_value(uses) as uses from matched
      group by col, pii, scale, cell, case when cell is null then value end
    ) group by all
  ),
  found as (from numbers join uses using (col, pii, scale)),
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
    ofOnePerson: Number(row['of_one']),
    wholeCells: Number(row['whole_cells']),
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
