import { PythonError } from '../values/python-error.ts';

const ESCAPES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&#39;',
  '"': '&#34;',
};

/** Escapes a text for HTML (MarkupSafe: escape). */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>'"]/g, (character) => ESCAPES[character] ?? character);
}

/** The names of U+00A0 to U+00FF. HTML reads them also without a semicolon. */
const LATIN =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro ' +
  'para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil ' +
  'Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave ' +
  'Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml ' +
  'igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute ' +
  'thorn yuml';

const WITHOUT_SEMICOLON: ReadonlyMap<string, string> = new Map([
  ...LATIN.split(' ').map((name, index) => [name, String.fromCodePoint(0xa0 + index)] as const),
  ...Object.entries({
    amp: '&',
    AMP: '&',
    lt: '<',
    LT: '<',
    gt: '>',
    GT: '>',
    quot: '"',
    QUOT: '"',
    COPY: '©',
    REG: '®',
  }),
]);

const WITH_SEMICOLON: ReadonlyMap<string, string> = new Map(
  Object.entries({
    apos: "'",
    bull: '•',
    euro: '€',
    hellip: '…',
    ldquo: '“',
    lsquo: '‘',
    mdash: '—',
    ndash: '–',
    rdquo: '”',
    rsquo: '’',
    trade: '™',
  }),
);

const REFERENCE = /&(?:#(?:(\d+)|[xX]([\da-fA-F]+));?|([^\t\n\f <&#;]{1,32};?))/g;

/**
 * Replaces HTML's references by their characters (Python: html.unescape).
 * @throws {PythonError} ValueError for a name that is not in this table: HTML may have it, and the text must not differ
 */
export function unescapeHtml(text: string): string {
  return text.replace(REFERENCE, (whole: string, decimal?: string, hex?: string, name = '') => {
    if (decimal !== undefined) return numberedReference(Number.parseInt(decimal, 10));
    return hex === undefined ? namedReference(whole, name) : numberedReference(Number.parseInt(hex, 16));
  });
}

function namedReference(whole: string, name: string): string {
  if (name.endsWith(';')) {
    const bare = name.slice(0, -1);
    const character = WITHOUT_SEMICOLON.get(bare) ?? WITH_SEMICOLON.get(bare);
    if (character !== undefined) return character;
    if (/^[A-Za-z][A-Za-z\d]*$/.test(bare)) {
      throw new PythonError(
        'ValueError',
        `striptags does not know '${whole}': write the character itself, or its number`,
      );
    }
  }
  for (let length = name.length; length > 1; length--) {
    const character = WITHOUT_SEMICOLON.get(name.slice(0, length));
    if (character !== undefined) return character + name.slice(length);
  }
  return whole;
}

/** The characters of the numbers 0x80 to 0x9f: HTML reads them as Windows' code page 1252. */
const WINDOWS = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

function numberedReference(code: number): string {
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return '\ufffd';
  if (code >= 0x80 && code <= 0x9f) return WINDOWS.charAt(code - 0x80);
  const isControl = code < 0x20 && !'\t\n\f\r'.includes(String.fromCodePoint(code));
  const isNoCharacter = (code & 0xfffe) === 0xfffe || (code >= 0xfdd0 && code <= 0xfdef);
  return isControl || isNoCharacter || code === 0x7f ? '' : String.fromCodePoint(code);
}
