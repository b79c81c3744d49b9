import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FORMATS, type ReportFormat } from '../../report/formats.ts';

/**
 * Removes the report of an earlier run and what was rendered from it: whoever reads one after a run that could not decide
 * would take it for the verdict of this run. Links are left alone.
 * @param directory of the project
 */
export async function removeOutputs(directory: string): Promise<void> {
  const target = join(directory, 'target');
  const folder = join(target, 'fenceline');
  for (const place of [target, folder]) {
    if ((await lstat(place).catch(() => undefined))?.isDirectory() !== true) return;
  }
  const rendered = Object.values<ReportFormat>(FORMATS).flatMap(({ file }) => (file === undefined ? [] : [file]));
  for (const name of ['report.json', 'lineage.json', 'openlineage.ndjson', 'site.json', 'index.html', ...rendered]) {
    await rm(join(folder, name), { force: true });
  }
}
