import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { ProjectOptions } from './commands/project-options.ts';
import { openTerminal, type Terminal } from './commands/terminal.ts';
import { EnvironmentError } from './environment-error.ts';
import { mistakeText, UserError } from './user-error.ts';

/** Replaced by the build with the version of package.json. */
declare const FENCELINE_VERSION: string;

const EXIT_CODES = `
Exit codes:
  0  passed
  1  the contract is violated, or a model or test failed
  2  a mistake in the command, the configuration or the project; nothing was written
  3  the environment failed (Postgres, the engine, the disk, the network), or Fenceline did`;

/** What commander hands to a command: its arguments by position, then the options of all levels by name. */
interface Flags {
  readonly [flag: string]: unknown;
}

function program(process: NodeJS.Process, signal: AbortSignal): Command {
  const fenceline = new Command('fenceline')
    .description('Proves that no personal data reaches the marts that must not hold any.')
    .version(FENCELINE_VERSION)
    .addHelpText('after', `${EXIT_CODES}\n\nStart with: fenceline run <folder with dbt_project.yml and fenceline.yml>`)
    .showHelpAfterError('(--help shows the commands and options)')
    .exitOverride();

  const command = (name: string, summary: string, more: string) =>
    fenceline
      .command(name)
      .summary(summary)
      .description(`${summary}\n\n${more}`)
      .argument('[project]', 'folder with dbt_project.yml; the working directory or one above it by default')
      .option('--config <file>', 'another fenceline.yml')
      .option('--vars <yaml>', 'dbt vars, as YAML: "{start: 2026-01-01}"')
      .option('--target <name>', 'target of profiles.yml')
      .option('--profiles-dir <folder>', 'where profiles.yml is')
      .option('--json', 'print the machine-readable result on stdout, and only that')
      .option('--verbose', 'say every step, and where an internal error came from');
  const withSelection = (target: Command) =>
    target
      .option('-s, --select <selector...>', "dbt's selection: names, tag:, path:, +graph+ …")
      .option('--exclude <selector...>', 'what not to select');
  const withBuild = (target: Command) =>
    withSelection(target)
      .option('--full-refresh', 'rebuild incremental models and seeds from nothing')
      .option('--threads <n>', 'how many models at a time', positiveInteger);
  const withPostgres = (target: Command) =>
    target
      .addOption(
        new Option('--postgres <mode>', 'where Postgres comes from').choices(['auto', 'url', 'system', 'pinned', 'docker']),
      )
      .option('--postgres-url <url>', 'an existing server, which is only ever read (DATABASE_URL when --postgres url)')
      .option('--postgres-version <major>', 'major version of a throwaway server', positiveInteger);
  const run = (target: Command, act: (flags: Flags, terminal: Terminal, options: ProjectOptions) => Promise<number>) =>
    target.action(async (...given: unknown[]) => {
      const flags = target.opts<Flags>();
      const terminal = openTerminal(process, flags['verbose'] === true);
      const { projectOptions } = await import('./commands/project-options.ts');
      // The project is the last of the arguments; `explain` has its column before it.
      const positional = given.slice(0, target.registeredArguments.length);
      const options = projectOptions({
        project: positional.at(-1),
        flags,
        environment: process.env,
        progress: terminal.progress,
        signal,
      });
      process.exitCode = await act({ ...flags, argument: positional[0] }, terminal, options);
    });

  run(
    withPostgres(
      withBuild(
        command(
          'run',
          'The gate: sync, build with tests, check the contract, report.',
          'Writes the warehouse and target/fenceline/ (report.json, comment.md, lineage.json, lineage.mmd, …).\nThe warehouse is replaced only when the contract holds.',
        ),
      ),
    ),
    async (flags, terminal, options) => (await import('./commands/run.ts')).run(flags, terminal, options),
  );
  run(
    command(
      'check',
      'The contract alone, from query plans: no rows, no Postgres.',
      'Column types of sources come from the warehouse where it exists, else from data_type in the sources YAML.',
    ).option('--warehouse <file>', 'take source schemas from this DuckDB file'),
    async (flags, terminal, options) => (await import('./commands/check.ts')).check(flags, terminal, options),
  );
  run(
    withPostgres(command('sync', 'Copy the tables of fenceline.yml from Postgres into the warehouse.', 'One snapshot for all tables.')),
    async (flags, terminal, options) => (await import('./commands/sync.ts')).sync(flags, terminal, options),
  );
  for (const [kind, summary] of [
    ['build', 'Build seeds and models and run their tests, in the order of the graph.'],
    ['test', 'Run the tests on what is built.'],
  ] as const) {
    run(withBuild(command(kind, summary, 'Works on the warehouse as it is; decides no contract.')), async (flags, terminal, options) =>
      (await import('./commands/build.ts')).build(kind, flags, terminal, options),
    );
  }
  run(
    withSelection(command('compile', 'Write the SQL of each model to target/compiled/.', 'Runs nothing but what templates themselves query.')),
    async (flags, terminal, options) => (await import('./commands/compile.ts')).compile(flags, terminal, options),
  );
  run(
    withSelection(command('ls', 'List the resources of the project.', 'One line each, or JSON lines with --json.')),
    async (flags, terminal, options) => (await import('./commands/ls.ts')).ls(flags, terminal, options),
  );
  run(
    withSelection(command('lineage', 'Column lineage of the models.', 'Static, like check.'))
      .option('--warehouse <file>', 'take source schemas from this DuckDB file')
      .addOption(new Option('--format <format>', 'how to print it').choices(['mermaid', 'json']).default('mermaid')),
    async (flags, terminal, options) => (await import('./commands/lineage.ts')).lineage(flags, terminal, options),
  );
  const explain = fenceline
    .command('explain')
    .summary('Every path from personal data to a column.')
    .description('Every path from personal data to a column, step by step.\n\nExample: fenceline explain mart_user_engagement.first_name')
    .argument('<model.column>', 'a column of a model')
    .argument('[project]', 'folder with dbt_project.yml')
    .option('--config <file>', 'another fenceline.yml')
    .option('--vars <yaml>', 'dbt vars, as YAML')
    .option('--target <name>', 'target of profiles.yml')
    .option('--profiles-dir <folder>', 'where profiles.yml is')
    .option('--warehouse <file>', 'take source schemas from this DuckDB file')
    .option('--json', 'print the paths as JSON');
  run(explain, async (flags, terminal, options) => (await import('./commands/explain.ts')).explain(flags, terminal, options));

  fenceline
    .command('report')
    .description('Render a report.json again.')
    .requiredOption('--from <file>', 'a report.json')
    .addOption(
      new Option('--format <format>', 'what to render').choices(['comment', 'summary', 'mermaid', 'terminal']).default('terminal'),
    )
    .action(async (flags: Flags) => {
      const { report } = await import('./commands/report.ts');
      process.exitCode = await report(flags, openTerminal(process, false));
    });
  return fenceline;
}

