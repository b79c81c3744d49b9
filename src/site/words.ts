import type { SiteHopKind, SiteState, SiteTier } from './site.ts';

/** What is left of a value, in a word of people. */
export const STATE_WORDS: { readonly [state in SiteTier['allow']]: string } = {
  clear: 'clear',
  partial: 'partly',
  pseudonymous: 'masked',
  aggregate: 'counted',
  none: 'nothing',
};

/** States from strong to weak. */
export const STATES: readonly SiteState[] = ['clear', 'partial', 'pseudonymous', 'aggregate'];

/** What a hop does with a value, or with the rows. */
export const KIND_WORDS: { readonly [kind in SiteHopKind]: string } = {
  IDENTITY: 'copied',
  TRANSFORMATION: 'computed',
  AGGREGATION: 'aggregated',
  JOIN: 'joins rows',
  GROUP_BY: 'groups rows',
  FILTER: 'filters rows',
  SORT: 'sorts rows',
  WINDOW: 'orders a window',
  CONDITIONAL: 'decides a condition',
  EQUALITY: 'compared with',
};

/** Whether the value itself travels by a hop of this kind. */
export function isValueHop(kind: SiteHopKind): boolean {
  return kind === 'IDENTITY' || kind === 'TRANSFORMATION' || kind === 'AGGREGATION';
}

/** Plain words for types of personal data, to begin a sentence. */
const PEOPLE_WORDS: ReadonlyMap<string, string> = new Map([
  ['email', 'E-mail addresses'],
  ['phone', 'Telephone numbers'],
  ['name', 'Names'],
  ['full_name', 'Names'],
  ['first_name', 'First names'],
  ['last_name', 'Last names'],
  ['username', 'User names'],
  ['birth_date', 'Birth dates'],
  ['date_of_birth', 'Birth dates'],
  ['address', 'Addresses'],
  ['ip_address', 'IP addresses'],
  ['iban', 'Bank account numbers'],
  ['payment_card', 'Payment card numbers'],
  ['national_id', 'National identity numbers'],
  ['free_text', 'Free texts'],
  ['pii', 'Personal values'],
]);

/** `E-mail addresses and names`: each type once, in the order given. */
export function peopleWords(types: readonly string[]): string {
  const words = [...new Set(types.map((type) => PEOPLE_WORDS.get(type.toLowerCase()) ?? `Values of type ${type}`))];
  return listed(words.map((word, index) => (index === 0 || /^IP/.test(word) ? word : lowerFirst(word))));
}

function lowerFirst(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
}

/** `a, b and c` */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** `1 model`, `2 models` */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
