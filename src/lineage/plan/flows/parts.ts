import type { State } from '../../flow.ts';
import type { Part, Share } from '../../share.ts';
import type { Expression } from '../read/expression.ts';
import { constantOf, words } from './function-kinds.ts';
import { weaker } from './rank.ts';

/**
 * The longest piece of a text, in characters, that counts as a part of it: many whole names are not longer than that.
 */
const LONGEST_PART = 4;

/** Functions that measure a text or a list. */
const MEASURES: ReadonlySet<string> = new Set(
  words('bit_length char_length character_length length length_grapheme octet_length strlen'),
);

/** Functions that give the number of a text's first character. */
const FIRST_LETTERS: ReadonlySet<string> = new Set(words('ascii ord unicode'));

/** Names of parts of a date. Each is also a function that gives this part. */
const UNITS: ReadonlySet<string> = new Set(
  words(`century day dayname dayofmonth dayofweek dayofyear decade era hour isodow isoyear microsecond millennium
     millisecond minute month monthname nanosecond quarter second week weekday weekofyear year yearweek`),
);

/** Functions that truncate a date to a unit. A date that is truncated to the day is still whole. */
const TRUNCATIONS: ReadonlySet<string> = new Set(words('date_trunc datetrunc'));
const LONG_UNITS: ReadonlySet<string> = new Set(
  words(`century centuries cent decade decades dec millennium millenniums millennia mil mon month months mons quarter
     quarters week weeks w year years y yr yrs`),
);

/**
 * Functions that give one part of a date for the name of the part; for a list of names they give several parts, which
 * may be the whole date.
 */
const DATE_PARTS: ReadonlySet<string> = new Set(words('date_part datepart'));

/**
 * Functions that take a number of characters from an end of a text; a negative number takes all characters but so many.
 */
const ENDS: ReadonlySet<string> = new Set(words('left left_grapheme right right_grapheme'));
/** Functions that cut a piece out of a text, by its start and its length. */
const SUBSTRINGS: ReadonlySet<string> = new Set(words('substr substring substring_grapheme'));

/** The part of a value that a scalar function gives; `undefined` if that may be the whole value. */
export function partOf(name: string, children: readonly Expression[]): Part | undefined {
  const constants = children.map(constantOf);
  const [first, second, third] = constants;
  const isUnit = (units: ReadonlySet<string>): boolean => typeof first === 'string' && units.has(first.toLowerCase());
  const piece: Part = `text ${name} ${constants.join(' ')}`;
  if (MEASURES.has(name)) return 'measure';
  if (FIRST_LETTERS.has(name)) return 'text first';
  if (UNITS.has(name)) return `date ${name}`;
  if (DATE_PARTS.has(name)) return isUnit(UNITS) ? `date ${String(first).toLowerCase()}` : undefined;
  if (TRUNCATIONS.has(name)) return isUnit(LONG_UNITS) ? `date until ${String(first).toLowerCase()}` : undefined;
  if (ENDS.has(name)) return isShort(second) && second >= 0 ? piece : undefined;
  if (SUBSTRINGS.has(name)) return isShort(third) && second !== undefined ? piece : undefined;
  if (EXTRACTS.has(name)) return isOfText(children[0]) && second !== undefined ? piece : undefined;
  if (name === 'regexp_extract') {
    return typeof second === 'string' && leavesOut(second, third ?? 0) ? piece : undefined;
  }
  return name === 'array_slice' && isShortSlice(children) ? piece : undefined;
}

/** The state (`clear`, `partial`, …) of a value after a function, and the part that is left, if it is not the whole. */
interface Left {
  readonly state: State;
  readonly part?: Share;
}

/**
 * State and part of a value after a function takes a part of it. A part of a size still shows the size, and a part of
 * varying pieces still shows the text.
 */
export function takePart({ state, part: before }: Left, part: Part): Left {
  if (before === 'size') return { state, part: before };
  // Any part of varying pieces, such as the code of each letter, still shows the text. One piece at a fixed place of
  // their list does not.
  if (before === 'pieces' && !part.startsWith('text array') && !part.startsWith('text list')) {
    return { state, part: before };
  }
  return { state: weaker(state, 'partial'), part: state === 'partial' ? (before ?? part) : part };
}

/**
 * Whether a function gives a different piece of a text in each row, or a list of all its pieces: together they are the
 * whole text.
 */
export function givesVaryingPieces(name: string, children: readonly Expression[]): boolean {
  const isVarying = children[1] !== undefined && constantOf(children[1]) === undefined;
  return (
    SPLITS.has(name) || (isVarying && (SUBSTRINGS.has(name) || name === 'array_extract' || name === 'array_slice'))
  );
}

function isShort(length: string | number | undefined): length is number {
  return typeof length === 'number' && Math.abs(length) <= LONGEST_PART;
}

/**
 * Whether a slice is a few characters of a text. A slice of a list does not count, since its elements are whole values.
 */
function isShortSlice([text, begin, end]: readonly Expression[]): boolean {
  const from = begin && constantOf(begin);
  const to = end && constantOf(end);
  if (text?.valueType !== 'VARCHAR' || typeof from !== 'number' || typeof to !== 'number') return false;
  return from * to > 0 && to - from < LONGEST_PART;
}

const EXTRACTS: ReadonlySet<string> = new Set(words('array_extract list_element list_extract'));

const SPLITS: ReadonlySet<string> = new Set(
  words('regexp_split_to_array split str_split str_split_regex string_split string_split_regex string_to_array'),
);

/** Whether an element of an expression is a letter or a piece of a text. An element of another list is a whole value. */
function isOfText(expression: Expression | undefined): boolean {
  return expression?.valueType === 'VARCHAR' || isSplit(expression);
}

/**
 * Whether an expression cuts a text into pieces, each of which is a part of it. DuckDB's `split_part` is a macro over
 * such a function.
 */
function isSplit(expression: Expression | undefined): boolean {
  return expression?.type === 'BOUND_FUNCTION' && SPLITS.has(expression.name);
}

/** Whether a pattern requires a character outside of its only group, so that the group never has the whole text. */
function leavesOut(pattern: string, group: string | number): boolean {
  const plain = pattern.replaceAll(/\[[^\]\\]*\]/g, '.');
  const [, before = '', after = ''] = /^([^()|[\]{}]*)\((?!\?)(?:[^()\\]|\\.)*\)([^()|[\]{}]*)$/.exec(plain) ?? [];
  const outside = `${before} ${after}`.match(/(\\.|[^\\\s^$])[?*+]?/g) ?? [];
  return group === 1 && outside.some((piece) => /^(\\\W|[^\\.])\+?$/.test(piece));
}
