/** A name as SQL reads it whatever is in it. Text for templates and messages; SQL that runs gets it by `identifier()`. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL reads it whatever is in it. For SQL that runs there is `literal()`. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
