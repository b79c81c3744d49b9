import type { PipelineOptions, ProjectOptions } from '../pipeline/options.ts';
import { defineCommand } from './command.ts';
import { toggle } from './parameter.ts';
import { BASE, EXTENT, OUTPUT, type OutputOptions, PROJECT, WAREHOUSE } from './parameters.ts';
import { showReport } from './show-report.ts';

interface CheckOptions
  extends ProjectOptions,
    OutputOptions,
    Pick<PipelineOptions, 'baseRef' | 'warehouse' | 'allModels'> {
  readonly writeSources: boolean;
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
    return code;
  },
});
