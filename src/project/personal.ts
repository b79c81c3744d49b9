import { sameName } from '../name.ts';
import { asMapping } from './mapping.ts';
import type { Columns, Meta } from './node.ts';

/** How a team marks what is personal, beside a tag `pii` and `meta: {pii: true}`, which always count. */
export interface PersonalMarks {
  /** Tags; `*` stands for any text: `pii:*`. */
  readonly tags: readonly string[];
  /** Keys of `meta`, and below them the values that mark: texts, lists of texts, `true` for any but a no, or mappings. */
  readonly meta: Meta;
  /** Path of a list of personal columns below the project folder. */
  readonly columns?: string | undefined;
}

/** Whether tags and meta mark something as personal. */
export type IsPersonal = (tags: readonly string[], meta: Meta) => boolean;

/** The marks of the article that Fenceline comes from. */
export const NO_OTHER_MARKS: PersonalMarks = { tags: [], meta: {} };

const ALWAYS: PersonalMarks = { tags: ['pii'], meta: { pii: true } };

/** Any value of a marking key but a no marks: `pii: "true"` and a tag `PII` are meant. */
export function readsMarks(marks: PersonalMarks): IsPersonal {
  const tags = [...ALWAYS.tags, ...marks.tags].map(pattern);
  const metas = [ALWAYS.meta, marks.meta];
  return (written, meta) =>
    written.some((tag) => tags.some((mark) => mark.test(tag.trim()))) || metas.some((marking) => holds(meta, marking));
}

/** Whether a value has one of the keys of a mapping of marks, with a value that marks. */
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

/** Marks of `before` that no longer mark by `after`, by where they are written: `tags`, `meta.masking_policy`. */
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

/** Whether marks hold for whatever one mark below a path holds for. */
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

/** A text with `*` for any text, without regard to case. */
function pattern(glob: string): RegExp {
  const parts = glob
    .trim()
    .split('*')
    .map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'is');
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
