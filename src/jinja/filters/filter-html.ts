import { jsonText } from '../python/json-text.ts';
import { checkTextLength } from '../python/text.ts';
import { wordsOf } from '../python/whitespace.ts';
import { integerArgument, textArgument } from '../values/arguments.ts';
import { entriesOf } from '../values/container-methods.ts';
import { isIterable, iterate } from '../values/iterate.ts';
import { mappingEntries } from '../values/mapping-entries.ts';
import { printValue, reprValue } from '../values/print-value.ts';
import { PythonError } from '../values/python-error.ts';
import { isTruthy, Undefined, type Value } from '../values/value.ts';
import { filter } from './filter.ts';
import { escapeHtml, unescapeHtml } from './html-entities.ts';
import { urlize } from './urlize.ts';

export const ESCAPE = filter('', (input) => escapeHtml(printValue(input)));

/** The filter `safe`: in Jinja it marks a text that needs no escaping. Without autoescaping it changes nothing. */
export const SAFE = filter('', (input) => printValue(input));

export const STRIPTAGS = filter('', (input) => unescapeHtml(wordsOf(withoutTags(printValue(input))).join(' ')));

/**
 * The filter `tojson` (Jinja: htmlsafe_json_dumps): keys are sorted, and characters that could end a script element
 * escaped.
 */
export const TOJSON = filter('indent?', (input, [indent = null], { meter }) => {
  const step =
    indent === null ? undefined : typeof indent === 'string' ? indent : ' '.repeat(Math.max(0, indentOf(indent)));
  const text = jsonText(input, { sortsKeys: true, indent: step });
  meter.work(text.length);
  return text.replace(/[<>&']/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
});

export const URLENCODE = filter('', (input) => {
  if (typeof input === 'string' || !isIterable(input)) return quoteUrl(printValue(input)).replaceAll('%2F', '/');
  return entriesOf(input)
    .map(([key, value]) => `${quoteQuery(printValue(key))}=${quoteQuery(printValue(value))}`)
    .join('&');
});

export const URLIZE = filter(
  'trim_url_limit? nofollow? target? rel? extra_schemes?',
  (input, [limit = null, nofollow = false, target = null, rel = null, schemes = null]) => {
    const relations = new Set(rel === null ? [] : wordsOf(textArgument(rel)));
    if (isTruthy(nofollow)) relations.add('nofollow');
    relations.add('noopener');
    return urlize(escapeHtml(printValue(input)), {
      limit: limit === null ? undefined : integerArgument(limit),
      rel: escapeHtml([...relations].sort().join(' ')),
      target: target === null ? '' : escapeHtml(textArgument(target)),
      schemes: schemes === null ? [] : iterate(schemes).map(schemeOf),
    });
  },
);

export const XMLATTR = filter('autospace?', (input, [autospace = true]) => {
  const attributes: string[] = [];
  for (const [key, value] of mappingEntries(input)) {
    if (value === null || value instanceof Undefined) continue;
    const name = textArgument(key);
    if (/[ \t\n\r\f\v/>=]/.test(name)) {
      throw new PythonError('ValueError', `Invalid character in attribute name: ${reprValue(name)}`);
    }
    attributes.push(`${escapeHtml(name)}="${escapeHtml(printValue(value))}"`);
  }
  return (isTruthy(autospace) && attributes.length > 0 ? ' ' : '') + attributes.join(' ');
});

/** Removes tags and comments of HTML. One that is not closed stays as text. */
function withoutTags(text: string): string {
  let kept = '';
  let position = 0;
  for (let start = text.indexOf('<'); start !== -1; start = text.indexOf('<', position)) {
    const isComment = text.startsWith('<!--', start);
    const end = isComment ? text.indexOf('-->', start + 4) : text.indexOf('>', start);
    if (end === -1) break;
    kept += text.slice(position, start);
    position = end + (isComment ? 3 : 1);
  }
  return kept + text.slice(position);
}

function indentOf(value: Value): number {
  const indent = integerArgument(value);
  checkTextLength(indent);
  return indent;
}

/** Percent-encodes a text (Python: urllib.parse.quote with `safe=''`). */
function quoteUrl(text: string): string {
  if (/\p{Cs}/u.test(text)) throw new PythonError('ValueError', 'a text with half a character has no place in a URL');
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function quoteQuery(text: string): string {
  return quoteUrl(text).replaceAll('%20', '+');
}

function schemeOf(value: Value): string {
  const scheme = textArgument(value);
  if (/^[\p{L}\p{N}_.+-]{2,}:\/{0,2}$/u.test(scheme)) return scheme;
  throw new PythonError('FilterArgumentError', `${reprValue(scheme)} is not a valid URI scheme prefix.`);
}
