import type { Invocation } from '../pipeline/options.ts';
import { type FindWritten, type Flag, group, type ParametersOf } from './parameter.ts';
import type { Terminal } from './terminal.ts';

/** The surroundings that every command gets beside its options. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly invocation: Invocation;
}

/** The names of all commands. A new name is a compile error in `commands.ts` until the list there has its command. */
export type CommandName =
  | 'run'
  | 'check'
  | 'explain'
  | 'lineage'
  | 'sync'
  | 'build'
  | 'seed'
  | 'snapshot'
  | 'test'
  | 'compile'
  | 'parse'
  | 'deps'
  | 'clean'
  | 'debug'
  | 'docs'
  | 'docs generate'
  | 'source freshness'
  | 'sources'
  | 'retry'
  | 'show'
  | 'run-operation'
  | 'docs serve'
  | 'clone'
  | 'init'
  | 'ls'
  | 'report';

interface CommandDescription<Name extends CommandName, Options> {
  /** Two words for a command of a group: `docs generate`. */
  readonly name: Name;
  /** Other names of the command. */
  readonly aliases?: readonly string[];
  /** Set for a command that the list of commands leaves out. */
  readonly isHidden?: true;
  /** One sentence about the command, for the list of commands. */
  readonly summary: string;
  /** The rest that a user must know, for the help of this command. */
  readonly details: string;
  /** An example of a command line, for `--help`. */
  readonly example: string;
  readonly parameters: ParametersOf<Options>;
  /**
   * Does the work, prints the result, and gives the exit code. It imports the pipeline when it runs: `--help` must not wait
   * for that.
   */
  act(options: Options, context: CommandContext): Promise<number>;
}

/** A command without the type of its options, so that all commands fit in one list. */
export interface Command<Name extends CommandName = CommandName>
  extends Pick<CommandDescription<Name, unknown>, 'name' | 'aliases' | 'isHidden' | 'summary' | 'details' | 'example'> {
  /** Options, and arguments in their order on the command line. */
  readonly flags: readonly Flag[];
  /** @throws {UserError} for options that cannot be read, and as the pipeline does */
  run(find: FindWritten, context: CommandContext): Promise<number>;
}

export function defineCommand<Name extends CommandName, Options>(
  description: CommandDescription<Name, Options>,
): Command<Name> {
  const { parameters, act, ...described } = description;
  const { flags, read } = group(parameters);
  return { ...described, flags, run: async (find, context) => act(await read(find), context) };
}
