#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { abortOnInterrupt } from './abort-on-interrupt.ts';
import type { Flags } from './commands/project-options.ts';
import { openTerminal, type Terminal } from './commands/terminal.ts';
import { EnvironmentError } from './environment-error.ts';
import type { PipelineOptions } from './pipeline/pipeline-options.ts';
import { terminalLines } from './report/escape.ts';
import { FORMATS } from './report/formats.ts';
import { mistakeText, UserError } from './user-error.ts';
import { VERSION } from './version.ts';

const EXIT_CODES = `
Exit codes:
  0  passed
  1  the contract is violated, or a model or test failed
  2  a mistake in the command, the configuration or the project; nothing was written
  3  the environment failed (Postgres, the engine, the disk, the network), or Fenceline did

Start with: fenceline run <folder with dbt_project.yml and fenceline.yml>`;

/** What a command does once its arguments are read; gives the exit code. */
type Act = (options: PipelineOptions, flags: Flags, terminal: Terminal) => Promise<number>;

// Commands are imported when they run, so that `--help` is instant.
function program(signal: AbortSignal): Command {
  const fenceline = new Command('fenceline')
    .description('Proves that no personal data reaches the marts that must not hold any.')
    .version(VERSION)
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(--help shows the commands and options)')
    .exitOverride();
  const command = (nameAndArguments: string, summary: string, more: string) =>
    fenceline
      .command(nameAndArguments)
      .summary(summary)
      .description(`${summary}\n\n${more}`)
      .argument('[project]', 'folder with dbt_project.yml; the working directory or one above it by default')
      .option('--config <file>', 'another fenceline.yml')
      .option('--vars <yaml>', 'dbt vars, as YAML: "{start: 2026-01-01}"')
      .option('--target <name>', 'target of profiles.yml')
      .option('--profiles-dir <folder>', 'where profiles.yml is')
      .option('--json', 'print the machine-readable result on stdout, and only that')
      .option('--verbose', 'say every step, and where an internal error came from');
  const does = (described: Command, load: () => Promise<Act>) =>
    described.action(async () => {
      const flags = described.opts<Flags>();
      // The project is the last argument of every command.
      const [project, column]: readonly (string | undefined)[] = described.processedArgs.toReversed();
      const terminal = openTerminal(process, flags.verbose === true);
      const { projectOptions } = await import('./commands/project-options.ts');
      const surroundings = { environment: process.env, progress: terminal.progress, signal };
      process.exitCode = await (await load())(
        projectOptions(project, flags, surroundings),
        { ...flags, column },
        terminal,
      );
    });

  does(
    withBase(
      withPostgres(
        withBuild(
          command(
            'run',
            'The gate: sync, build with tests, check the contract, report.',
            'Writes the warehouse and target/fenceline/ (report.json, comment.md, lineage.json, lineage.mmd, …).\nThe warehouse is replaced only when the contract holds.',
          ),
        ),
      ),
    ),
    async () => (await import('./commands/run.ts')).run,
  );
  does(
    withBase(
      withWarehouse(
        command(
          'check',
          'The contract alone, from query plans: no rows, no Postgres.',
          'Column types of sources come from the warehouse where it exists, else from data_type in the sources YAML.',
        ),
      ),
    ),
    async () => (await import('./commands/check.ts')).check,
  );
  does(
    withWarehouse(
      command(
        'explain <model.column>',
        'Every path from a source to a column, or the personal data an exposure can show.',
        'Examples: fenceline explain mart_user_engagement.first_name\n          fenceline explain exposure:weekly_report',
      ),
    ),
    async () => (await import('./commands/explain.ts')).explain,
  );
  does(
    withWarehouse(withSelection(command('lineage', 'Column lineage of the models.', 'Static, like check.'))).addOption(
      new Option('--format <format>', 'how to print it').choices(['mermaid', 'json', 'openlineage']).default('mermaid'),
    ),
    async () => (await import('./commands/lineage.ts')).lineage,
  );
  does(
    withPostgres(
      command(
        'sync',
        'Copy the tables of fenceline.yml from Postgres into the warehouse.',
        'One snapshot for all tables.',
      ),
    ),
    async () => (await import('./commands/sync.ts')).sync,
  );
  does(
    withBuild(
      command(
        'build',
        'Build seeds and models and run their tests, in the order of the graph.',
        'Works on the warehouse as it is; decides no contract.',
      ),
    ),
    async () => (await import('./commands/build.ts')).build,
  );
  does(
    withBuild(
      command('test', 'Run the tests on what is built.', 'Works on the warehouse as it is; decides no contract.'),
    ),
    async () => (await import('./commands/build.ts')).test,
  );
  does(
    withSelection(
      command(
        'compile',
        'Write the SQL of each model to target/compiled/.',
        'Runs nothing but what templates themselves query.',
      ),
    ),
    async () => (await import('./commands/compile.ts')).compile,
  );
  does(
    withSelection(command('ls', 'List the resources of the project.', 'One line each, or JSON lines with --json.')),
    async () => (await import('./commands/ls.ts')).ls,
  );
  fenceline
    .command('report')
    .summary('Render a report.json again.')
    .description(`Render a report.json again.\n\nFormats:\n${formatList()}`)
    .requiredOption('--from <file>', 'a report.json')
    .addOption(new Option('--format <format>', 'how to render it').choices(Object.keys(FORMATS)).default('terminal'))
    .action(async (flags: import('./commands/report.ts').ReportFlags) => {
      const { report } = await import('./commands/report.ts');
      process.exitCode = await report(flags, openTerminal(process, false));
    });
  return fenceline;
}

function formatList(): string {
  return Object.entries(FORMATS)
    .map(([name, { about }]) => `  ${name.padEnd(10)}${about}`)
    .join('\n');
}

function withSelection(command: Command): Command {
  return command
    .option('-s, --select <selector...>', "dbt's selection: names, tag:, path:, +graph+ …")
    .option('--exclude <selector...>', 'what not to select');
}

function withBuild(command: Command): Command {
  return withSelection(command)
    .option('--full-refresh', 'rebuild incremental models and seeds from nothing')
    .option('--threads <n>', 'how many models at a time', positiveInteger);
}

function withPostgres(command: Command): Command {
  return command
    .addOption(
      new Option('--postgres <mode>', 'where Postgres comes from').choices([
        'auto',
        'url',
        'system',
        'pinned',
        'docker',
      ]),
    )
    .addOption(
      new Option('--postgres-url <url>', 'an existing server, which is only ever read').env('FENCELINE_POSTGRES_URL'),
    )
    .option('--postgres-version <major>', 'major version of a throwaway server', positiveInteger);
}

function withWarehouse(command: Command): Command {
  return command.option('--warehouse <file>', 'take source schemas from this DuckDB file');
}

function withBase(command: Command): Command {
  return command.option('--base <ref>', 'git ref: show what is new since, and where the contract is weaker');
}

function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(text);
}

/** Says what failed and gives the exit code: 2 for the user's mistake, 3 for the environment's or ours. */
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
  // The message of somebody else's error may quote data, on more than its first line; calls name files and functions only.
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
      const verbose = process.argv.includes('--verbose');
      process.exitCode = showFailure(error, openTerminal(process, verbose), verbose);
    }
  }
}

void main();
