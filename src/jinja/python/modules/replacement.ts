import { PythonError } from '../../values/python-error.ts';
import { isIdentifier } from './parse-regex.ts';

/** The replacement of `re.sub` in parts: a text, or the number of a group. */
export type Replacement = readonly (string | number)[];

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
]);

/**
 * Parses a replacement with `\1`, `\g<1>`, `\g<name>`, `\n` and octal escapes.
 * @throws {PythonError} ValueError or IndexError
 */
export function parseReplacement(
  template: string,
  { groups, names }: { readonly groups: number; readonly names: ReadonlyMap<string, number> },
): Replacement {
  const parts: (string | number)[] = [];
  let at = 0;
  const fail = (problem: string) => new PythonError('ValueError', `${problem} at position ${at} of the replacement`);
  const pushGroup = (group: number) => {
    if (group > groups) throw fail(`invalid group reference ${group}`);
    parts.push(group);
  };
  while (at < template.length) {
    const slash = template.indexOf('\\', at);
    if (slash === -1) break;
    if (slash > at) parts.push(template.slice(at, slash));
    at = slash;
    const rest = template.slice(slash, slash + 4);
    const octal = /^\\(?:0[0-7]{0,2}|[0-7]{3})/.exec(rest)?.[0];
    const group = /^\\[1-9]\d?/.exec(rest)?.[0];
    if (octal) {
      const code = Number.parseInt(octal.slice(1), 8);
      if (code > 0o377) throw fail(`octal escape value ${octal} outside of range 0-0o377`);
      parts.push(String.fromCharCode(code));
      at += octal.length;
    } else if (group) {
      pushGroup(Number(group.slice(1)));
      at += group.length;
    } else if (rest.startsWith('\\g')) {
      const end = template.indexOf('>', at);
      if (rest[2] !== '<') throw fail('missing <');
      if (end === -1) throw fail(at + 3 === template.length ? 'missing group name' : 'missing >, unterminated name');
      pushGroup(groupNamed(template.slice(at + 3, end), names, fail));
      at = end + 1;
    } else {
      const letter = rest[1];
      if (letter === undefined) throw fail('bad escape (end of pattern)');
      const escaped = ESCAPES.get(letter);
      if (escaped === undefined && /[a-zA-Z]/.test(letter)) throw fail(`bad escape \\${letter}`);
      parts.push(escaped ?? `\\${letter}`);
      at += 2;
    }
  }
  if (at < template.length) parts.push(template.slice(at));
  return parts;
}

function groupNamed(name: string, names: ReadonlyMap<string, number>, fail: (problem: string) => PythonError): number {
  if (/^\d+$/.test(name)) return Number(name);
  if (name === '') throw fail('missing group name');
  if (!isIdentifier(name)) throw fail(`bad character in group name '${name}'`);
  const group = names.get(name);
  if (group === undefined) throw new PythonError('IndexError', `unknown group name '${name}'`);
  return group;
}
