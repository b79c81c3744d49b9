/** A table in Markdown, with an empty line before and behind it. */
export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return `\n${line(heads)}|${'---|'.repeat(heads.length)}\n${rows.map(line).join('')}\n`;
}

export function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}
