import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { FencelineConfig } from '../config/fenceline-config.ts';
import { findProject } from '../config/find-project.ts';
import { loadFencelineConfig } from '../config/load-fenceline-config.ts';
import { openProjectFiles, type ProjectFiles } from '../config/project-files.ts';
import { maskSecrets } from '../contract/masks/mask-secrets.ts';
import { requireContract } from '../contract/require-contract.ts';
import { requireSameTags } from '../contract/require-same-tags.ts';
import { hideInMistakes } from '../hide-secrets.ts';
import type { LoadOptions } from '../project/load/load-options.ts';
import { loadProject } from '../project/load/load-project.ts';
import type { Project } from '../project/project.ts';
import { UserError } from '../user-error.ts';
import type { ProjectLocation } from './pipeline-options.ts';
import { removeAbandonedCopies } from './staged-warehouse.ts';

export interface OpenedProject {
  readonly config: FencelineConfig;
  readonly project: Project;
}

/**
 * Reads the configuration and the whole graph. Everything a user can get wrong without an engine is found here, before
 * anything is started.
 * @throws {UserError} with every mistake found
 */
export async function openProject(location: ProjectLocation): Promise<OpenedProject> {
  const directory = findProject(resolve(location.projectDirectory));
  const files = openProjectFiles(directory);
  const file = location.configFile === undefined ? undefined : resolve(location.configFile);
  const config = loadFencelineConfig({ files, ...(file !== undefined && { file }) });
  const project = await loadProject(loadOptions(location, files, config.env));
  await removeAbandonedCopies(project.target.path);
  requireContract(config.contract, project);
  requireSameTags(config.sync, project);
  return { config, project: withSecrets(project, await maskSecrets(project, config.contract.masks)) };
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

/** How a project is loaded that has these files; its profile is that of the project folder, wherever they are. */
export function loadOptions(location: ProjectLocation, files: ProjectFiles, env: FencelineConfig['env']): LoadOptions {
  const { vars, target, environment, visibleVariables, threads } = location;
  return {
    files,
    vars,
    targetName: target,
    profilesDirectories: profilesDirectories(location, findProject(resolve(location.projectDirectory))),
    environment,
    isVisibleVariable: (name) => visibleVariables === 'all' || /^(DBT|FENCELINE)_/.test(name) || env.includes(name),
    threads,
  };
}

/** dbt: the one that was named, else the project's own and then the user's. */
function profilesDirectories(
  { profilesDirectory, environment }: ProjectLocation,
  projectDirectory: string,
): readonly string[] {
  const named = profilesDirectory ?? environment['DBT_PROFILES_DIR'];
  return named ? [resolve(named)] : [projectDirectory, join(homedir(), '.dbt')];
}

/** People's own data is copied, not fixtures into a throwaway server. */
export function readsServer(
  { postgres }: { readonly postgres: { readonly mode: string; readonly url: string | undefined } },
  config: FencelineConfig,
): boolean {
  return postgres.mode === 'url' || (postgres.url ?? config.postgres.url) !== undefined;
}
