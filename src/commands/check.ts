import type { PipelineOptions, ProjectOptions } from '../pipeline/options.ts';
import { defineCommand } from './command.ts';
import { BASE, EXTENT, OUTPUT, type OutputOptions, PROJECT, WAREHOUSE } from './parameters.ts';
import { showReport } from './show-report.ts';

interface CheckOptions
  extends ProjectOptions,
    OutputOptions,
    Pick<PipelineOptions, 'baseRef' | 'warehouse' | 'allModels'> {}

export const check = defineCommand<'check', CheckOptions>({
  name: 'check',
  summary: 'Decide the contract alone, from query plans: no rows, no Postgres.',
  details: 'Column types of sources come from the warehouse where it exists, else from data_type in the sources YAML.',
  example: 'fenceline check analytics --base origin/main',
  parameters: { ...PROJECT, ...BASE, ...WAREHOUSE, ...EXTENT, ...OUTPUT },
  async act(options, { terminal, invocation }) {
    const { runPipeline } = await import('../pipeline/pipeline.ts');
    const { report } = await runPipeline({ ...options, ...invocation, rows: undefined });
    return showReport(report, options, terminal);
  },
});
