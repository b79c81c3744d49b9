/** The unique id of the source for a part of a query that reads files ({@link FileRead.text}). */
export function fileSourceId(text: string): string {
  return `file.${text}`;
}

/** Whether a unique id is that of a source which no YAML declares. */
export function isFileSourceId(uniqueId: string): boolean {
  return uniqueId.startsWith('file.');
}
