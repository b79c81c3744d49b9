import { optionsFor } from '../../pipeline/testing/repository.ts';
import type { Command } from '../command.ts';
import type { Flag } from '../parameter.ts';
import { openTerminal, type Terminal } from '../terminal.ts';

/**
 * Runs a command on a project, and prints nothing. Gives the exit code.
 * @param options by the long names of their flags: `--select`; arguments as they are written: `<macro>`
 * @param streams get what it prints
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
