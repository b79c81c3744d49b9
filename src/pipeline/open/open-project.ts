import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { FencelineConfig } from '../../config/fenceline-config.ts';
import { findProject } from '../../config/find-project.ts';
import {
  type BaseConfig,
  loadConfigIfThere,
  loadFencelineConfig,
  readBaseConfig,
} from '../../config/load-fenceline-config.ts';
import { openProjectFiles, type ProjectFiles } from '../../config/project-files.ts';
import { maskSecrets } from '../../contract/masks/mask-secrets.ts';
import { requireContract } from '../../contract/require-contract.ts';
import { requireSafeTargets } from '../../contract/require-safe-targets.ts';
import { requireSameTags } from '../../contract/require-same-tags.ts';
import { loosenedPolicy, tightenContract } from '../../contract/tighten-contract.ts';
import { hideInMistakes } from '../../hide-secrets.ts';
import { openRunTexts, type RunTexts } from '../../lineage/run-texts.ts';
import { removeAbandonedServers } from '../../postgres/remove-abandoned-servers.ts';
import type { LoadOptions } from '../../project/load/load-options.ts';
import { loadProject } from '../../project/load/load-project.ts';
import type { Project } from '../../project/project.ts';
import { counted } from '../../report/counts.ts';
import { mistakeText, UserError } from '../../user-error.ts';
import { type ComparedOptions, findJudge, type Judge } from '../base/judge.ts';
import { removeAbandonedCopies } from '../files/staged-warehouse.ts';
import type { Invocation, PostgresOptions, ProjectOptions } from '../options.ts';
import type { Stages } from '../stages/stages.ts';
import { placeTables } from './place-tables.ts';

export interface OpenedProject {
  /** Absent where no base is given. */
  readonly judge?: Judge;
  readonly config: FencelineConfig;
  readonly project: Project;
  readonly runTexts: RunTexts;
}

/** Which project is opened, and which variables its templates may read. */
export type ProjectLocation = ProjectOptions & Pick<Invocation, 'environment' | 'visibleVariables' | 'progress'>;

/**
 * Runs the stage `project`: opens the project, and finds the base that it is compared with.
 * @throws {UserError} with every mistake found
 */
export function openStage(
  options: ComparedOptions,
  stages: Stages,
  open: (options: ComparedOptions) => Promise<OpenedProject> = openCompared,
): Promise<OpenedProject> {
  return stages.run(
    'project',
    () => open(options),
    ({ project }) =>
      `${project.name}: ${counted(project.order.length, 'node')}, ${counted(project.sources.size, 'source')}`,
  );
}

/**
 * Opens a project that the base judges: its `postgres` and `env` are the base's.
 * @throws {UserError} with every mistake found, also where git, the repository or the ref is not there
 */
export async function openCompared(options: ComparedOptions): Promise<OpenedProject> {
  if (options.baseRef === undefined) return openProject(options);
  const judge = await findJudge(options.baseRef, options);
  if (judge.kind === 'first') return { ...(await openProject(options)), judge };
  const base = judge.config instanceof UserError ? 'unreadable' : judge.config;
  return { ...(await openProject(options, base)), judge };
}

/**
 * Reads the configuration and the whole graph. Every mistake that needs no engine is found here, before anything is
 * started.
 * @param base the base's fenceline.yml, where the head may not decide over `postgres` and `env`
 * @throws {UserError} with every mistake found
 */
export function openProject(location: ProjectLocation, base?: BaseConfig | 'unreadable'): Promise<OpenedProject> {
  return openWith(loadFencelineConfig, location, base);
}

/**
 * Opens a project for a command that needs no contract, and so no `fenceline.yml`.
 * @throws {UserError} with every mistake found
 */
export function openWithoutContract(location: ProjectLocation): Promise<OpenedProject> {
  return openWith(loadConfigIfThere, location, undefined);
}

