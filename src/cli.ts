#!/usr/bin/env node
import { Command as CommanderCommand, CommanderError, Option } from 'commander';
import { abortOnInterrupt } from './abort-on-interrupt.ts';
import type { Command } from './commands/command.ts';
import { COMMANDS } from './commands/commands.ts';
import type { Flag } from './commands/parameter.ts';
import { openTerminal, type Terminal, type Verbosity } from './commands/terminal.ts';
import { EnvironmentError } from './environment-error.ts';
import { handleOutputErrors } from './output-errors.ts';
import type { Invocation } from './pipeline/options.ts';
import { terminalLines } from './report/escape.ts';
import { mistakeText, UserError } from './user-error.ts';
import { VERSION } from './version.ts';

const EXIT_CODES = `
Exit codes:
  0  passed
  1  the contract is violated, or a model or test failed
  2  a mistake in the command, the configuration or the project; nothing was written
  3  the environment failed (Postgres, the engine, the disk, the network), or Fenceline did

Start with: fenceline run <folder with dbt_project.yml and fenceline.yml>`;

// Commands import the pipeline when they run, so that `--help` is instant.
function program(signal: AbortSignal): CommanderCommand {
  const fenceline = new CommanderCommand('fenceline')
    .description('Proves that no personal data reaches the marts that must not hold any.')
    .version(VERSION)
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(--help shows the commands and options)')
    .exitOverride();
  for (const command of COMMANDS) add(command, fenceline, signal);
  return fenceline;
}

function add(command: Command, fenceline: CommanderCommand, signal: AbortSignal): void {
  const { name, aliases = [], isHidden = false, summary, details, example, flags } = command;
  const subcommand = commandOf(name, fenceline, isHidden)
    .allowUnknownOption(isHidden)
    .aliases([...aliases])
    .summary(summary)
    .description(`${summary}\n\n${details}`)
    .addHelpText('after', `\nExample:\n  ${example}`);
  const places = flags.map((flag) => [flag, addFlag(flag, subcommand)] as const);
  subcommand.option('-d, --verbose', 'say every step, and where an internal error came from');
  subcommand.addOption(new Option('--debug', 'the same as --verbose, as dbt has it').hideHelp());
  subcommand.option('-q, --quiet', 'say nothing but results and errors');
  subcommand.action(async () => {
    const values = new Map(places.map(([flag, read]) => [flag, read()]));
    const terminal = openTerminal(process, verbosity());
    const invocation: Invocation = {
      environment: process.env,
      visibleVariables: 'all',
      progress: terminal.progress,
      signal,
      now: new Date(),
    };
    process.exitCode = await command.run((flag) => values.get(flag), { terminal, invocation });
  });
}

/** Adds a command. The first word of `docs generate` is a group, which its first command adds, too. */
function commandOf(name: string, fenceline: CommanderCommand, hidden: boolean): CommanderCommand {
  const [first = '', second] = name.split(' ');
  if (second === undefined) return fenceline.command(first, { hidden });
  const group =
    fenceline.commands.find((one) => one.name() === first) ??
    fenceline.command(first).description(`Commands of dbt that begin with ${first}.`);
  // Options behind the second word are its own: `fenceline docs` has some of the same names.
  return group.enablePositionalOptions().command(second, { hidden });
}

/** Adds an option or argument. Gives a function that reads it once the command line is parsed. */
function addFlag(flag: Flag, subcommand: CommanderCommand): () => unknown {
  const { written, about, choices, standard, variable, isRequired, isHidden } = flag;
  if (!written.startsWith('-')) {
    const index = subcommand.registeredArguments.length;
    subcommand.argument(written, about);
    return () => subcommand.processedArgs[index];
  }
  const option = new Option(written, about);
  if (choices) option.choices(choices);
  if (standard !== undefined) option.default(standard);
  if (variable !== undefined) option.env(variable);
  option.makeOptionMandatory(isRequired ?? false);
  option.hideHelp(isHidden ?? false);
  subcommand.addOption(option);
  return () => subcommand.getOptionValue(option.attributeName());
}

/** How much the terminal prints. Read from the plain arguments, since it also holds where they cannot be parsed. */
function verbosity(): Verbosity {
  const has = (...names: readonly string[]) => names.some((name) => process.argv.includes(name));
  if (has('-q', '--quiet')) return 'quiet';
  return has('-d', '--verbose', '--debug') ? 'verbose' : 'normal';
}

/**
 * Moves flags from before the command to behind it, since dbt accepts both: `--no-use-colors build`. The value of such a
 * flag must stand behind a `=`.
 */
function flagsBehindCommand(words: readonly string[]): readonly string[] {
  const index = words.findIndex((word) => !word.startsWith('-'));
  const isOfProgram = words.some((word, place) => place < index && /^(-h|--help|-V|--version)$/.test(word));
  if (index <= 0 || isOfProgram) return words;
  const isGroup = COMMANDS.some(({ name }) => name === `${words[index]} ${words[index + 1]}`);
  const behind = index + (isGroup ? 2 : 1);
  return [...words.slice(index, behind), ...words.slice(0, index), ...words.slice(behind)];
}

/** Prints an error, and gives the exit code: 2 for a mistake of the user, 3 for the environment's or ours. */
function showFailure(error: unknown, terminal: Terminal, verbose: boolean): number {
  const { red, bold } = terminal.errColors;
  if (error instanceof UserError) {
    for (const mistake of error.mistakes) terminal.err(`${bold(red('error'))} ${terminalLines(mistakeText(mistake))}`);
    return 2;
  }
  if (error instanceof EnvironmentError) {
    terminal.err(`${bold(red('failed'))} ${terminalLines(`${error.message}\n  fix: ${error.fix}`)}`);
    if (verbose && error.cause instanceof Error) terminal.err(`  because of: ${error.cause.name}`);
    return 3;
  }
  // The message of an unexpected error may quote data; its calls name only files and functions.
  const name = error instanceof Error ? error.name : typeof error;
  const text = error instanceof Error && error.message.startsWith('internal:') ? error.message : `internal: ${name}`;
  terminal.err(`${bold(red('failed'))} ${text}`);
  if (verbose && error instanceof Error) terminal.err(callsOf(error));
  terminal.err('  This is a mistake in Fenceline. Please report it, with the output of --verbose.');
  return 3;
}

function callsOf({ message, stack = '' }: Error): string {
  const behind = stack.indexOf(message) + message.length;
  return stack
    .slice(stack.includes(message) ? behind : stack.length)
    .split('\n')
    .filter((line) => /^ +at /.test(line))
    .join('\n');
}

async function main(): Promise<void> {
  handleOutputErrors();
  const interrupted = abortOnInterrupt();
  try {
    await program(interrupted).parseAsync(flagsBehindCommand(process.argv.slice(2)), { from: 'user' });
  } catch (error) {
    if (interrupted.aborted) {
      process.stderr.write('interrupted; everything that was started is stopped\n');
    } else if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else {
      const level = verbosity();
      process.exitCode = showFailure(error, openTerminal(process, level), level === 'verbose');
    }
  }
}

void main();
