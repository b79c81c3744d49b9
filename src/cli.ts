#!/usr/bin/env node
import { Command as CommanderCommand, CommanderError, Option } from 'commander';
import { abortOnInterrupt } from './abort-on-interrupt.ts';
import type { Command } from './commands/command.ts';
import { COMMANDS } from './commands/commands.ts';
import type { Flag } from './commands/parameter.ts';
import { openTerminal, type Terminal } from './commands/terminal.ts';
import { EnvironmentError } from './environment-error.ts';
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
  const { name, summary, details, example, flags } = command;
  const described = fenceline
    .command(name)
    .summary(summary)
    .description(`${summary}\n\n${details}`)
    .addHelpText('after', `\nExample:\n  ${example}`);
  const places = flags.map((flag) => [flag, addFlag(flag, described)] as const);
  described.option('--verbose', 'say every step, and where an internal error came from');
  described.action(async () => {
    const written = new Map(places.map(([flag, read]) => [flag, read()]));
    const terminal = openTerminal(process, isVerbose());
    const invocation: Invocation = {
      environment: process.env,
      visibleVariables: 'all',
      progress: terminal.progress,
      signal,
      now: new Date(),
    };
    process.exitCode = await command.run((flag) => written.get(flag), { terminal, invocation });
  });
}

/** Adds an option or argument. Gives a function that reads it once the command line is parsed. */
function addFlag(flag: Flag, described: CommanderCommand): () => unknown {
  const { written, about, choices, standard, variable, isRequired } = flag;
  if (!written.startsWith('-')) {
    const index = described.registeredArguments.length;
    described.argument(written, about);
    return () => described.processedArgs[index];
  }
  const option = new Option(written, about);
  if (choices) option.choices(choices);
  if (standard !== undefined) option.default(standard);
  if (variable !== undefined) option.env(variable);
  option.makeOptionMandatory(isRequired ?? false);
  described.addOption(option);
  return () => described.getOptionValue(option.attributeName());
}

function isVerbose(): boolean {
  return process.argv.includes('--verbose');
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
  terminal.err('  This is a mistake in Fenceline. Please report it, with what --verbose adds.');
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
  const interrupted = abortOnInterrupt();
  try {
    await program(interrupted).parseAsync();
  } catch (error) {
    if (interrupted.aborted) {
      process.stderr.write('interrupted; everything that was started is stopped\n');
    } else if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else {
      process.exitCode = showFailure(error, openTerminal(process, isVerbose()), isVerbose());
    }
  }
}

void main();
