import { join, resolve } from 'node:path';
import { findProject } from '../../config/find-project.ts';
import type { ArtifactRun } from '../../project/artifacts/artifact-metadata.ts';
import type { DbtCommand, Deferral } from '../../project/context/dbt-command.ts';
import type { EarlierState } from '../../project/selection/earlier-state.ts';
import { resolveSelection } from '../../project/selection/select.ts';
import { type Mistake, mistakeText, UserError } from '../../user-error.ts';
import { openRun } from '../files/output-files.ts';
import type { ArtifactOptions, DbtBuildOptions, DbtSelection, Invocation, ProjectOptions } from '../options.ts';
import { openStages, type Stages } from '../stages/stages.ts';
import { deferredRelations, readEarlierRun } from './earlier-run.ts';
import { type OpenedProject, openStage, openWithoutContract } from './open-project.ts';

export interface DbtCommandOptions extends ProjectOptions, ArtifactOptions, DbtSelection, Invocation {}

export interface SelectedProject extends OpenedProject {
  /** Unique ids of the selected resources. */
  readonly selected: ReadonlySet<string>;
  readonly command: DbtCommand;
  /** The id, start and arguments of the run that artifacts record. */
  readonly run: ArtifactRun;
  /** Absolute path of the folder of the artifacts. */
  readonly targetFolder: string;
  readonly stages: Stages;
}

/**
 * Opens a project for one of dbt's commands, and selects nodes as dbt does: a criterion that no node matches is a warning.
 * @throws {UserError} for a mistake in the project or the selection; with `warnError` for a warning, too
 */
export async function openSelected(
  options: DbtCommandOptions & Partial<DbtBuildOptions>,
  which: DbtCommand['which'],
): Promise<SelectedProject> {
  const { select, exclude, selector, resourceTypes, excludedResourceTypes, indirect, warnError = false } = options;
  const targetFolder = artifactFolder(options);
  const earlier = options.state === undefined ? undefined : await readEarlierRun(options.state, targetFolder);
  const command: DbtCommand = {
    which,
    fullRefresh: options.fullRefresh ?? false,
    failFast: options.failFast ?? false,
    storeFailures: options.storeFailures ?? false,
    empty: options.empty ?? false,
    warnError,
    select,
    exclude,
    selector,
    resourceTypes,
    excludedResourceTypes,
    indirect,
    earlier,
    deferral: await openDeferral(options, earlier, targetFolder),
  };
  const stages = openStages(options);
  const opened = await openStage({ ...options, command, packages: 'required' }, stages, openWithoutContract);
  const { ids, unmatched } = resolveSelection(opened.project, command);
  for (const remark of unmatched) {
    options.progress({ kind: 'step', stage: 'project', text: mistakeText(remark), status: 'warn' });
  }
  if (warnError) refuseWarnings([...opened.project.remarks, ...unmatched]);
  return { ...opened, selected: ids, command, run: openRun(options.now, argumentsOf(command)), targetFolder, stages };
}

/** The arguments of a command by dbt's names, so that `retry` can repeat it. */
function argumentsOf({
  which,
  fullRefresh,
  failFast,
  storeFailures,
  empty,
  warnError,
  ...selection
}: DbtCommand): ArtifactRun['args'] {
  return {
    which,
    full_refresh: fullRefresh,
    fail_fast: failFast ?? false,
    store_failures: storeFailures ?? false,
    empty: empty ?? false,
    warn_error: warnError ?? false,
    select: selection.select,
    exclude: selection.exclude,
    selector: selection.selector ?? null,
    resource_types: selection.resourceTypes ?? [],
    exclude_resource_types: selection.excludedResourceTypes ?? [],
    indirect_selection: selection.indirect ?? 'eager',
  };
}

/** The folder where a command writes dbt's artifacts. */
export function artifactFolder({
  projectDirectory,
  targetPath,
  environment,
}: ProjectOptions & ArtifactOptions & Pick<Invocation, 'environment'>): string {
  const written = targetPath ?? environment['DBT_TARGET_PATH'];
  const project = findProject(resolve(projectDirectory));
  return written === undefined ? join(project, 'target') : resolve(project, written);
}

function refuseWarnings(remarks: readonly Mistake[]): void {
  if (remarks.length > 0) throw new UserError(remarks);
}

/** @throws {UserError} where the relations of an earlier run are wanted and there is no manifest of one */
async function openDeferral(
  { defer = false, favorState = false, deferState }: Partial<DbtBuildOptions>,
  earlier: EarlierState | undefined,
  targetFolder: string,
): Promise<Deferral | undefined> {
  if (!defer) return undefined;
  const state = deferState === undefined ? earlier : await readEarlierRun(deferState, targetFolder);
  if (!state?.manifest) {
    throw new UserError({
      code: 'no-state',
      message: '--defer needs the manifest.json of an earlier run',
      fix: 'name the folder of its artifacts with --state',
    });
  }
  return { relations: deferredRelations(state.manifest), isFavored: favorState };
}
