/**
 * The template of a model without what may be somebody's data: the contents of its text literals and comments, and long
 * numbers. Names in Jinja stay, such as those in `ref('stg_users')`.
 */
export function hideLiterals(template: string): string {
  return template.replace(PARTS, (part: string) => {
    if (part.startsWith('{#')) return '{# … #}';
    if (part.startsWith('{'))
      return part.replace(JINJA_TEXT, (text: string) => (NAME.test(text.slice(1, -1)) ? text : hidden(text)));
    if (part.startsWith('--')) return '-- …';
    if (part.startsWith('/*')) return '/* … */';
    if (part.startsWith('$')) return '$$…$$';
    return part.startsWith("'") ? hidden(part) : '…';
  });
}

/** Jinja, comments, text literals and numbers of four and more digits. */
const PARTS =
  /\{#[\s\S]*?#\}|\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\1\$|(?<![\w.])\d{4,}/g;
const JINJA_TEXT = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g;
/** A text in Jinja that is no more than a name. */
const NAME = /^[a-z_][a-z0-9_.]*$/;

function hidden(text: string): string {
  return `${text[0]}…${text[0]}`;
}
