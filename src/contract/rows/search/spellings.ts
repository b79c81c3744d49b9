import { joinSql, literal, type Sql, sql } from '../../../sql.ts';
import { isUnspaced } from './fold-text.ts';

/**
 * The way in which a spelling counts as found.
 * - `telling`: anywhere in a cell, also glued to other letters. Nobody else has such a value by coincidence.
 * - `exact`: as words of their own. A digest or another encoding, which has no other meaning.
 * - `name`: as words of their own, in any case; a person's name in several words.
 * - `word`: as the whole cell, or inside a text as it is written.
 * - `unspaced`: anywhere, since the script has no blanks between words.
 */
interface Spelling {
  /** SQL: whether a value has this spelling. */
  readonly when: Sql;
  /** SQL: the words of the spelling. */
  readonly words: Sql;
  /** SQL: the text of one of the rules. */
  readonly rule: Sql;
}

/** Encodings that occur in the cells: the others are not tried, since they cost the most. */
export interface Encodings {
  readonly digests: boolean;
  /** Hexadecimal digits and Base64. */
  readonly codes: boolean;
}

/** A longer value is searched for by its beginning: 200 characters lie in one piece of a cell, wherever it is cut. */
export const LONGEST = 200;

/** SQL: a number alone is telling only with so many digits that no other number has them. */
const RULE = sql`case
  when (contains(raw, '@') and size >= 6) or size > 24 then 'telling'
  when regexp_full_match(words, '[0-9]+') then case when size >= 16 then 'telling' else 'word' end
  when size >= 8 and regexp_matches(words, '[0-9]') then 'telling'
  when ${isUnspaced(sql`words`)} then 'unspaced'
  when contains(words, ' ') then 'name'
  else 'word' end`;

const GLUED = sql`replace(words, ' ', '')`;
const IS_SPACED = sql`contains(words, ' ')`;

/** German and Nordic letters as two: `Mueller`. */
const UMLAUTS = sql`strip_accents(replace(replace(replace(replace(replace(replace(lower(raw),
  'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'å', 'aa'), 'ø', 'oe'), 'ß', 'ss'))`;

const ROT13 = sql`translate(words, 'abcdefghijklmnopqrstuvwxyz', 'nopqrstuvwxyzabcdefghijklm')`;

/**
 * SQL: whether a value may stand inside of a longer word of some cell, as far as its first and last six letters say. Only then is
 * it searched without the ends of words.
 */
const IS_PERHAPS_GLUED = sql`(
  split_part(words, ' ', 1) in (select word from fenceline_wanted)
  or split_part(words, ' ', 2) in (select word from fenceline_wanted)
  or left(split_part(words, ' ', 1), 6) in (select gram from fenceline_wanted_grams)
  or left(split_part(words, ' ', -1), 6) in (select gram from fenceline_wanted_grams))`;

/**
 * SQL: the spellings of the values in a relation with the columns `id`, `pii`, `uses`, `raw`, `words` and `size` (letters
 * and digits): a row each with the spelling's own `words`, and its `rule`. A stranger tries all of these first, so they
 * are the value. Spellings whose words are in no cell are left out: `fenceline_wanted` holds those.
 */
export function spellings(relation: Sql, encodings: Encodings): Sql {
  const all: readonly Spelling[] = [
    ...PLAIN,
    ...NAMES,
    ...BLOCKS,
    ...BACKWARDS,
    ...(encodings.codes ? CODES : []),
    ...(encodings.digests ? DIGESTS : []),
  ];
  const spelt = ({ when, words, rule }: Spelling) =>
    sql`(select id, pii, uses, raw, ${words} as words, ${rule} as rule from ${relation} where ${when})`;
  const ofWords = all.map(
    (spelling) => sql`from ${spelt(spelling)} as spelt semi join fenceline_wanted on word = split_part(words, ' ', -1)`,
  );
  const others = [...PLAIN, ...BLOCKS].map(
    (spelling) => sql`from ${spelt(spelling)} where rule = 'unspaced' or (rule = 'telling' and ${IS_PERHAPS_GLUED})`,
  );
  return sql`(${joinSql([...ofWords, ...others], sql` union `)})`;
}

/** SQL: letters, digits and single blanks of a text in lower case. The text has no accents. */
function wordsOf(text: Sql): Sql {
  return sql`trim(regexp_replace(lower(${text}), '[^\p{L}\p{N}]+', ' ', 'g'))`;
}

