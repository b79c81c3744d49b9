import type { PipelineOptions, ProjectOptions } from '../pipeline/options.ts';
import { terminalText } from '../report/escape.ts';
import { defineCommand } from './command.ts';
import { text, toggle, wholeNumber } from './parameter.ts';
import { BASE, PROJECT, WAREHOUSE } from './parameters.ts';

interface DocsOptions extends ProjectOptions, Pick<PipelineOptions, 'baseRef' | 'warehouse'> {
  /** Path of a site.json. */
  readonly from: string | undefined;
  /** False where `--no-sql` is written. */
  readonly showsSql: boolean;
  readonly serves: boolean;
  readonly port: number | undefined;
}

export const docs = defineCommand<'docs', DocsOptions>({
  name: 'docs',
  summary: 'Write the page of a project: verdict, graph of personal data, inventory.',
  details:
    'One HTML file, target/fenceline/index.html, which opens from disk.\n' +
    'It is decided from query plans, as check does; a run writes it, too.',
  example: 'fenceline docs analytics --serve',
  parameters: {
    ...PROJECT,
    ...BASE,
    ...WAREHOUSE,
    from: text({ written: '--from <file>', about: 'make the page of this site.json again, beside it' }),
    showsSql: toggle({ written: '--no-sql', about: 'leave the texts of templates out' }),
    serves: toggle({ written: '--serve', about: 'serve the page on the loopback address until Ctrl-C' }),
    port: wholeNumber({ written: '--port <n>', about: 'port for --serve; a free one by default' }),
  },
  async act({ from, showsSql, serves, port, ...options }, { terminal, invocation }) {
    const { writePage, writePageAgain } = await import('../pipeline/tasks/write-page.ts');
    const sql = showsSql ? 'with-sql' : 'without-sql';
    const file =
      from === undefined
        ? await writePage({ ...options, ...invocation, rows: undefined, pageSql: sql })
        : await writePageAgain(from, sql);
    terminal.out(terminalText(file));
    if (!serves) return 0;
    const { servePage } = await import('../pipeline/tasks/serve-page.ts');
    await servePage(file, port ?? 0, invocation.signal, (address) => terminal.err(`serving ${address} until Ctrl-C`));
    return 0;
  },
});