function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(text);
}

/** What to say of a failure, and the exit code (design: 2 for the user's mistake, 3 for the environment's or ours). */
function failure(error: unknown, terminal: Terminal, verbose: boolean): number {
  const { red, bold } = terminal.errColors;
  if (error instanceof UserError) {
    for (const mistake of error.mistakes) terminal.err(`${bold(red('error'))} ${mistakeText(mistake)}`);
    return 2;
  }
  if (error instanceof EnvironmentError) {
    terminal.err(`${bold(red('failed'))} ${error.message}\n  fix: ${error.fix}`);
    return 3;
  }
  const name = error instanceof Error ? error.name : typeof error;
  const text = error instanceof Error && error.message.startsWith('internal:') ? error.message : `internal: ${name}`;
  terminal.err(`${bold(red('failed'))} ${text}`);
  // A stack names files and functions of ours; the message of somebody else's error may quote data.
  if (verbose && error instanceof Error) terminal.err((error.stack ?? '').split('\n').slice(1).join('\n'));
  terminal.err('  This is a mistake in Fenceline. Please report it, with what --verbose adds.');
  return 3;
}

async function main(process: NodeJS.Process): Promise<void> {
  const interrupted = new AbortController();
  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
    process.once(signal, () => {
      interrupted.abort();
      process.exitCode = code;
      // A second one does not wait for anything.
      process.once(signal, () => process.exit(code));
    });
  }
  try {
    await program(process, interrupted.signal).parseAsync(process.argv);
  } catch (error) {
    if (interrupted.signal.aborted) {
      process.stderr.write('interrupted; everything that was started is stopped\n');
    } else if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else {
      const verbose = process.argv.includes('--verbose');
      process.exitCode = failure(error, openTerminal(process, verbose), verbose);
    }
  }
}

void main(process);
