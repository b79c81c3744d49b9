import { characters } from '../python/text.ts';
import { SPACE } from '../python/whitespace.ts';

export interface LinkOptions {
  /** Characters of the longest address that is shown whole. */
  readonly limit: number | undefined;
  /** Values of the attributes `rel` and `target`, escaped. Empty: the link has no such attribute. */
  readonly rel: string;
  readonly target: string;
  /** Further schemes that make a link, such as `tel:`. */
  readonly schemes: readonly string[];
}

const DOMAIN_CHARACTER = '[\\p{L}\\p{N}_%-]';

/** Jinja's rule for an address: with a scheme or `www.`, or a bare name in one of a few old domains. */
const ADDRESS = new RegExp(
  [
    '^(?:',
    `(?:https?://|www\\.)(?:${DOMAIN_CHARACTER}+\\.)*(?:[a-z]{2,63}|xn--[\\p{L}\\p{N}_%]{2,59})`,
    `|(?:${DOMAIN_CHARACTER}{2,63}\\.)+(?:com|net|int|edu|gov|org|info|mil)`,
    '|https?://(?:\\p{Nd}{1,3}(?:\\.\\p{Nd}{1,3}){3}|\\[(?:[\\p{Nd}a-f]{0,4}:){2}(?:[\\p{Nd}a-f]{0,4}:?){1,6}\\])',
    `)(?::\\p{Nd}{1,5})?(?:[/?#][^${SPACE}]*)?$`,
  ].join(''),
  'iu',
);

const BRACKETS = [
  ['(', ')'],
  ['<', '>'],
  ['&lt;', '&gt;'],
] as const;

/** Escapes a text and makes links of its addresses (Jinja: urlize). */
export function urlize(text: string, options: LinkOptions): string {
  const words = text.split(new RegExp(`([${SPACE}]+)`));
  return words.map((word) => linkWord(word, options)).join('');
}

function linkWord(word: string, options: LinkOptions): string {
  const [head = ''] = /^(?:[(<]|&lt;)*/.exec(word) ?? [];
  const rest = word.slice(head.length);
  const end = endOfAddress(rest);
  const [address, tail] = balanceBrackets(rest.slice(0, end), rest.slice(end));
  return head + link(address, options) + tail;
}

/**
 * Offset at which the address in a word ends: closing brackets, commas and full stops behind it do not belong to it.
 */
function endOfAddress(text: string): number {
  let end = text.length;
  for (;;) {
    if (end > 0 && ')>.,'.includes(text.charAt(end - 1))) end--;
    else if (text.endsWith('&gt;', end)) end -= 4;
    else return end;
  }
}

/** Moves a closing bracket from `tail` back to the address that has the opening one. */
function balanceBrackets(address: string, tail: string): readonly [string, string] {
  let inside = address;
  let outside = tail;
  for (const [open, close] of BRACKETS) {
    const opened = countOf(inside, open);
    if (opened <= countOf(inside, close)) continue;
    let taken = 0;
    for (let index = 0; index < opened; index++) {
      const at = outside.indexOf(close, taken);
      if (at === -1) break;
      taken = at + close.length;
    }
    inside += outside.slice(0, taken);
    outside = outside.slice(taken);
  }
  return [inside, outside];
}

function countOf(text: string, part: string): number {
  return text.split(part).length - 1;
}

function link(address: string, options: LinkOptions): string {
  if (ADDRESS.test(address)) {
    const href = /^https?:\/\//.test(address) ? address : `https://${address}`;
    return `<a href="${href}"${attributes(options)}>${shortened(address, options.limit)}</a>`;
  }
  const mail = address.startsWith('mailto:') ? address.slice('mailto:'.length) : undefined;
  if (mail !== undefined && isMail(mail)) return `<a href="${address}">${mail}</a>`;
  const isBareMail = !/^(?:www\.|@)/.test(address) && !address.includes(':') && isMail(address);
  if (isBareMail) return `<a href="mailto:${address}">${address}</a>`;
  return options.schemes.reduce(
    (text, scheme) =>
      text !== scheme && text.startsWith(scheme) ? `<a href="${text}"${attributes(options)}>${text}</a>` : text,
    address,
  );
}

function attributes({ rel, target }: LinkOptions): string {
  return (rel === '' ? '' : ` rel="${rel}"`) + (target === '' ? '' : ` target="${target}"`);
}

function shortened(address: string, limit: number | undefined): string {
  if (limit === undefined) return address;
  const all = characters(address);
  return all.length > limit ? `${all.slice(0, limit).join('')}...` : address;
}

/** Whether it is `name@domain.tld`. Part by part, since one expression for all takes quadratic time on a hostile text. */
function isMail(text: string): boolean {
  const at = text.lastIndexOf('@');
  const dot = text.lastIndexOf('.');
  if (at < 1 || dot < at + 2) return false;
  const isDomain = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(text.slice(at + 1, dot));
  return isDomain && /^[\p{L}\p{N}_]+$/u.test(text.slice(dot + 1));
}
