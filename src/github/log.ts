import { info } from '@actions/core';

/** Prints text that may quote a pull request (names, SQL, messages) into the log of the job. */
export function log(text: string): void {
  info(logLines(text));
}

/**
 * Text no line of which the runner takes as a command. It reads a line as one when `::name` starts it, or when the older
 * `##[name]` is anywhere in it, and ends lines at a lone carriage return too.
 */
export function logLines(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => `│ ${visible(line).replaceAll('##[', '##\u200b[')}`)
    .join('\n');
}

/** Control and direction characters as `\u202e`, so that what is read is what is there; line ends stay. */
export function visible(text: string): string {
  return text.replace(/(?!\n)[\p{Cc}\u2028\u2029]|(?!\u200d)\p{Cf}/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
