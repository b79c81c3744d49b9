import { joinSql, literal, type Sql, sql } from '../../../sql.ts';

/**
 * SQL: the numbers and dates inside the texts of a relation: its columns `keys`, and `scale` and `value` as `textPoint`
 * gives them. The relation has a column `plain`. `whole`: only numbers with all digits of the text.
 */
export function pointsInTexts(relation: Sql, keys: readonly Sql[], where: 'inside' | 'whole'): Sql {
  return sql`(
    select distinct ${keys}, 'number' as scale, unnest(${numbers()}) as value from ${written(relation, keys, where)}
    union
    select distinct ${keys}, 'date' as scale, cast(epoch(day) // 86400 as double) as value
    from (
      select ${keys}, try(make_date(part.y, part.m, part.d)) as day
      from (select ${keys}, unnest(${dates()}) as part from ${relation} where regexp_matches(plain, '\d{4}'))
      where part.m between 1 and 12 and part.d between 1 and 31 and part.y between 1850 and 2150
    ) where day is not null)`;
}

/**
 * SQL: each number of 6 to 15 digits, also with separators between them, in a column `written`; no fractions and no IP
 * addresses. `(0)` in a telephone number is not dialled from abroad.
 */
function written(relation: Sql, keys: readonly Sql[], where: 'inside' | 'whole'): Sql {
  const patterns = [String.raw`\+?\(?\d[\d ()./'’-]{4,26}\d`, String.raw`\d{6,15}`, String.raw`\d{1,3}(?:,\d{3}){1,4}`];
  const lists = patterns.map((pattern) => sql`regexp_extract_all(text, ${literal(pattern)})`);
  const isWanted = where === 'inside' ? sql`true` : sql`digits = regexp_replace(text, '[^0-9]', '', 'g')`;
  return sql`(
    select * from (
      select ${keys}, written, text, regexp_replace(written, '[^0-9]', '', 'g') as digits
      from (select ${keys}, text, unnest(list_distinct(list_concat(${lists}))) as written
        from (select ${keys}, replace(plain, '(0)', '') as text from ${relation}
          where regexp_matches(plain, '\d[^\pL]*\d[^\pL]*\d[^\pL]*\d[^\pL]*\d[^\pL]*\d')))
    ) where length(digits) between 6 and 15 and length(trim(digits, '0')) >= 6
      and not regexp_full_match(written, '\d+[.]\d+|\d{1,3}([.]\d{1,3}){3}') and ${isWanted})`;
}

/** The first digits of a number with its country code (ITU-T E.164): most codes have three digits, these fewer. */
const COUNTRY_CODE = String.raw`^(1|7|2[07]|3[0123469]|4[013456789]|5[1-8]|6[0-6]|8[1246]|9[0123458]|\d{3})`;

/**
 * SQL: a number as it is, without the zeros in front of it, and, where it may be a telephone number, without its country
 * code: the number that is dialled at home.
 */
function numbers(): Sql {
  const abroad = sql`regexp_replace(ltrim(digits, '0'), ${literal(COUNTRY_CODE)}, '')`;
  return sql`list_distinct(list_filter([
    try_cast(digits as double),
    case when starts_with(written, '+') or starts_with(digits, '00') or length(digits) >= 11
      then try_cast(case when length(${abroad}) >= 6 then ${abroad} end as double) end
  ], lambda number: number is not null))`;
}

/** The first three letters of each month without accents, in languages that write dates with them. */
const MONTHS: readonly (readonly string[])[] = [
  ['jan', 'ene', 'gen', 'sty', 'oca', 'янв'],
  ['feb', 'fev', 'lut', 'sub', 'фев'],
  ['mar', 'maa', 'mrt', 'mae', 'мар'],
  ['apr', 'avr', 'abr', 'kwi', 'nis', 'апр'],
  ['may', 'mai', 'mei', 'mag', 'maj', 'маи', 'мая'],
  ['jun', 'giu', 'cze', 'haz', 'июн'],
  ['jul', 'lug', 'lip', 'tem', 'июл'],
  ['aug', 'aou', 'ago', 'sie', 'agu', 'авг'],
  ['sep', 'set', 'wrz', 'eyl', 'сен'],
  ['oct', 'okt', 'out', 'ott', 'paz', 'eki', 'окт'],
  ['nov', 'lis', 'kas', 'ноя'],
  ['dec', 'dez', 'dic', 'des', 'gru', 'ara', 'дек'],
];

/** SQL: a list of `{y, m, d}`: the dates of a text in column `plain`, in both readings where it has two. */
function dates(): Sql {
  const found = (month: (text: Sql) => Sql) => (pattern: string, order: string) =>
    sql`list_transform(regexp_extract_all(plain, ${literal(pattern)}, [${[...order].map((part) => literal(part))}]),
      lambda found: {'y': try_cast(found.y as integer), 'm': ${month(sql`found.m`)}, 'd': try_cast(found.d as integer)})`;
  const numeric = found((text) => sql`try_cast(${text} as integer)`);
  const named = found(monthOf);
  const lists = [
    numeric(String.raw`(\d{4}) ?[-/.년年] ?(\d{1,2}) ?[-/.월月] ?(\d{1,2})`, 'ymd'),
    numeric(String.raw`\b(\d{1,2})[-/. ] ?(\d{1,2})[-/. ] ?(\d{4})\b`, 'dmy'),
    numeric(String.raw`\b(\d{1,2})[-/. ] ?(\d{1,2})[-/. ] ?(\d{4})\b`, 'mdy'),
    numeric(String.raw`\b(\d{4})(\d{2})(\d{2})\b`, 'ymd'),
    numeric(String.raw`\b(\d{2})(\d{2})(\d{4})\b`, 'dmy'),
    numeric(String.raw`\b(\d{2})(\d{2})(\d{4})\b`, 'mdy'),
    named(String.raw`(\d{1,2})(?:st|nd|rd|th|er|\.|º)?[ -](?:of |de )?(\pL{3,12})\.?,?[ -](?:de |del )?(\d{4})`, 'dmy'),
    named(String.raw`(\pL{3,12})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})`, 'mdy'),
  ];
  return sql`list_concat(${lists})`;
}

/** SQL: the number of a month by its name. June and July of French differ in the fourth letter. */
function monthOf(text: Sql): Sql {
  const folded = sql`strip_accents(lower(${text}))`;
  const names = MONTHS.flatMap((month, index) => month.map((name) => ({ name, number: index + 1 })));
  const cases = names.map(({ name, number }) => sql`when ${literal(name)} then ${literal(number)}`);
  return sql`case left(${folded}, 3)
    when 'jui' then case when starts_with(${folded}, 'juil') then 7 else 6 end ${joinSql(cases, sql` `)} end`;
}
