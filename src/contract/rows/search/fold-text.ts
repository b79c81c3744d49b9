import { type Sql, sql } from '../../../sql.ts';
import { withoutEscapes } from '../cell-kind.ts';

/**
 * SQL: the rows of a relation with a column `raw`, and two more columns. `plain`: the text without URL and HTML
 * encoding, and addresses without a tag (`ada+news@…`). `words`: its letters and digits in lower case, without accents,
 * one blank in the place of anything between them. Each step is a query of its own, so that a text is read once a step.
 */
export function withWords(relation: Sql): Sql {
  return sql`(
    select * exclude (folded),
      case when regexp_full_match(folded, '[a-z0-9]*') then folded
        else trim(regexp_replace(folded, '[^\p{L}\p{N}]+', ' ', 'g')) end as words
    from (select *, ${folded(sql`plain`)} as folded
    from (select * replace (${WITHOUT_TAG} as plain)
    from (select * replace (${WITHOUT_ENTITIES} as plain)
    from (select *, ${WITHOUT_PERCENT} as plain from ${relation})))))`;
}

/** SQL: a text in lower case without accents, letters that Unicode does not take apart as their nearest letters. */
function folded(text: Sql): Sql {
  return sql`case when strlen(${text}) = length(${text}) then lower(${text})
    else replace(replace(replace(translate(strip_accents(lower(nfc_normalize(${text}))),
      'øłđıðħŧς０１２３４５６７８９ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ＠．',
      'oldidhtσ0123456789abcdefghijklmnopqrstuvwxyz@.'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe') end`;
}

/** SQL: JSON in a text column parsed and written again, with a blank in the place of each escape; else the text. */
export function unescaped(raw: Sql): Sql {
  return sql`case when starts_with(${raw}, '{') or starts_with(${raw}, '[')
    then ${withoutEscapes(sql`case when json_valid(${raw}) then cast(json(${raw}) as varchar) else ${raw} end`)}
    else ${raw} end`;
}

const WITHOUT_PERCENT = sql`case when contains(raw, '%') and regexp_matches(raw, '%[0-9A-Fa-f]{2}')
  then coalesce(try(url_decode(replace(raw, '%25', '%'))), raw) else raw end`;

/** SQL: entities of letters become their letters, those of all else a blank, since no word has such a character. */
const WITHOUT_ENTITIES = sql`case when contains(plain, '&') and regexp_matches(plain, '&#?[0-9A-Za-z]+;')
  then regexp_replace(
    replace(replace(replace(
      regexp_replace(${numericEntities()}, '&([A-Za-z])(acute|grave|circ|uml|tilde|cedil|ring|caron|slash|ogon);', '\1', 'g'),
      '&szlig;', 'ss'), '&aelig;', 'ae'), '&oelig;', 'oe'),
    '&[A-Za-z]{2,8};', ' ', 'g')
  else plain end`;

/** SQL: `&#64;` and `&#x40;` as their characters. */
function numericEntities(): Sql {
  const decimal = sql`try(chr(try_cast(part[3:-2] as integer)))`;
  const hexadecimal = sql`try(chr(try_cast('0x' || part[4:-2] as integer)))`;
  return sql`case when not contains(plain, '&#') then plain else list_aggregate(list_transform(
      regexp_extract_all(plain, '(?s)&#[0-9]{2,7};|&#[xX][0-9a-fA-F]{1,6};|&|[^&]+'),
      lambda part: case
        when regexp_full_match(part, '&#[0-9]+;') then coalesce(${decimal}, ' ')
        when regexp_full_match(part, '&#[xX][0-9a-fA-F]+;') then coalesce(${hexadecimal}, ' ')
        else part end), 'string_agg', '') end`;
}

const WITHOUT_TAG = sql`case when contains(plain, '+') and contains(plain, '@')
  then regexp_replace(plain, '\+[^\s@<>"'']*@', '@', 'g') else plain end`;

/** SQL: a list of the words of a text, and of each two in a row. The list is made once, so the cost is linear. */
export function wordsAndPairs(relation: Sql): Sql {
  return sql`(
    select * exclude (list), case when len(list) = 1 then list else list_concat(list,
      list_transform(list_zip(list[:-2], list[2:]), lambda pair: pair[1] || ' ' || pair[2])) end as tokens
    from (select *, string_split(words, ' ') as list from ${relation}))`;
}

/**
 * SQL: whether a text has letters of a script in which no blanks stand around a name: Chinese, Japanese and Thai write none,
 * and Korean joins particles to it. Such a text is also searched inside its words.
 */
export function isUnspaced(text: Sql): Sql {
  return sql`(strlen(${text}) > length(${text})
    and regexp_matches(${text}, '[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]'))`;
}
