import { manifestFile } from '../files/output-files.ts';
import { writeFiles } from '../files/write-files.ts';
import { type DbtCommandOptions, openSelected } from '../open/open-selected.ts';

/**
 * Reads a project and writes its manifest.json (dbt: parse).
 * @throws {UserError} with every mistake in the project
 */
export async function writeManifest(options: DbtCommandOptions): Promise<void> {
  const { project, run, targetFolder } = await openSelected(options, 'parse');
  await writeFiles(targetFolder, new Map([manifestFile(project, new Map(), run)]));
}
