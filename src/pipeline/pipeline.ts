import { join, resolve } from 'node:path';
import { exportFiles } from '../build/export-files.ts';
import type { NodeResult } from '../build/node-result.ts';
import { findProject } from '../config/find-project.ts';
import type { ContractResult } from '../contract/check-contract.ts';
import type { UntaggedPii } from '../contract/finding.ts';
import { findNamedWithoutRows } from '../contract/rows/named-columns.ts';
import { readCheckout } from '../git/checkout.ts';
import { repositoryFolder } from '../git/repository-folder.ts';
import type { TracedProject } from '../lineage/traced-project.ts';
import { ensureDuckDB } from '../native/ensure-duckdb.ts';
import type { DbtCommand } from '../project/context/dbt-command.ts';
import { selectNodes } from '../project/selection/select.ts';
import { makeReport } from '../report/make-report.ts';
import type { Report } from '../report/report.ts';
import { VERSION } from '../version.ts';
import { closeOnAbort } from '../warehouse/close-on-abort.ts';
import { openWithFiles } from '../warehouse/duckdb.ts';
import { reportedJudge } from './base/judge.ts';
import { holdWarehouse } from './files/hold-warehouse.ts';
import { openExisting } from './files/open-existing.ts';
import { type FinishedRun, outputFiles } from './files/output-files.ts';
import { placeWarehouse } from './files/place-warehouse.ts';
import { removeOutputs } from './files/remove-outputs.ts';
import { stageWarehouse } from './files/staged-warehouse.ts';
import { writeFiles } from './files/write-files.ts';
import { type OpenedProject, openStage } from './open/open-project.ts';
import type { PipelineOptions, RowOptions } from './options.ts';
import type { CopiedTables } from './stages/copy-from-postgres.ts';
import { decideContract } from './stages/decide-contract.ts';
import { startEarlyWork } from './stages/early-work.ts';
import { lineageCacheFile } from './stages/lineage-cache.ts';
import { buildStage, copyStage, traceBuiltStage, verifyStage } from './stages/row-stages.ts';
import { type FinishedStage, openStages, type Stages } from './stages/stages.ts';
import { attackStage, traceStage } from './stages/text-stages.ts';
import type { RowPlan, Work } from './stages/work.ts';

export interface Outcome {
  readonly report: Report;
  /** `<project>/target/fenceline`, where every output file already is. */
  readonly outputDirectory: string;
  readonly duckdbOrigin: string;
}

/**
 * Decides the contract of a project, and writes its report and the other output files.
 * @throws {UserError} before anything is written
 * @throws {EnvironmentError} when Postgres, the engine, the disk or the network fails
 */
export async function runPipeline(options: PipelineOptions): Promise<Outcome> {
  await removeOutputs(findProject(resolve(options.projectDirectory)));
  const { duckdbOrigin, ...run } = await finishRun(options);
  const target = join(run.project.directory, 'target');
  await writeFiles(target, await outputFiles(run));
  return { report: run.report, outputDirectory: join(target, 'fenceline'), duckdbOrigin };
}

/** Decides the contract of a project, and puts together what its output files are made of. */
export async function finishRun(options: PipelineOptions): Promise<FinishedRun & Pick<Outcome, 'duckdbOrigin'>> {
  const { project, lineage, contract, rows, stages, duckdbOrigin, ...opened } = await analyze(options);
  const tool = `fenceline ${VERSION}`;
  const folder = repositoryFolder(project.directory);
  const judge = reportedJudge(opened.judge, options);
  const report = makeReport({ tool, project, folder, judge, contract, stages, ...rows });
  const { environment, signal, now, pageSql: sql = 'with-sql' } = options;
  const checkout = await readCheckout(project.directory, environment, signal);
  const facts = { contract: opened.config.contract, checkout, now, sql };
  return { project, report, lineage, built: rows?.build, ...facts, duckdbOrigin };
}

