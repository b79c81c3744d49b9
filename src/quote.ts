/** A name as SQL reads it whatever is in it. Text for templates and messages; SQL that runs gets it by `identifier()`. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
