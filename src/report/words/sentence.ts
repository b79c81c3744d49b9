/** A sentence in parts: words of our own, and between them names and code of a project, which a format can set apart. */
export type Sentence = readonly (string | Code)[];

interface Code {
  readonly code: string;
}

/**
 * A sentence from a template. A text between the words is a name or code, so that no name becomes a word by mistake; a number
 * is a word, and a sentence goes into the new one.
 */
export function sentence(strings: TemplateStringsArray, ...parts: readonly (string | number | Sentence)[]): Sentence {
  return strings.flatMap((text, index) => {
    const part = parts[index];
    return [...(text === '' ? [] : [text]), ...(part === undefined ? [] : partsOf(part))];
  });
}

function partsOf(part: string | number | Sentence): Sentence {
  if (typeof part === 'number') return [`${part}`];
  return typeof part === 'string' ? [{ code: part }] : part;
}

/** Words of our own that are computed, as part of a sentence: they hold no name. */
export function words(text: string): Sentence {
  return text === '' ? [] : [text];
}

/** Sentences in a row, with the same words between two of them. */
export function joinSentences(sentences: readonly Sentence[], between: string): Sentence {
  return sentences.flatMap((part, index) => (index === 0 ? part : [between, ...part]));
}

/** The sentence as text without marks. */
export function plainText(parts: Sentence): string {
  return parts.map((part) => (typeof part === 'string' ? part : part.code)).join('');
}
