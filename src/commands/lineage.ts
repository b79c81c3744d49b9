import type { PipelineOptions, ProjectOptions, Selection } from '../pipeline/options.ts';
import { LINEAGE_FORMATS, type LineageFormat } from '../pipeline/tasks/lineage-format.ts';
import { defineCommand } from './command.ts';
import { choice } from './parameter.ts';
import { OUTPUT, type OutputOptions, PROJECT, SELECTION, WAREHOUSE } from './parameters.ts';

interface LineageOptions extends ProjectOptions, Selection, OutputOptions, Pick<PipelineOptions, 'warehouse'> {
  readonly format: LineageFormat;
}

export const lineage = defineCommand<'lineage', LineageOptions>({
  name: 'lineage',
  summary: 'Print the column lineage of the models.',
  details: 'Reads query plans only, like check: no rows, no Postgres. --json is short for --format json.',
  example: 'fenceline lineage --select +mart_user_engagement --format json',
  parameters: {
    ...PROJECT,
    ...SELECTION,
    ...WAREHOUSE,
    format: choice({ written: '--format <format>', about: 'how to print it' }, LINEAGE_FORMATS, 'mermaid'),
    ...OUTPUT,
  },
  async act({ format, json, ...options }, { terminal, invocation }) {
    const { drawLineage } = await import('../pipeline/tasks/draw-lineage.ts');
    const text = await drawLineage(json ? 'json' : format, { ...options, ...invocation });
    terminal.out(text.trimEnd());
    return 0;
  },
});
