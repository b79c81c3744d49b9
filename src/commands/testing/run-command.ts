import { optionsFor } from '../../pipeline/testing/repository.ts';
import type { Command } from '../command.ts';
import type { Flag } from '../parameter.ts';
import { openTerminal, type Terminal } from '../terminal.ts';

/**
 * Runs a command on a project, and prints nothing. Gives the exit code.
 * @param options values by the long name of the flag, `--select`, or by the written name of an argument, `<macro>`
 * @param streams get the output of the command
 */
export function runCommand(
  command: Command,
  directory: string,
  options: { readonly [flag: string]: unknown } = {},
  streams: Partial<Pick<Terminal, 'out' | 'err'>> = {},
): Promise<number> {
  const { environment, visibleVariables, progress, signal, now } = optionsFor(directory);
  const find = ({ written }: Flag) =>
    written === '[project]' ? directory : options[/--[\w-]+/.exec(written)?.[0] ?? written];
  return command.run(find, {
    terminal: { ...openTerminal(process, 'normal'), out: () => {}, ...streams },
    invocation: { environment, visibleVariables, progress, signal, now },
  });
}
