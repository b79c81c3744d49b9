import { ensureDuckDB } from '../native/ensure-duckdb.ts';
import { copyFromPostgres } from '../pipeline/copy-from-postgres.ts';
import { openProject } from '../pipeline/open-project.ts';
import { json } from '../pipeline/output-files.ts';
import type { PipelineOptions } from '../pipeline/pipeline-options.ts';
import { stageWarehouse } from '../pipeline/staged-warehouse.ts';
import { openStages } from '../pipeline/stages.ts';
import { openWithFiles } from '../warehouse/duckdb.ts';
import type { Flags } from './project-options.ts';
import type { Terminal } from './terminal.ts';

export async function sync(options: PipelineOptions, flags: Flags, terminal: Terminal): Promise<number> {
  const stages = openStages(options.progress, options.signal);
  const { config, project } = await openProject(options);
  await ensureDuckDB(options);
  await using staged = await stageWarehouse(project.target.path);
  const synced = await (async () => {
    await using warehouse = await openWithFiles(staged.path, { threads: project.target.threads, ...config.limits });
    await using copied = await copyFromPostgres({ warehouse, config, directory: project.directory, options, stages });
    return copied.synced;
  })();
  await staged.publish();
  if (flags.json) terminal.out(json(synced).trimEnd());
  return 0;
}
