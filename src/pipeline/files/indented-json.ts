/** JSON as it stands in files: indented, with a line end at the end. */
export function indentedJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
