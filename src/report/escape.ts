/** Text that can stand in Markdown: a code span, a fenced block or words of our own. */
export type Markdown = string & { readonly markdown: unique symbol };

/** Control, bidirectional and zero-width characters, which can hide or reorder what stands beside them; halves of pairs. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\u034f/gu;

/** The same text with every invisible character spelled as `\u202e`. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}

/**
 * Text of strangers for a terminal. In the log of a GitHub job nothing in it is a command: the runner takes `##[name]`
 * anywhere for one, and `::name` where a line begins.
 */
export function terminalText(text: string): string {
  return visible(text)
    .replaceAll('##[', '##\u200b[')
    .replace(/^\s*::/, (start) => `${start.slice(0, -1)}\u200b:`);
}

/** As {@link terminalText}, but lines stay, and a tab is a space: a caret below it still points at its place. */
export function terminalLines(text: string): string {
  return text.replaceAll('\t', ' ').split(/\r?\n/).map(terminalText).join('\n');
}

/** Text of strangers as a code span: nothing in it is a mention, link, image, HTML or an end of the span. */
export function codeSpan(text: string): Markdown {
  const shown = visible(text);
  if (shown.trim() === '') return '`(empty)`' as Markdown;
  const longest = Math.max(0, ...Array.from(shown.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = /^[` ]|[` ]$/.test(shown) ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}` as Markdown;
}

/** A code span for a cell of a table: GFM takes a `|` for the end of the cell also inside a span. */
export function codeCell(text: string): Markdown {
  return codeSpan(text).replaceAll('|', '\\|') as Markdown;
}

/** Words of our own, with code spans in them. */
export function markdown(strings: TemplateStringsArray, ...spans: readonly (Markdown | number)[]): Markdown {
  return String.raw({ raw: strings }, ...spans) as Markdown;
}

const LONGEST_LABEL = 60;

/** A Mermaid label: every character beyond letters, digits and a few signs as its code, at most 60 of them. */
export function mermaidLabel(text: string): string {
  const characters = [...visible(text)];
  const cut = characters.length > LONGEST_LABEL ? [...characters.slice(0, LONGEST_LABEL - 1), '…'] : characters;
  return cut
    .map((character) => (/[A-Za-z0-9_.\- ]/.test(character) ? character : `#${character.codePointAt(0)};`))
    .join('');
}

/** SARIF 2.1.0, 3.11.6: brackets in a message are a link unless a backslash stands before them. */
export function sarifText(text: string): string {
  return text
    .split('\n')
    .map(visible)
    .join('\n')
    .replace(/[\\[\]]/g, '\\$&');
}

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Content of an XML 1.0 element, which has no way to write most control characters; lines stay. */
export function xmlText(text: string): string {
  return text
    .split('\n')
    .map(visible)
    .join('\n')
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** The value of an XML attribute, whose line ends a parser would take for spaces. */
export function xmlAttribute(text: string): string {
  return xmlText(text).replaceAll('\n', '&#10;');
}
