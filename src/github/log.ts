import { info } from '@actions/core';
import { visible } from '../report/escape.ts';

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
    .map((line) => `│ ${harmless(line)}`)
    .join('\n');
}

/** What the message of a command may hold: line ends stay, nothing in it is the older form of a command. */
export function visibleLines(text: string): string {
  return text.split('\n').map(harmless).join('\n');
}

function harmless(line: string): string {
  return visible(line).replaceAll('##[', '##\u200b[');
}
