import { join } from 'node:path';
import { repositoryFolder } from '../git/repository-folder.ts';
import { analyze } from '../pipeline/check.ts';
import { checkFiles } from '../pipeline/output-files.ts';
import type { PipelineOptions } from '../pipeline/pipeline-options.ts';
import { writeFiles } from '../pipeline/write-files.ts';
import { makeReport } from '../report/make-report.ts';
import { VERSION } from '../version.ts';
import type { Flags } from './project-options.ts';
import { showReport } from './show-report.ts';
import type { Terminal } from './terminal.ts';

export async function check(options: PipelineOptions, flags: Flags, terminal: Terminal): Promise<number> {
  const { project, lineage, contract, stages } = await analyze(options, flags.warehouse);
  const folder = repositoryFolder(project.directory);
  const report = makeReport({ tool: `fenceline ${VERSION}`, project, folder, contract, stages });
  await writeFiles(join(project.directory, 'target'), await checkFiles({ project, report, lineage, now: options.now }));
  return showReport(report, flags, terminal);
}
