import { identifier, joinSql, literal, type Sql, sql } from '../../sql.ts';
import type { ColumnType, Warehouse } from '../../warehouse/warehouse.ts';
import type { PiiColumn } from '../finding.ts';
import { cellKind, digits, jsonText, textKind, textPoint, withoutEscapes } from './cell-kind.ts';
import { isUnspaced, withWords, wordsAndPairs } from './search/fold-text.ts';
import { pointsInTexts } from './search/points.ts';
import { type Encodings, LONGEST, spellings } from './search/spellings.ts';

/** A column tagged as personal, and its table in the warehouse. */
export interface PersonalColumn {
  readonly column: PiiColumn;
  /** Name of the table for SQL, quoted, with schema and catalog. */
  readonly relation: Sql;
  readonly type: ColumnType;
  /** Names of the members that lead to the personal part of a JSON value; absent where all of it is personal. */
  readonly members?: readonly string[];
}

/** In a table of fewer rows, the number of times that a value occurs says nothing. */
const FEW_ROWS = 20;

/** Words that people write where they know no value. */
const FILLERS = ['anonymous', 'deleted', 'false', 'none', 'null', 'other', 'redacted', 'test', 'true', 'unknown'];

/**
 * Puts the values that tell people apart into temporary tables of the session:
 * `fenceline_spellings (spelling, id, pii, uses, raw, words, rule, anchor, gram)` and
 * `fenceline_points (pii, id, scale, value, decimals)`, where `pii` is the index of the column in the list and `id` the
 * number of a value. Left out are: a value of many rows (a status, a country), since it tells nobody apart; a text of
 * less than four letters and digits (two in a script without blanks); a number of less than six figures; a spelling with
 * words that `keepTexts` has not put aside.
 */
export async function loadPersonalValues(session: Warehouse, columns: readonly PersonalColumn[]): Promise<void> {
  await session.run(
    sql`create or replace temp table fenceline_found
      (pii integer, is_number boolean, raw varchar, uses bigint, of_rows bigint)`,
  );
  const indexed = columns.map((column, index) => ({ ...column, index }));
  for (const name of new Set(columns.map(({ relation }) => relation.text))) {
    const ofTable = indexed.filter(({ relation }) => relation.text === name);
    const plain = ofTable.filter(({ type, members }) => !members && cellKind(type) && cellKind(type) !== 'json');
    if (plain.length > 0) await session.run(collect(plain));
    for (const column of ofTable) {
      if (column.members || cellKind(column.type) === 'json') await session.run(collectNested(column));
    }
    const names = fullName(ofTable);
    if (names) await session.run(names);
  }
  await session.run(KEEP_VALUES);
  await session.run(keepSpellings(await encodingsIn(session)));
}

/** The encodings that the words of the cells may be in. */
async function encodingsIn(session: Warehouse): Promise<Encodings> {
  const [row] = await session.rows(sql`
    select bool_or(length(word) in (32, 40, 64) and regexp_full_match(word, '[0-9a-f]+')) as digests,
      bool_or(length(word) >= 8 and regexp_matches(word, '[a-z][0-9]+[a-z]|[0-9][a-z]+[0-9]')
        or regexp_full_match(word, '[0-9a-f]{12,}') or regexp_full_match(word, '[a-z]{14,}')) as codes
    from fenceline_wanted`);
  return { digests: row?.['digests'] === true, codes: row?.['codes'] === true };
}

interface IndexedColumn extends PersonalColumn {
  readonly index: number;
}

/** SQL: counts the values of a table's columns in one scan. */
function collect(columns: readonly IndexedColumn[]): Sql {
  const [first] = columns;
  if (!first) throw new Error('internal: a table without personal columns is collected');
  const names = columns.map(({ index }) => identifier(String(index)));
  const values = columns.map(({ type, index }) => {
    return sql`cast(${identifier(type.name)} as varchar) as ${identifier(String(index))}`;
  });
  const numbers = columns.filter(({ type }) => cellKind(type) === 'number').map(({ index }) => literal(index));
  return sql`insert into fenceline_found
    select col, col in (${[literal(-1), ...numbers]}), raw, count(*), sum(count(*)) over (partition by col)
    from (select cast(name as integer) as col, raw
      from (select ${values} from ${first.relation}) unpivot (raw for name in (${names})))
    group by col, raw`;
}

