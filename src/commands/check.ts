import type { PipelineOptions, ProjectOptions } from '../pipeline/options.ts';
import { counted } from '../report/counts.ts';
import { terminalText } from '../report/escape.ts';
import { defineCommand } from './command.ts';
import { texts, toggle } from './parameter.ts';
import { BASE, EXTENT, OUTPUT, type OutputOptions, PROJECT, WAREHOUSE } from './parameters.ts';
import { showReport } from './show-report.ts';

interface CheckOptions
  extends ProjectOptions,
    OutputOptions,
    Pick<PipelineOptions, 'baseRef' | 'warehouse' | 'allModels'> {
  readonly writeSources: boolean;
  readonly writesTags: boolean;
  readonly notPersonal: readonly string[];
}

export const check = defineCommand<'check', CheckOptions>({
  name: 'check',
  summary: 'Decide the contract alone, from query plans: no rows, no Postgres.',
  details: 'Column types of sources come from the warehouse where it exists, else from data_type in the sources YAML.',
  example: 'fenceline check analytics --base origin/main',
  parameters: {
    ...PROJECT,
    ...BASE,
    ...WAREHOUSE,
    ...EXTENT,
    ...OUTPUT,
    writeSources: toggle({
      written: '--write-sources',
      about: 'write the columns that no YAML declares as YAML, to mark and to paste',
    }),
    writesTags: toggle({
      written: '--write-tags',
      about: 'mark the columns that look personal (untagged-pii) in their YAML',
    }),
    notPersonal: texts({
      written: '--not-personal <column...>',
      about: 'with --write-tags: columns to mark as not personal, such as raw.users.nickname',
    }),
  },
  async act(options, { terminal, invocation }) {
    const { runPipeline } = await import('../pipeline/pipeline.ts');
    const { report } = await runPipeline({ ...options, ...invocation, rows: undefined });
    const code = await showReport(report, options, terminal);
    if (options.writeSources) {
      const { writeSources } = await import('../pipeline/tasks/write-sources.ts');
      const written = await writeSources({ ...options, ...invocation });
      terminal.err(
        written
          ? `wrote ${written.path}: ${written.columns} columns to mark and to paste`
          : 'each column of the sources that is known is declared',
      );
    }
    if (options.writesTags) {
      const { writeTags } = await import('../pipeline/tasks/write-tags.ts');
      const { files, left } = await writeTags(report.findings, options);
      for (const [path, columns] of files)
        terminal.err(terminalText(`wrote ${path}: ${counted(columns, 'column')} marked`));
      for (const name of left) terminal.err(terminalText(`${name} is not marked: write its mark by hand`));
      if (files.size + left.length === 0) terminal.err('no column without a mark looks personal');
    }
    return code;
  },
});
