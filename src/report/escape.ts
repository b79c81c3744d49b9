/** Text that can stand in Markdown: a code span, a fenced block or words of our own. */
export type Markdown = string & { readonly markdown: unique symbol };

/** Control, bidirectional and zero-width characters, which can hide or reorder what stands beside them. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\u034f/gu;

/** The same text with every invisible character spelled as `\u202e`. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
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
  const characters = [...text];
  const cut = characters.length > LONGEST_LABEL ? [...characters.slice(0, LONGEST_LABEL - 1), '…'] : characters;
  return cut
    .map((character) => (/[A-Za-z0-9_.\- ]/.test(character) ? character : `#${character.codePointAt(0)};`))
    .join('');
}
