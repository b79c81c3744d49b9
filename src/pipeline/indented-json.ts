/** JSON as files and `--json` hold it: indented, with a line end behind it. */
export function indentedJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