export interface Analysis extends OpenedProject, Decision {
  readonly stages: readonly FinishedStage[];
  readonly duckdbOrigin: string;
}

/**
 * Finds the lineage of a project and decides its contract. Rows are copied into a copy of the warehouse, which takes
 * the place of the warehouse only where the contract holds. Only then external models write their files.
 */
export async function analyze(userOptions: PipelineOptions): Promise<Analysis> {
  const options = userOptions.rows ? { ...userOptions, command: commandOf(userOptions.rows) } : userOptions;
  const stages = openStages(options);
  const opened = await openStage(options, stages);
  const selected = options.rows && selectNodes(opened.project, options.rows);
  const { origin } = await ensureDuckDB(options);
  await using _held = options.rows && (await holdWarehouse(opened.project.target.path, 'sync', options));
  await using place = options.rows && (await placeWarehouse(opened.project));
  await using staged = place && (await stageWarehouse(place.path));
  const plan = options.rows && selected && staged && { ...options.rows, selected, path: staged.path };
  const decision = await decide(opened, plan, options, stages);
  const { findings, marks } = decision.contract;
  if (marks.none !== 'error' && findings.every(({ severity }) => severity !== 'error')) {
    await staged?.publish();
    if (place && decision.rows) await exportFiles(opened.project, decision.rows.build, place.path);
  }
  return { ...opened, ...decision, stages: stages.finished, duckdbOrigin: origin };
}

function commandOf({ fullRefresh, select, exclude }: RowOptions): DbtCommand {
  return { which: 'build', fullRefresh, select, exclude };
}

interface Decision {
  readonly lineage: TracedProject;
  readonly contract: ContractResult;
  /** Results of the stages that `check` leaves out. */
  readonly rows: RowResults | undefined;
}

interface RowResults {
  readonly postgres: CopiedTables['postgres'];
  readonly sync: CopiedTables['synced'];
  readonly build: readonly NodeResult[];
}

/**
 * Runs the stages in their order. `check` has no rows, and leaves out all that depends on `rows`. When this returns, the
 * warehouse is closed and may be moved.
 */
async function decide(
  opened: OpenedProject,
  plan: RowPlan | undefined,
  options: PipelineOptions,
  stages: Stages,
): Promise<Decision> {
  const { path, threads } = opened.project.target;
  const { parses } = opened.runTexts;
  const limits = { ...opened.config.limits, parses };
  await using warehouse = plan
    ? await openWithFiles(plan.path, { threads, ...limits })
    : await openExisting(options.warehouse, path, limits);
  using _interrupted = warehouse && closeOnAbort(warehouse, options.signal);
  const work = { ...opened, warehouse, options, stages };
  const rows = plan && warehouse && { ...work, warehouse, rows: plan };

  await using early = rows && startEarlyWork(rows);
  await using copied = rows && (await copyStage(rows));
  const cacheFile = rows ? undefined : lineageCacheFile(work.project, options.environment);
  const traced = await traceStage(work, cacheFile);
  const build = rows && (await buildStage(rows, traced));
  const lineage = build ? await traceBuiltStage(rows, traced, build) : traced;
  // Masks are tried in a database of their own, so that rows can be read at the same time.
  const [verified, maskFindings] = await Promise.all([
    build ? verifyStage(rows, lineage, build) : findNames(work, traced),
    early ? early.maskFindings(lineage) : attackStage(work, lineage),
  ]);
  const contract = await decideContract({ ...work, lineage, traced, synced: copied?.synced, verified, maskFindings });
  return { lineage, contract, rows: copied && build && { postgres: copied.postgres, sync: copied.synced, build } };
}

/** Names are the only evidence of untagged columns where there are no rows. */
function findNames({ project, config }: Work, { sourceColumns }: TracedProject): readonly UntaggedPii[] {
  return config.contract.verify.values ? findNamedWithoutRows(project, sourceColumns) : [];
}
