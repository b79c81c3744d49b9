import { type DbtCommandOptions, openSelected } from './open-selected.ts';
import { manifestFile } from './output-files.ts';
import { writeFiles } from './write-files.ts';

/**
 * Reads a project and writes its manifest.json (dbt: parse).
 * @throws {UserError} with every mistake in the project
 */
export async function writeManifest(options: DbtCommandOptions): Promise<void> {
  const { project, run, targetFolder } = await openSelected(options, 'parse');
  await writeFiles(targetFolder, new Map([manifestFile(project, new Map(), run)]));
}
