import type { BuildOptions, PipelineOptions, ProjectOptions, Selection } from '../pipeline/options.ts';
import { defineCommand } from './command.ts';
import {
  BASE,
  BUILD,
  EXTENT,
  OUTPUT,
  type OutputOptions,
  POSTGRES,
  type PostgresParameters,
  PROJECT,
  SELECTION,
} from './parameters.ts';
import { showReport } from './show-report.ts';

interface RunOptions
  extends ProjectOptions,
    Selection,
    BuildOptions,
    PostgresParameters,
    OutputOptions,
    Pick<PipelineOptions, 'baseRef' | 'allModels'> {}

export const run = defineCommand<'run', RunOptions>({
  name: 'run',
  summary: 'Run the gate: sync, build with tests, check the contract, report.',
  details:
    'Writes the warehouse and target/fenceline/ (report.json, comment.md, lineage.json, lineage.mmd, …).\n' +
    'The warehouse is replaced only when the contract holds.',
  example: 'fenceline run analytics --base origin/main',
  parameters: { ...PROJECT, ...SELECTION, ...BUILD, ...POSTGRES, ...BASE, ...EXTENT, ...OUTPUT },
  async act(options, { terminal, invocation }) {
    const { runPipeline } = await import('../pipeline/pipeline.ts');
    const rows = { ...options, postgres: { ...options.postgres, setup: undefined } };
    const { report } = await runPipeline({ ...options, ...invocation, warehouse: undefined, rows });
    return showReport(report, options, terminal);
  },
});
