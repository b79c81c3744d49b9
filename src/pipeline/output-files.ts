import type { NodeResult } from '../build/node-result.ts';
import { runResults } from '../build/run-results.ts';
import { exposedPii } from '../contract/exposed-pii.ts';
import { exposuresJson } from '../contract/exposures-json.ts';
import { readableTrace } from '../contract/hidden-names.ts';
import { hideSecrets } from '../hide-secrets.ts';
import { lineageJson } from '../lineage/formats/lineage-json.ts';
import { openLineageEvents } from '../lineage/formats/openlineage.ts';
import type { TracedProject } from '../lineage/trace-project.ts';
import { manifestOf } from '../project/artifacts/manifest.ts';
import { isSqlNode, type SqlNode } from '../project/node.ts';
import type { Project } from '../project/project.ts';
import { reportFiles } from '../report/formats.ts';
import type { Report } from '../report/report.ts';
import { VERSION } from '../version.ts';
import type { Files } from './write-files.ts';

interface FinishedCheck {
  readonly project: Project;
  readonly report: Report;
  readonly lineage: TracedProject;
  readonly now: Date;
}

interface FinishedRun extends FinishedCheck {
  readonly built: readonly NodeResult[];
}

/** What a run leaves below `target/`: that of a check, and dbt's artifacts. */
export async function outputFiles(run: FinishedRun): Promise<Files> {
  return new Map([...artifactFiles(run.project, run.built), ...(await checkFiles(run))]);
}

/** What a check leaves below `target/`: path → content. */
export async function checkFiles({ project, report, lineage: traced, now }: FinishedCheck): Promise<Files> {
  const lineage = readableTrace(traced, project);
  const rendered = await reportFiles(report);
  return new Map([
    ...[...rendered].map(([name, text]) => [`fenceline/${name}`, text] as const),
    ['fenceline/report.json', json(report)],
    [
      'fenceline/lineage.json',
      hideSecrets(
        json(lineageJson(project, lineage, exposuresJson(project, exposedPii(project, lineage)))),
        project.secrets,
      ),
    ],
    [
      'fenceline/openlineage.ndjson',
      hideSecrets(openLineageEvents({ project, lineage, version: VERSION, time: now }), project.secrets),
    ],
  ]);
}

/** dbt: the artifacts of a build, `manifest.json`, `run_results.json` and the SQL that ran. */
export function artifactFiles(project: Project, built: readonly NodeResult[]): Files {
  const compiled = new Map(
    built.flatMap(({ uniqueId, compiledCode }) => (compiledCode === undefined ? [] : [[uniqueId, compiledCode]])),
  );
  return new Map([
    ['manifest.json', hideSecrets(json(manifestOf(project, compiled)), project.secrets)],
    ['run_results.json', json(runResults(built))],
    ...[...project.nodes.values()].flatMap((node): [string, string][] => {
      const sql = compiled.get(node.uniqueId);
      return !isSqlNode(node) || sql === undefined ? [] : [[compiledPath(node), sql]];
    }),
  ]);
}

/** dbt: `compiled/<package>/<path of the file>`; what YAML declares has a file of its own below that of its YAML. */
export function compiledPath(node: SqlNode): string {
  const { packageName, originalFilePath, path } = node;
  const isDeclared = !originalFilePath.endsWith('.sql');
  return `compiled/${packageName}/${isDeclared ? `${originalFilePath}/${path.slice(path.lastIndexOf('/') + 1)}` : originalFilePath}`;
}

export function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
