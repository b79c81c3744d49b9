import { randomUUID } from 'node:crypto';
import type { NodeResult } from '../../build/node-result.ts';
import { runResults } from '../../build/run-results.ts';
import type { ContractConfig } from '../../config/fenceline-config.ts';
import type { Checkout } from '../../git/checkout.ts';
import { hideSecrets } from '../../hide-secrets.ts';
import type { TracedProject } from '../../lineage/traced-project.ts';
import type { ArtifactRun } from '../../project/artifacts/artifact-metadata.ts';
import { manifestOf } from '../../project/artifacts/manifest.ts';
import { isSqlNode, type SqlNode } from '../../project/node.ts';
import type { Project } from '../../project/project.ts';
import { reportFiles } from '../../report/formats.ts';
import type { Report } from '../../report/report.ts';
import { pageTemplate } from '../../site/template.ts';
import { makeSite, type SiteFacts } from '../site/make-site.ts';
import { indentedJson } from './indented-json.ts';
import { publishLineage } from './publish-lineage.ts';
import type { Files } from './write-files.ts';

/** The results of a run that its output files are made of. */
export interface FinishedRun {
  readonly project: Project;
  readonly report: Report;
  readonly lineage: TracedProject;
  /** Results of the build; `undefined` where nothing was built. */
  readonly built: readonly NodeResult[] | undefined;
  readonly contract: ContractConfig;
  readonly checkout: Checkout;
  readonly now: Date;
  /** Whether the page shows the texts of templates. */
  readonly sql: SiteFacts['sql'];
}

/** The files below `target/`, path → content: those of Fenceline, and dbt's artifacts of a build. */
export async function outputFiles(run: FinishedRun): Promise<Files> {
  const { project, report, lineage, built, now } = run;
  const published = publishLineage(project, lineage, () => true);
  const rendered = await reportFiles(report);
  return new Map([
    ...(built ? artifactFiles(project, built, openRun(now, { which: 'build' })) : []),
    ...[...rendered].map(([name, text]) => [`fenceline/${name}`, text] as const),
    ['fenceline/report.json', indentedJson(report)],
    ['fenceline/lineage.json', published.json()],
    ['fenceline/openlineage.ndjson', published.openLineage(now)],
    ...(await pageFiles(run)),
  ]);
}

/** `site.json`, and the page that is made from it. */
export async function pageFiles(facts: SiteFacts): Promise<Files> {
  const { renderPage } = await import('../../site/render-page.tsx');
  const site = makeSite(facts);
  return new Map([
    ['fenceline/site.json', `${JSON.stringify(site)}\n`],
    ['fenceline/index.html', renderPage(site, pageTemplate())],
  ]);
}

/** The run of a command, for its artifacts. */
export function openRun(startedAt: Date, args: ArtifactRun['args']): ArtifactRun {
  return { invocationId: randomUUID(), startedAt, args };
}

/**
 * dbt: the artifacts of a build, `manifest.json`, `run_results.json` and the SQL of the nodes.
 * @param ephemeral SQL of ephemeral models by unique id, which run only as a part of other nodes
 */
export function artifactFiles(
  project: Project,
  built: readonly NodeResult[],
  run: ArtifactRun,
  ephemeral: ReadonlyMap<string, string> = new Map(),
): Files {
  const compiled = new Map([
    ...ephemeral,
    ...built.flatMap(({ uniqueId, compiledCode }) =>
      compiledCode === undefined ? [] : [[uniqueId, compiledCode] as const],
    ),
  ]);
  return new Map([
    manifestFile(project, compiled, run),
    ['run_results.json', indentedJson(runResults(built, run))],
    ...[...project.nodes.values()].flatMap((node): [string, string][] => {
      const sql = compiled.get(node.uniqueId);
      return !isSqlNode(node) || sql === undefined ? [] : [[compiledPath(node), sql]];
    }),
  ]);
}

/** Name and text of the file `manifest.json` (dbt), with secrets hidden. */
export function manifestFile(
  project: Project,
  compiled: ReadonlyMap<string, string>,
  run: ArtifactRun,
): readonly [string, string] {
  return ['manifest.json', hideSecrets(indentedJson(manifestOf(project, compiled, run)), project.secrets)];
}

/** dbt: `compiled/<package>/<path of the file>`. A test that YAML declares gets a file below the path of that YAML. */
export function compiledPath(node: SqlNode): string {
  const { packageName, originalFilePath, path } = node;
  const isDeclared = !originalFilePath.endsWith('.sql');
  return `compiled/${packageName}/${isDeclared ? `${originalFilePath}/${path.slice(path.lastIndexOf('/') + 1)}` : originalFilePath}`;
}
