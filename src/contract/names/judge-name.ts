import { NAME_WORDS, type NameWords, OTHER_THINGS, PEOPLE, THINGS } from './name-words.ts';

/** A column that its name makes personal. */
export interface NamedColumn {
  readonly piiType: string;
  readonly form: NameWords['form'];
  /** `certain`: the name alone says so. `likely`: the table or its other columns are about people. */
  readonly confidence: 'certain' | 'likely';
}

interface Entry {
  readonly words: string;
  readonly kind: NameWords;
  readonly where: 'anywhere' | 'ofPeople';
}

/** All entries, those of most letters first. */
const ENTRIES: readonly Entry[] = NAME_WORDS.flatMap((kind) =>
  (['anywhere', 'ofPeople'] as const).flatMap((where) =>
    (kind[where] ?? '')
      .split(',')
      .map((words) => words.trim())
      .filter((words) => words !== '')
      .map((words) => ({ words, kind, where })),
  ),
).sort((a, b) => b.words.length - a.words.length);

/**
 * Whether a column holds personal values, by its name, its type and what is around it; `undefined` where the name says
 * nothing, or another thing about such a value: `email_verified`, `phone_count`.
 * @param column its name and its type as `DESCRIBE` spells it
 * @param table name of its table
 * @param neighbours names of the other columns
 */
export function judgeName(
  column: { readonly name: string; readonly type: string },
  table: string,
  neighbours: readonly string[],
): NamedColumn | undefined {
  const written = ` ${wordsOf(column.name).join(' ')} `;
  // `phone2` is a phone where no entry has the number itself, as `address2` has.
  const [text, found] = entryIn(written) ?? entryIn(written.replace(/(\p{L})\d+ /gu, '$1 ')) ?? [];
  if (!found || text === undefined) return undefined;
  const others = text.replace(` ${found.words} `, ' ').trim().split(' ');
  if (others.some((word) => OTHER_THINGS.has(word))) return undefined;
  if (!couldHold(found.kind.piiType, column.type)) return undefined;
  const { piiType, form } = found.kind;
  if (found.where === 'anywhere') return { piiType, form, confidence: 'certain' };
  const around = wordsOf(table);
  if (around.some((word) => THINGS.has(word)) || others.some((word) => THINGS.has(word))) return undefined;
  const isOfPeople = around.some((word) => PEOPLE.has(word)) || others.some((word) => PEOPLE.has(word));
  return isOfPeople || hasPeople(neighbours) ? { piiType, form, confidence: 'likely' } : undefined;
}

/**
 * The entry in a text that ends last, and the text; the longest of several. What a name is about comes last in it: an
 * author's address in `comment_author_email`. `undefined` if the text has no entry.
 */
function entryIn(text: string): readonly [text: string, found: Entry] | undefined {
  const ends = ENTRIES.map((entry) => ({ entry, from: text.lastIndexOf(` ${entry.words} `) }))
    .filter(({ from }) => from >= 0)
    .map(({ entry, from }) => ({ entry, end: from + entry.words.length }));
  const last = Math.max(...ends.map(({ end }) => end));
  const found = ends.find(({ end }) => end === last)?.entry;
  return found && [text, found];
}

/** Whether two or more columns are personal whatever the table is. */
function hasPeople(neighbours: readonly string[]): boolean {
  const certain = neighbours.filter((name) => {
    const text = ` ${wordsOf(name).join(' ')} `;
    return ENTRIES.some(({ where, words }) => where === 'anywhere' && text.includes(` ${words} `));
  });
  return certain.length >= 2;
}

/** Whether a type can hold such values: no truth values, times of day or intervals, and no number as a name. */
function couldHold(piiType: string, type: string): boolean {
  if (/^(BOOLEAN|TIME|INTERVAL)/.test(type) && !type.startsWith('TIMESTAMP')) return false;
  const isText = /^(VARCHAR|UUID|JSON|VARIANT|UNKNOWN)|^ENUM|[([]/.test(type) && !type.startsWith('DECIMAL');
  switch (piiType) {
    case 'birth_date':
      return isText || /^(DATE|TIMESTAMP)|INT/.test(type);
    case 'phone':
    case 'national_id':
    case 'iban':
    case 'payment_card':
    case 'device_id':
      return isText || /INT|^DECIMAL/.test(type);
    case 'location':
    case 'sensitive':
      return true;
    default:
      return isText;
  }
}

/** The words of a name in snake, kebab or camel case: in lower case, without accents. */
function wordsOf(name: string): readonly string[] {
  return name
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/ı/g, 'i')
    .replace(/ł/g, 'l')
    .replace(/ø/g, 'o')
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}
