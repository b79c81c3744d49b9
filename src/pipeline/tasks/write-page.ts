import { basename, dirname, join, resolve } from 'node:path';
import { readSite } from '../../site/read-site.ts';
import { renderPage } from '../../site/render-page.tsx';
import type { Site } from '../../site/site.ts';
import { pageTemplate } from '../../site/template.ts';
import { pageFiles } from '../files/output-files.ts';
import { writeFiles } from '../files/write-files.ts';
import type { PipelineOptions } from '../options.ts';
import { finishRun } from '../pipeline.ts';
import type { SiteFacts } from '../site/make-site.ts';

/**
 * Decides the contract of a project as `check` does, and writes its page and site.json alone.
 * @returns path of the page
 * @throws {UserError} for a mistake in the project or its SQL
 */
export async function writePage(options: PipelineOptions): Promise<string> {
  const run = await finishRun(options);
  const target = join(run.project.directory, 'target');
  await writeFiles(target, await pageFiles(run));
  return join(target, 'fenceline/index.html');
}

/**
 * Writes the page of a site.json, beside it.
 * @returns path of the page
 * @throws {UserError} for a file that is no site.json
 */
export async function writePageAgain(file: string, sql: SiteFacts['sql']): Promise<string> {
  const site = await readSite(file);
  const folder = dirname(resolve(file));
  const shown = sql === 'with-sql' ? site : withoutSql(site);
  await writeFiles(dirname(folder), new Map([[`${basename(folder)}/index.html`, renderPage(shown, pageTemplate())]]));
  return join(folder, 'index.html');
}

function withoutSql(site: Site): Site {
  return {
    ...site,
    run: { ...site.run, withoutSql: true },
    nodes: site.nodes.map(({ sql: _, ...node }) => node),
  };
}
