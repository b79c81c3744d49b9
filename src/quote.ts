/** A name in double quotes, valid in SQL for any characters. For templates and messages; SQL that runs uses `identifier()`. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
