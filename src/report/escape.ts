import { visible } from '../visible.ts';

/** Escaped Markdown: a code span, a fenced block or words of our own. */
export type Markdown = string & { readonly markdown: unique symbol };

/**
 * Text of strangers for a terminal. It is no command in the log of a GitHub job either, where the runner takes `##[name]`
 * anywhere for a command, and `::name` at the start of a line.
 */
export function terminalText(text: string): string {
  return visible(text)
    .replaceAll('##[', '##\u200b[')
    .replace(/^\s*::/, (start) => `${start.slice(0, -1)}\u200b:`);
}

/** {@link terminalText} of each line. A tab becomes a space, so that a caret in the next line points at the same place. */
export function terminalLines(text: string): string {
  return text.replaceAll('\t', ' ').split(/\r?\n/).map(terminalText).join('\n');
}

/** Text of strangers as a code span, which nothing in it can end; it holds no mention, link, image or HTML. */
export function codeSpan(text: string): Markdown {
  const shown = visible(text);
  if (shown.trim() === '') return '`(empty)`' as Markdown;
  const longest = Math.max(0, ...Array.from(shown.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = /^[` ]|[` ]$/.test(shown) ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}` as Markdown;
}

/** A code span for a cell of a table: in GFM a `|` ends the cell, also inside a span. */
export function codeCell(text: string): Markdown {
  return codeSpan(text).replaceAll('|', '\\|') as Markdown;
}

/** Lines as a fenced block, which no line can end. The lines hold no control characters. */
export function fencedBlock(language: string, lines: readonly string[]): Markdown {
  const text = lines.join('\n');
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}${language}\n${text}\n${fence}` as Markdown;
}

/** Markdown from words of our own with escaped parts in them. */
export function markdown(strings: TemplateStringsArray, ...spans: readonly (Markdown | number)[]): Markdown {
  return String.raw({ raw: strings }, ...spans) as Markdown;
}

const LONGEST_LABEL = 60;

/** A Mermaid label, cut to `longest` characters; all but letters, digits and a few signs are written as codes. */
export function mermaidLabel(text: string, longest = LONGEST_LABEL): string {
  return [...cutText(visible(text), longest)]
    .map((character) => (/[A-Za-z0-9_.\- ]/.test(character) ? character : `#${character.codePointAt(0)};`))
    .join('');
}

/** A text, cut to `longest` characters: where it is longer, `…` takes the place of the rest. */
export function cutText(text: string, longest: number): string {
  const characters = [...text];
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : text;
}

/** A name, cut to `longest` characters: where it is longer, `…` takes the place of its middle, since names often differ at their ends. */
export function cutName(name: string, longest: number): string {
  const characters = [...name];
  if (characters.length <= longest) return name;
  const end = Math.floor(longest / 2) - 1;
  return `${characters.slice(0, longest - end - 1).join('')}…${characters.slice(-end).join('')}`;
}

/** Text of a SARIF message, in which brackets without a backslash would be a link (SARIF 2.1.0, 3.11.6). */
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

/** Content of an XML element with its lines. XML 1.0 cannot hold most control characters, so they are spelled. */
export function xmlText(text: string): string {
  return text
    .split('\n')
    .map(visible)
    .join('\n')
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Value of an XML attribute; line ends are written as codes, since a parser would read them as spaces. */
export function xmlAttribute(text: string): string {
  return xmlText(text).replaceAll('\n', '&#10;');
}
