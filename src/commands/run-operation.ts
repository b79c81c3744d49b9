import type { ProjectOptions } from '../pipeline/options.ts';
import { terminalLines } from '../report/escape.ts';
import { defineCommand } from './command.ts';
import { mapping, requiredText } from './parameter.ts';
import { NO_EFFECT, PROJECT } from './parameters.ts';

interface RunOperationOptions extends ProjectOptions {
  /** Name of the macro to call: `macro` or `package.macro`. */
  readonly macro: string;
  readonly args: { readonly [name: string]: unknown };
  readonly noEffect: undefined;
}

/** Calls one macro, as `dbt run-operation` does. */
export const runOperation = defineCommand<'run-operation', RunOperationOptions>({
  name: 'run-operation',
  summary: 'Call a macro of the project, and print what it logs.',
  details:
    'Its queries run in the warehouse. It may read rows, but writes none that it has read: no trace would see them.\n' +
    'A line that it logs after it has read rows is not shown.',
  example: "fenceline run-operation clean_up --args '{days: 7}'",
  parameters: {
    macro: requiredText({ written: '<macro>', about: 'a macro, or package.macro' }),
    ...PROJECT,
    args: mapping({ written: '--args <yaml>', about: 'arguments of the macro, as YAML: "{days: 7}"' }, '{days: 7}'),
    noEffect: NO_EFFECT,
  },
  async act({ macro, args, ...options }, { terminal, invocation }) {
    const { runMacro } = await import('../pipeline/tasks/run-macro.ts');
    const say = (line: string | undefined) =>
      terminal.out(line === undefined ? '(a line that may quote rows is not shown)' : terminalLines(line));
    const problem = await runMacro(macro, args, { ...options, ...invocation, say });
    if (problem === undefined) return 0;
    terminal.err(terminalLines(problem));
    return 1;
  },
});
