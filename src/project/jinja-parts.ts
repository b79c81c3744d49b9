import { tokenize } from '../jinja/syntax/lexer.ts';
import { openSource } from '../jinja/syntax/source.ts';

/**
 * A part of a template that Jinja takes out of the text: a comment, a literal (text or number) in a tag, or `code`, which
 * is all else of a tag and the blanks that a `-` beside it eats. Offsets are in UTF-16 units from 0, `end` is exclusive.
 */
export interface JinjaPart {
  readonly kind: 'comment' | 'literal' | 'code';
  readonly start: number;
  readonly end: number;
}

/**
 * The parts of a template that are Jinja, in order; the text between them is printed as it stands.
 *
 * @param template with line ends as `\n`
 * @throws {TemplateError} for a tag, comment or text without its end
 */
export function jinjaParts(template: string): readonly JinjaPart[] {
  const parts: JinjaPart[] = [];
  let end = 0;
  for (const token of tokenize(openSource('', template))) {
    if (token.start > end) {
      const between = template.slice(end, token.start);
      parts.push({ kind: between.includes('{#') ? 'comment' : 'code', start: end, end: token.start });
    }
    if (token.type === 'string' || token.type === 'integer' || token.type === 'float') {
      parts.push({ kind: 'literal', start: token.start, end: token.end });
    } else if (token.type !== 'text' && token.end > token.start) {
      parts.push({ kind: 'code', start: token.start, end: token.end });
    }
    end = token.end;
  }
  return parts;
}
