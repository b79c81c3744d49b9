import { type JinjaPart, jinjaParts } from '../../project/jinja-parts.ts';
import { tokenize } from '../../sql-tokens.ts';

/** A range of a template (UTF-16 units from 0, `end` exclusive), and the text that is shown in its place. */
interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Hides the parts of a model's template that may hold personal data: text literals, comments and long numbers, in SQL and
 * in Jinja. Names in Jinja stay, such as those in `ref('stg_users')`, and every line keeps its number.
 *
 * @throws {TemplateError} for a text that is no template
 */
export function hideLiterals(rawCode: string): string {
  const template = rawCode.replaceAll(/\r\n?/g, '\n');
  const jinja = jinjaParts(template);
  const hidden = [...hiddenInSql(template, withoutJinja(template, jinja)), ...hiddenInJinja(template, jinja)];
  let shown = '';
  let end = 0;
  for (const part of hidden.toSorted((a, b) => a.start - b.start)) {
    // A literal or comment of SQL hides the Jinja in it, too.
    if (part.start < end) continue;
    const lineEnds = template.slice(part.start, part.end).replaceAll(/[^\n]/g, '');
    shown += template.slice(end, part.start) + part.text + lineEnds;
    end = part.end;
  }
  return shown + template.slice(end);
}

/** The template with blanks for Jinja, so that offsets stay and a literal with a tag in it is one literal. */
function withoutJinja(template: string, jinja: readonly JinjaPart[]): string {
  let sql = '';
  let end = 0;
  for (const part of jinja) {
    sql += template.slice(end, part.start) + ' '.repeat(part.end - part.start);
    end = part.end;
  }
  return sql + template.slice(end);
}

function hiddenInSql(template: string, sql: string): readonly Replacement[] {
  const hidden: Replacement[] = [];
  let end = 0;
  for (const { kind, start, end: next, value } of tokenize(sql)) {
    hidden.push(...hiddenComments(sql, end, start));
    end = next;
    // A literal with a block in it, or without an end, is put together by the template: the rest of the SQL may belong to it.
    if (value === "'" || value === '"' || (kind === 'text' && template.slice(start, end).includes('{%')))
      return [...hidden, { start, end: sql.length, text: "'…" }];
    if (kind === 'text') hidden.push({ start, end, text: value.startsWith('$') ? '$$…$$' : "'…'" });
    if (kind === 'number' && isLong(value)) hidden.push({ start, end, text: '…' });
  }
  return [...hidden, ...hiddenComments(sql, end, sql.length)];
}

/** The comments between two tokens: there is nothing else but blanks. */
function hiddenComments(sql: string, start: number, end: number): readonly Replacement[] {
  return [...sql.slice(start, end).matchAll(/--[^\n]*|\/\*[\s\S]*\*\/|\/\*[\s\S]*/g)].map(({ 0: comment, index }) => ({
    start: start + index,
    end: start + index + comment.length,
    text: comment.startsWith('--') ? '-- …' : '/* … */',
  }));
}

function hiddenInJinja(template: string, jinja: readonly JinjaPart[]): readonly Replacement[] {
  return jinja.flatMap(({ kind, start, end }) => {
    const text = template.slice(start, end);
    if (kind === 'comment') return { start, end, text: '{# … #}' };
    if (kind === 'code' || NAME.test(text)) return [];
    if (/^['"]/.test(text)) return { start, end, text: `${text[0]}…${text[0]}` };
    return isLong(text) ? { start, end, text: '…' } : [];
  });
}

/** A text in Jinja that is no more than a name. */
const NAME = /^(['"])[a-z_][a-z0-9_.]*\1$/;

function isLong(number: string): boolean {
  return number.replaceAll(/\D/g, '').length > 3;
}