const PLAIN: readonly Spelling[] = [
  { when: sql`true`, words: sql`words`, rule: RULE },
  {
    when: sql`strlen(raw) > length(raw) and regexp_matches(lower(raw), '[äöüåøß]')`,
    words: wordsOf(UMLAUTS),
    rule: RULE,
  },
  // `ada at clinic dot test`
  {
    when: sql`size >= 6 and contains(raw, '@')`,
    words: wordsOf(sql`replace(replace(raw, '@', ' at '), '.', ' dot ')`),
    rule: sql`'exact'`,
  },
  { when: sql`${isUnspaced(sql`words`)} and ${IS_SPACED}`, words: GLUED, rule: sql`'unspaced'` },
];

const NAMES: readonly Spelling[] = nameSpellings();

/** A name of two to four words: in either order, glued, with initials, and without the middle names. */
function nameSpellings(): readonly Spelling[] {
  const isName = sql`${IS_SPACED} and size between 4 and 60 and regexp_full_match(words, '\p{L}+( \p{L}+){1,3}')`;
  const first = sql`split_part(words, ' ', 1)`;
  const last = sql`split_part(words, ' ', -1)`;
  const name = sql`'name'`;
  const word = sql`'word'`;
  const hasLast = sql`${isName} and length(${last}) >= 3`;
  const hasFirst = sql`${isName} and length(${first}) >= 3`;
  const initial = sql`left(words, 1)`;
  return [
    { when: isName, words: sql`substr(words, length(${first}) + 2) || ' ' || ${first}`, rule: name },
    { when: isName, words: sql`${last} || ' ' || left(words, length(words) - length(${last}) - 1)`, rule: name },
    { when: isName, words: sql`${first} || ' ' || ${last}`, rule: name },
    { when: isName, words: GLUED, rule: word },
    { when: isName, words: sql`${last} || ${first}`, rule: word },
    { when: isName, words: sql`${first} || ${last}`, rule: word },
    { when: hasLast, words: sql`${initial} || ' ' || ${last}`, rule: name },
    { when: hasLast, words: sql`${last} || ' ' || ${initial}`, rule: name },
    { when: hasLast, words: sql`${initial} || ${last}`, rule: word },
    { when: hasLast, words: sql`${last} || ${initial}`, rule: word },
    { when: hasFirst, words: sql`${first} || ' ' || left(${last}, 1)`, rule: name },
    { when: hasFirst, words: sql`${first} || left(${last}, 1)`, rule: word },
  ];
}

const BLOCKS: readonly Spelling[] = blockSpellings();

/** Numbers of 12 to 34 letters and digits, as accounts and cards have: in one piece, and in groups. */
function blockSpellings(): readonly Spelling[] {
  const when = sql`size between 12 and 34 and regexp_full_match(${GLUED}, '([a-z]{2}\d{2}[a-z0-9]{11,30}|\d{12,19})')`;
  const rule = sql`'telling'`;
  return [
    { when, words: GLUED, rule },
    { when, words: sql`trim(regexp_replace(${GLUED}, '(.{4})', '\1 ', 'g'))`, rule },
    {
      when: sql`size = 15 and ${when}`,
      words: sql`left(${GLUED}, 4) || ' ' || substr(${GLUED}, 5, 6) || ' ' || substr(${GLUED}, 11)`,
      rule,
    },
  ];
}

const IS_LONG = sql`size >= 6 and length(raw) < ${literal(LONGEST)}`;

/** Backwards and in ROT13. A single word backwards may be another word (`Nevaeh`), and a number another number. */
const BACKWARDS: readonly Spelling[] = [sql`reverse(words)`, ROT13].map((words) => ({
  when: sql`${IS_LONG} and words <> ${words} and not regexp_full_match(words, '[0-9]+')`,
  words,
  rule: sql`case when ${IS_SPACED} then 'exact' else 'word' end`,
}));

const CODES: readonly Spelling[] = [sql`raw`, sql`lower(raw)`].flatMap((text) => [
  { when: IS_LONG, words: sql`lower(hex(encode(${text})))`, rule: sql`'exact'` },
  { when: IS_LONG, words: wordsOf(sql`base64(encode(${text}))`), rule: sql`'exact'` },
]);

const DIGITS = sql`regexp_replace(raw, '[^0-9]', '', 'g')`;

/** The unsalted digests that DuckDB can make, also of the digits of a number alone. */
const DIGESTS: readonly Spelling[] = [
  { when: sql`size >= 3`, text: sql`raw` },
  { when: sql`raw <> lower(raw)`, text: sql`lower(raw)` },
  { when: sql`size >= 6 and regexp_full_match(raw, '[+(]?[\d ()/.-]+')`, text: DIGITS },
].flatMap(({ when, text }) =>
  [sql`md5(${text})`, sql`sha1(${text})`, sql`sha256(${text})`].map((words) => ({ when, words, rule: sql`'exact'` })),
);
