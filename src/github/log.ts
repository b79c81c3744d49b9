import { info } from '@actions/core';
import { visible } from '../visible.ts';

/** Prints text that may quote a pull request (names, SQL, messages) into the log of the job. */
export function log(text: string): void {
  info(logLines(text));
}

/**
 * Text in which the runner finds no command. A line is a command if it starts with `::name`, or holds the older `##[name]`
 * anywhere; a lone carriage return ends a line, too.
 */
export function logLines(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => `│ ${harmless(line)}`)
    .join('\n');
}

/** Text for the message of a workflow command (`::error::…`): line ends stay, and the older form `##[…]` is made harmless. */
export function visibleLines(text: string): string {
  return text.split('\n').map(harmless).join('\n');
}

function harmless(line: string): string {
  return visible(line).replaceAll('##[', '##\u200b[');
}
