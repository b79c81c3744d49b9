import { UserError } from '../user-error.ts';
import { type Command, type CommandName, defineCommand } from './command.ts';
import { texts } from './parameter.ts';

interface RefusedOptions {
  readonly words: readonly string[];
}

/** A command of dbt that Fenceline does not have: its error says why, and what to do instead. */
function refusedCommand<Name extends CommandName>(name: Name, reason: string, fix: string): Command<Name> {
  return defineCommand<Name, RefusedOptions>({
    name,
    isHidden: true,
    summary: `Is not supported: ${reason}.`,
    details: fix,
    example: `fenceline ${name}`,
    parameters: { words: texts({ written: '[words...]', about: 'whatever dbt takes' }) },
    async act() {
      throw new UserError({ code: 'unsupported-command', message: `${name} is not supported: ${reason}.`, fix });
    },
  });
}

export const show = refusedCommand(
  'show',
  'it prints rows, and rows may be personal',
  'build the model, and query the warehouse where you may see the data',
);

export const docsServe = refusedCommand(
  'docs serve',
  'the page is dbt’s own',
  'open the page of fenceline docs --serve; or put dbt’s index.html beside the files of fenceline docs generate, and serve that folder',
);

export const clone = refusedCommand('clone', 'DuckDB has no clones of tables', 'build with --defer and --state');

export const init = refusedCommand('init', 'it asks questions', 'copy example-project, or use dbt init');
