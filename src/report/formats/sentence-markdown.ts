import { codeSpan, type Markdown } from '../escape.ts';
import type { Sentence } from '../words/sentence.ts';

/** Signs that Markdown or GitHub could read as something else than text. */
const MARKUP = /[^\p{L}\p{N} ,.:;?!()'"/%…>-]|https?:|www\./u;

/** A sentence in Markdown, with names and code in code spans. Words with a sign of Markdown in them are put into one, too. */
export function sentenceMarkdown(parts: Sentence): Markdown {
  return parts
    .map((part) => (typeof part === 'string' ? (MARKUP.test(part) ? codeSpan(part) : part) : codeSpan(part.code)))
    .join('') as Markdown;
}