function collectNested({ index, relation, type, members }: IndexedColumn): Sql {
  const whole = identifier(type.name);
  const column = members ? memberAt(whole, members) : whole;
  return sql`insert into fenceline_found
    select ${literal(index)}, false, ${withoutEscapes(sql`trim(written, '"')`)}, count(*),
      (select count(${column}) from ${relation})
    from (select unnest(${leaves(column)}) as written from ${relation} where ${column} is not null)
    group by written`;
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

const GIVEN_NAME = /^(first|given|fore|christian)_?names?$|^(fname|vorname|prenom|prénom|nombre|voornaam|imie|ad)$/i;
const FAMILY_NAME = /^(last|family|sur)_?names?$|^(lname|nachname|nom|apellidos?|achternaam|nazwisko|cognome|soyad)$/i;

/** SQL: adds the full names of a table that has them in two columns, as values of the family name. */
function fullName(columns: readonly IndexedColumn[]): Sql | undefined {
  const whole = columns.filter(({ members }) => !members);
  const given = whole.find(({ type }) => GIVEN_NAME.test(type.name));
  const family = whole.find(({ type }) => FAMILY_NAME.test(type.name));
  if (!given || !family || cellKind(given.type) !== 'text' || cellKind(family.type) !== 'text') return undefined;
  const names = [given, family].map(({ type }) => sql`trim(${identifier(type.name)})`);
  return sql`insert into fenceline_found
    select ${literal(family.index)}, false, raw, count(*), sum(count(*)) over ()
    from (select ${joinSql(names, sql` || ' ' || `)} as raw from ${family.relation}) where raw is not null group by raw`;
}

/**
 * SQL: a list of the texts and long numbers in a JSON value. Most of its keys are in the list as well; they are in every
 * row, and so are left out as common values.
 */
function leaves(column: Sql): Sql {
  return sql`regexp_extract_all(${jsonText(column)}, '[:\[,]\s*("(?:[^"\\]|\\.)*"|-?\d{7,})', 1)`;
}

const POINT = textPoint(sql`kind`, sql`raw`);
const CUT = literal(LONGEST);

/** A value that is nothing but a number or a date, perhaps with a word in front of it: `tel:+49…`, `12 March 1980`. */
const WHOLE_POINT = String.raw`(\pL{1,12}[.:]? ?)?[^\pL]*\d[^\pL]*|\d{1,2}\PL{0,4}(de )?\pL{3,12}\.?,? (de )?\d{4}|\d{4} ?[年년].*`;

/**
 * SQL: fills the tables of {@link loadPersonalValues}. `anchor`: a word of the spelling that few others have, or two words
 * in a row, by which it is looked up in a cell. `gram`: the rarest six characters of a long anchor, by which a telling
 * value is found inside a longer word.
 */
const KEEP_VALUES = sql`
  create or replace temp table fenceline_values as
  with kept as (
    select row_number() over () as id, pii, uses,
      case when length(raw) > ${CUT} then regexp_replace(left(raw, ${CUT}), '[\p{L}\p{N}]+$', '') else trim(raw) end as raw,
      case when is_number then 'number' else ${textKind(sql`raw`)} end as kind
    from fenceline_found
    where of_rows < ${literal(FEW_ROWS)} or uses <= greatest(2, of_rows / 20) or contains(raw, '@')
  )
  select *, length(replace(words, ' ', '')) as size from ${withWords(sql`kept`)};

  create or replace temp table fenceline_points as
  with whole as (
    select pii, id, plain from fenceline_values
    where size <= 20 and kind <> 'instant' and not contains(plain, '@') and not (kind = 'number' and contains(plain, '.'))
      and regexp_full_match(plain, ${literal(WHOLE_POINT)})
  )
  select distinct pii, id, scale, value, 0 as decimals from ${pointsInTexts(sql`whole`, [sql`pii`, sql`id`], 'whole')}
  union
  select pii, id, ${POINT.scale} as scale, ${POINT.value} as value,
    case kind when 'number' then length(regexp_extract(raw, '[.](\d+)', 1)) else 0 end as decimals
  from fenceline_values
  where kind <> 'text' and not regexp_full_match(raw, '\d{1,3}([.]\d{1,3}){3}') and (kind in ('date', 'instant') or length(trim(${digits(sql`raw`)}, '0')) >= 6);

  drop table fenceline_found`;

/** SQL: fills `fenceline_spellings` from the values. */
function keepSpellings(encodings: Encodings): Sql {
  return sql`
  create or replace temp table fenceline_texts as
  select id, pii, uses, raw, words, size from fenceline_values
  where (kind in ('text', 'grouped') or (kind = 'number' and length(${digits(sql`raw`)}) >= 9 and not contains(raw, '.')))
    and (size >= 4 or (size >= 2 and ${isUnspaced(sql`words`)})) and words not in (${FILLERS.map((word) => literal(word))});

  create or replace temp table fenceline_spelt as
  select row_number() over () as spelling, * from ${spellings(sql`fenceline_texts`, encodings)};

  create or replace temp table fenceline_spellings as
  with pieces as (
    select spelling, rule, word, case when rule = 'telling' and length(word) >= 6 then left(word, 6) end as gram
    from (select spelling, rule, unnest(string_split(words, ' ')) as word from fenceline_spelt where rule <> 'unspaced')
  ),
  starts as (select gram, true as is_start from fenceline_wanted_grams),
  wanted as (
    select spelling from pieces
      left join fenceline_wanted using (word)
      left join starts using (gram)
    group by spelling
    having count(cells) = count(*)
      or (any_value(rule) = 'telling' and count(cells) >= count(*) - 2 and count(cells) + count(is_start) >= 1)
  ),
  judged as (
    from fenceline_spelt where spelling in (from wanted)
    union all
    from fenceline_spelt where rule = 'unspaced' and left(words, 2) in (select word from fenceline_wanted)
  ),
  tokens as (
    select spelling, unnest(tokens) as token from ${wordsAndPairs(sql`(from judged where rule <> 'unspaced')`)}
  ),
  common as (select token, count(*) as uses from tokens group by token),
  anchors as (
    select spelling, arg_min(
      token,
      case
        when uses > 16 then 4e9
        when length(token) < 4 then 3e9
        when contains(token, ' ') then 2e9
        when length(token) < 6 then 1e9
        else 0
      end + uses * 1e3 - least(length(token), 999)
    ) as anchor
    from tokens join common using (token) group by spelling
    union all
    select spelling, left(words, 2) from judged where rule = 'unspaced'
  ),
  grams as (
    select spelling, unnest(list_transform(range(1, length(anchor) - 4), lambda start: substr(anchor, start, 6))) as gram
    from judged join anchors using (spelling)
    where rule = 'telling' and not contains(anchor, ' ')
  ),
  rarest as (
    select spelling, arg_min(gram, uses) as gram
    from grams join (select gram, count(*) as uses from grams group by gram) using (gram) group by spelling
  )
  select spelling, id, pii, uses, raw, words, rule, anchor, gram
  from judged join anchors using (spelling) left join rarest using (spelling);

  drop table fenceline_values;
  drop table fenceline_texts;
  drop table fenceline_spelt`;
}