async function openWith(
  load: typeof loadFencelineConfig,
  location: ProjectLocation,
  base: BaseConfig | 'unreadable' | undefined,
): Promise<OpenedProject> {
  const directory = findProject(resolve(location.projectDirectory));
  const files = openProjectFiles(directory);
  const file = location.configFile === undefined ? undefined : resolve(location.configFile);
  const { own, written } = readContract(
    load,
    { files, ...(file !== undefined && { file }), ...(base && { base }) },
    location,
  );
  const project = await loadProject(loadOptions(location, files, written));
  for (const remark of project.remarks) {
    location.progress({ kind: 'step', stage: 'project', text: mistakeText(remark), status: 'warn' });
  }
  const contract = { ...written.contract, masks: written.contract.masks.filter(isMacroOf(project)) };
  const config = { ...written, contract, sync: placeTables(written.sync, project) };
  await removeAbandonedCopies(project.target.path);
  await removeAbandonedServers();
  requireContract(own, project);
  requireSameTags(config.sync, project);
  requireSafeTargets(config.sync, project, contract.tiers);
  const secrets = await maskSecrets(project, [...contract.masks, { secret: config.sync.maskSecret }]);
  return { config, project: withSecrets(project, secrets), runTexts: openRunTexts() };
}

/**
 * Whether a mask's macro is in the project. A policy for several projects may name macros that this one lacks; they are
 * no mistake, since `requireContract` checks only the project's own file.
 */
function isMacroOf({ macros }: Project): (mask: FencelineConfig['contract']['masks'][number]) => boolean {
  const names = new Set([...macros.values()].map(({ name }) => name));
  return ({ macro }) => names.has(macro);
}

/**
 * The project's own contract, and the configuration that a policy makes stricter. With a policy, a project needs no
 * `fenceline.yml`.
 */
function readContract(
  load: typeof loadFencelineConfig,
  options: Parameters<typeof loadFencelineConfig>[0],
  { policy }: ProjectLocation,
): { readonly own: FencelineConfig['contract']; readonly written: FencelineConfig } {
  if (policy === undefined) {
    const written = load(options);
    return { own: written.contract, written };
  }
  const own = loadConfigIfThere(options);
  const { contract } = readBaseConfig(policy.shown, policy.text);
  const loosened = loosenedPolicy(contract, own.contract, policy.shown);
  if (loosened.length > 0) throw new UserError(loosened);
  return { own: own.contract, written: { ...own, contract: tightenContract(contract, own.contract) } };
}

function withSecrets(project: Project, secrets: readonly string[]): Project {
  return {
    ...project,
    secrets,
    async compile(node, rendering) {
      try {
        return await project.compile(node, rendering);
      } catch (error) {
        throw error instanceof UserError ? hideInMistakes(error, secrets, error) : error;
      }
    },
  };
}

/** The options to load a project from these files; its profile is that of the project folder, wherever the files are. */
export function loadOptions(
  location: ProjectLocation,
  files: ProjectFiles,
  { env, contract }: Pick<FencelineConfig, 'env' | 'contract'>,
): LoadOptions {
  const { vars, target, profile, environment, visibleVariables, threads, command, packages } = location;
  return {
    files,
    vars,
    profileName: profile,
    targetName: target,
    profilesDirectories: profilesDirectories(location, findProject(resolve(location.projectDirectory))),
    environment,
    isVisibleVariable: (name) => visibleVariables === 'all' || /^(DBT|FENCELINE)_/.test(name) || env.includes(name),
    threads,
    personal: contract.personal,
    secretVars: contract.masks.flatMap(({ secret }) => secret ?? []),
    command,
    missingPackages: packages === 'required' ? undefined : 'leave-out',
  };
}

/** Folders where profiles.yml is searched (dbt): the one that is named, else the project folder and then `~/.dbt`. */
function profilesDirectories(
  { profilesDirectory, environment }: ProjectLocation,
  projectDirectory: string,
): readonly string[] {
  const named = profilesDirectory ?? environment['DBT_PROFILES_DIR'];
  return named ? [resolve(named)] : [projectDirectory, join(homedir(), '.dbt')];
}

/** Whether rows come from a server with people's own data, not from fixtures in a throwaway one. */
export function readsServer(
  postgres: PostgresOptions | undefined,
  { postgres: own, databases }: FencelineConfig,
): boolean {
  const urls = [postgres?.url ?? own.url, ...[...databases.values()].map(({ url }) => url)];
  return postgres?.mode === 'url' || urls.some((url) => url !== undefined);
}
