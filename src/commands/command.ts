import type { Invocation } from '../pipeline/options.ts';
import { type FindWritten, type Flag, group, type ParametersOf } from './parameter.ts';
import type { Terminal } from './terminal.ts';

/** What a command is given beside its options. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly invocation: Invocation;
}

interface CommandDescription<Options> {
  readonly name: string;
  /** A sentence for the list of commands. */
  readonly summary: string;
  /** What else `--help` says of it. */
  readonly details: string;
  /** A command line that works in a project such as the example. */
  readonly example: string;
  readonly parameters: ParametersOf<Options>;
  /**
   * Does the work and prints the result; gives the exit code. It imports the pipeline itself, since `--help` must not wait
   * for that.
   */
  act(options: Options, context: CommandContext): Promise<number>;
}

/** A command as the command line sees it: the types of its options are its own affair. */
export interface Command extends Pick<CommandDescription<unknown>, 'name' | 'summary' | 'details' | 'example'> {
  /** Arguments in the order they are written in, and options. */
  readonly flags: readonly Flag[];
  /** @throws {UserError} for options that cannot be read, and as the pipeline does */
  run(find: FindWritten, context: CommandContext): Promise<number>;
}

export function defineCommand<Options>(description: CommandDescription<Options>): Command {
  const { name, summary, details, example, parameters, act } = description;
  const { flags, read } = group(parameters);
  return { name, summary, details, example, flags, run: async (find, context) => act(await read(find), context) };
}
