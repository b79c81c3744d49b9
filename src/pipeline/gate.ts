import { join } from 'node:path';
import { warehouseAdapter } from '../build/adapter.ts';
import { buildProject } from '../build/build-project.ts';
import { verifyData } from '../contract/rows/verify-data.ts';
import { repositoryFolder } from '../git/repository-folder.ts';
import { requireBuiltColumns } from '../lineage/shadow/built-columns.ts';
import { traceBuilt, traceStatically } from '../lineage/trace-statically.ts';
import { ensureDuckDB } from '../native/ensure-duckdb.ts';
import { selectNodes } from '../project/selection/select.ts';
import { buildCounts, counted } from '../report/counts.ts';
import { makeReport } from '../report/make-report.ts';
import type { Report } from '../report/report.ts';
import { VERSION } from '../version.ts';
import { lockDown, openReadOnly, openWithFiles } from '../warehouse/duckdb.ts';
import { builtTexts } from './built-texts.ts';
import { openCompared } from './compare-with-base.ts';
import { copyFromPostgres } from './copy-from-postgres.ts';
import { type Decision, decideContract } from './decide-contract.ts';
import { foresee } from './foresee.ts';
import { type OpenedProject, readsServer } from './open-project.ts';
import { outputFiles } from './output-files.ts';
import type { PipelineOptions } from './pipeline-options.ts';
import { requireSources } from './require-sources.ts';
import { stageWarehouse } from './staged-warehouse.ts';
import { openStages, type Stages } from './stages.ts';
import { writeFiles } from './write-files.ts';

export interface Outcome {
  readonly report: Report;
  /** `<project>/target/fenceline`, where every output file already is. */
  readonly outputDirectory: string;
  readonly duckdbOrigin: string;
}

/**
 * The gate: sync → trace → build with tests → verify → contract → report. It works on a copy of the warehouse, which
 * takes the place of the old one only when the contract holds.
 * @throws {UserError} before anything is written
 * @throws {EnvironmentError} when Postgres, the engine, the disk or the network fails
 */
export async function runPipeline(options: PipelineOptions): Promise<Outcome> {
  const stages = openStages(options.progress, options.signal);
  const opened = await stages.run(
    'project',
    () => openCompared(options),
    ({ project }) =>
      `${project.name}: ${counted(project.order.length, 'node')}, ${counted(project.sources.size, 'source')}`,
  );
  const { project } = opened;
  const selected = selectNodes(project, options);
  const { origin } = await ensureDuckDB(options);

  await using staged = await stageWarehouse(project.target.path);
  const { postgres, synced, built, lineage, verified, maskFindings } = await fillWarehouse(
    staged.path,
    opened,
    selected,
    options,
    stages,
  );
  const contract = await decideStaged(
    staged.path,
    { opened, lineage, synced, verified, maskFindings, options },
    stages,
  );
  const report = makeReport({
    tool: `fenceline ${VERSION}`,
    project,
    folder: repositoryFolder(project.directory),
    contract,
    postgres,
    sync: synced,
    build: built,
    stages: stages.finished,
  });
  if (!contract.findings.some(({ severity }) => severity === 'error')) await staged.publish();
  const target = join(project.directory, 'target');
  await writeFiles(target, await outputFiles({ project, report, lineage, built, now: options.now }));
  return { report, outputDirectory: join(target, 'fenceline'), duckdbOrigin: origin };
}

/** The base and what is tried see the sources as they were copied. */
async function decideStaged(path: string, decision: Omit<Decision, 'warehouse'>, stages: Stages) {
  await using warehouse = path === ':memory:' ? undefined : await openReadOnly(path);
  return await decideContract({ ...decision, warehouse }, stages);
}

/** Everything that needs the warehouse open: when this returns it is closed, and may be moved. */
async function fillWarehouse(
  path: string,
  { project, config }: OpenedProject,
  selected: ReadonlySet<string>,
  options: PipelineOptions,
  stages: Stages,
) {
  const { progress, signal, fullRefresh } = options;
  const { threads, database } = project.target;
  await using warehouse = await openWithFiles(path, { threads, ...config.limits });
  await requireSources(project, config.sync, warehouse);
  const { contract } = config;
  const masksRealData = readsServer(options, config);
  await using foreseen = foresee({ project, contract, warehouse, masksRealData, progress, stages, signal });
  await using copied = await copyFromPostgres({ warehouse, config, directory: project.directory, options, stages });
  // From here on the SQL of strangers runs.
  await lockDown(warehouse);

  const statically = { project, warehouse, masks: contract.masks, adapter: undefined, cache: foreseen.cache, signal };
  const traced = await stages.run(
    'check',
    () => traceStatically(statically),
    ({ nodes }) => `${counted(nodes.size, 'node')} traced`,
  );
  const built = await stages.run(
    'build',
    () => buildProject({ project, warehouse, selected, kind: 'build', threads, fullRefresh, progress, signal }),
    (results) =>
      buildCounts(
        results.map(({ uniqueId, status }) => ({
          status,
          resourceType: project.nodes.get(uniqueId)?.resourceType ?? 'model',
        })),
      ),
  );
  // What templates asked of the data is known only now.
  const adapter = warehouseAdapter(warehouse, database);
  const asked = await traceBuilt(traced, built, { ...statically, adapter });
  const lineage = await requireBuiltColumns(asked, project, warehouse);
  // Masks are tried in a database of their own: it costs the rows nothing to be looked at meanwhile.
  const [verified, maskFindings] = await Promise.all([
    stages.run(
      'verify',
      () => {
        const texts = builtTexts(project, built);
        return verifyData({ project, lineage, contract, warehouse, builtTexts: texts, adapter, signal });
      },
      (findings) => counted(findings.length, 'finding'),
    ),
    foreseen.maskFindings(lineage),
  ]);
  return { postgres: copied.postgres, synced: copied.synced, built, lineage, verified, maskFindings };
}
