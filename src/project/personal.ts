import { sameName } from '../name.ts';
import { starPattern } from '../star-pattern.ts';
import { asMapping } from './mapping.ts';
import type { Columns, Meta } from './node.ts';

/** The marks by which a team declares columns personal, beside the tag `pii` and `meta: {pii: true}`, which always count. */
export interface PersonalMarks {
  /** Tags; `*` stands for any text: `pii:*`. */
  readonly tags: readonly string[];
  /**
   * Keys of `meta`, and for each the values that mark: texts, lists of texts, mappings, or `true` for any value but a
   * no.
   */
  readonly meta: Meta;
  /** Path of a list of personal columns below the project folder. */
  readonly columns?: string | undefined;
}

/** Whether tags and meta mark something as personal. */
export type IsPersonal = (tags: readonly string[], meta: Meta) => boolean;

/** No marks beside those that always count. */
export const NO_OTHER_MARKS: PersonalMarks = { tags: [], meta: {} };

const ALWAYS: PersonalMarks = { tags: ['pii'], meta: { pii: true } };

/**
 * Makes the predicate of the marks. Case does not count (tag `PII`), and any value of `pii` but a no marks: `pii:
 * "true"`.
 */
export function readsMarks(marks: PersonalMarks): IsPersonal {
  const tags = [...ALWAYS.tags, ...marks.tags].map(pattern);
  const metas = [ALWAYS.meta, marks.meta];
  return (written, meta) =>
    written.some((tag) => tags.some((mark) => mark.test(tag.trim()))) || metas.some((marking) => holds(meta, marking));
}

/**
 * Whether a value matches a value that marks. A mapping matches if one of its keys is in the marks and that value
 * matches.
 */
function holds(value: unknown, marking: unknown): boolean {
  const marks = asMapping(marking);
  if (marks) {
    const values = asMapping(value);
    if (values) return [...marks].some(([key, mark]) => values.has(key) && holds(values.get(key), mark));
    return Array.isArray(value) && value.some((item) => holds(item, marking));
  }
  if (Array.isArray(marking)) return marking.some((mark) => holds(value, mark));
  if (Array.isArray(value)) return value.some((item) => holds(item, marking));
  if (marking === true || marking === '*') return !isNo(value);
  return pattern(String(marking)).test(String(value ?? '').trim());
}

/** Marks of `before` that have no effect under `after`, by their key in the configuration: `tags`, `meta.masking_policy`. */
export function lostMarks(before: PersonalMarks, after: PersonalMarks): ReadonlyMap<string, readonly string[]> {
  const lost = new Map<string, readonly string[]>();
  const note = (key: string, mark: string) => lost.set(key, [...(lost.get(key) ?? []), mark]);
  for (const tag of before.tags) {
    if (![...ALWAYS.tags, ...after.tags].some((other) => pattern(other).test(tag.trim()))) note('tags', tag);
  }
  for (const { path, mark } of leavesOf(before.meta, [])) {
    const isKept = [ALWAYS.meta, after.meta].some((marking) => covers(marking, path, mark));
    if (!isKept) note(['meta', ...path].join('.'), String(mark));
  }
  return lost;
}

interface Leaf {
  readonly path: readonly string[];
  readonly mark: unknown;
}

function leavesOf(marking: unknown, path: readonly string[]): readonly Leaf[] {
  const marks = asMapping(marking);
  if (marks) return [...marks].flatMap(([key, mark]) => leavesOf(mark, [...path, key]));
  return Array.isArray(marking) ? marking.flatMap((mark) => leavesOf(mark, path)) : [{ path, mark: marking }];
}

/** Whether the marks match all values that one mark below a path matches. */
function covers(marking: unknown, path: readonly string[], mark: unknown): boolean {
  const [key, ...rest] = path;
  const marks = asMapping(marking);
  if (marks) return key !== undefined && marks.has(key) && covers(marks.get(key), rest, mark);
  if (Array.isArray(marking)) return marking.some((one) => covers(one, path, mark));
  if (marking === true || marking === '*') return !isNo(mark);
  return key === undefined && mark !== true && pattern(String(marking)).test(String(mark).trim());
}

function isNo(value: unknown): boolean {
  return value === undefined || value === null || /^(false|no|off|0|)$/i.test(String(value).trim());
}

/** The regular expression of a text in which `*` stands for any text; case does not count. */
function pattern(glob: string): RegExp {
  return starPattern(glob.trim(), 'is');
}

/** Whether a column is marked as personal, by its own tags or those of the whole table. */
export function isPersonalColumn(
  { tags, meta, columns }: { readonly tags: readonly string[]; readonly meta: Meta; readonly columns: Columns },
  name: string,
  isPersonal: IsPersonal,
): boolean {
  const column = [...columns.values()].find((candidate) => sameName(candidate.name, name));
  return isPersonal(tags, meta) || (column !== undefined && isPersonal(column.tags, column.meta));
}
