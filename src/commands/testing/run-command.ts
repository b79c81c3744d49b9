import { optionsFor } from '../../pipeline/testing/repository.ts';
import type { Command } from '../command.ts';
import { openTerminal } from '../terminal.ts';

/** Runs a command on a project, without any option, and prints nothing. Gives the exit code. */
export function runCommand(command: Command, directory: string): Promise<number> {
  const { environment, visibleVariables, progress, signal, now } = optionsFor(directory);
  return command.run(({ written }) => (written === '[project]' ? directory : undefined), {
    terminal: { ...openTerminal(process, 'normal'), out: () => {} },
    invocation: { environment, visibleVariables, progress, signal, now },
  });
}
