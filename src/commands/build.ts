import { join } from 'node:path';
import { buildProject } from '../build/build-project.ts';
import { ensureDuckDB } from '../native/ensure-duckdb.ts';
import { openProject } from '../pipeline/open-project.ts';
import { artifactFiles, json } from '../pipeline/output-files.ts';
import type { PipelineOptions } from '../pipeline/pipeline-options.ts';
import { openStages } from '../pipeline/stages.ts';
import { writeFiles } from '../pipeline/write-files.ts';
import { selectNodes } from '../project/selection/select.ts';
import { counted } from '../report/counts.ts';
import { renderBuild } from '../report/formats/terminal.ts';
import { reportedNodes } from '../report/make-report.ts';
import { openDuckDB } from '../warehouse/duckdb.ts';
import type { Flags } from './project-options.ts';
import type { Terminal } from './terminal.ts';

/** dbt: `dbt build`. */
export function build(options: PipelineOptions, flags: Flags, terminal: Terminal): Promise<number> {
  return runNodes('build', options, flags, terminal);
}

/** dbt: `dbt test`. */
export function test(options: PipelineOptions, flags: Flags, terminal: Terminal): Promise<number> {
  return runNodes('test', options, flags, terminal);
}

/** Works on the target's warehouse in place, as dbt does. */
async function runNodes(
  kind: 'build' | 'test',
  options: PipelineOptions,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const { progress, signal, fullRefresh } = options;
  const stages = openStages(progress, signal);
  const { project, config } = await openProject(options);
  const selected = selectNodes(project, options);
  await ensureDuckDB(options);
  const { threads, path } = project.target;
  await using warehouse = await openDuckDB(path, { threads, ...config.limits });
  const results = await stages.run(
    'build',
    () => buildProject({ project, warehouse, selected, kind, threads, fullRefresh, progress, signal }),
    (results) => counted(results.length, 'node'),
  );
  await writeFiles(join(project.directory, 'target'), artifactFiles(project, results));
  const reported = reportedNodes(project, results);
  if (flags.json) terminal.out(json(reported).trimEnd());
  else terminal.out(renderBuild(reported, { colors: terminal.outColors, width: terminal.width }));
  return results.some(({ status }) => status === 'error' || status === 'fail') ? 1 : 0;
}
