import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openProjectFiles } from '../../config/project-files.ts';
import { formatLocation } from '../../location.ts';
import { UserError } from '../../user-error.ts';
import type { ArtifactRun } from '../artifacts/artifact-metadata.ts';
import type { LoadOptions } from '../load/load-options.ts';
import { loadProject } from '../load/load-project.ts';
import type { Model, Node, Test } from '../node.ts';
import type { Project, Rendering } from '../project.ts';

/** The run that writes the artifacts of a test. */
export const TEST_RUN: ArtifactRun = { invocationId: 'test', startedAt: new Date('2026-11-25T12:00:00Z'), args: {} };

export type Files = { readonly [path: string]: string };

export const PROJECT = 'name: app\nversion: "1"\nprofile: app\n';
const PROFILES = 'app:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: dev.duckdb, schema: main}\n';

/** A project in a temporary folder, which is removed when this is disposed. */
export interface SmallProject extends Disposable {
  readonly directory: string;
}

export function writeProject(written: Files): SmallProject {
  const directory = mkdtempSync(join(tmpdir(), 'fenceline-project-'));
  for (const [path, content] of Object.entries({
    'dbt_project.yml': PROJECT,
    'profiles.yml': PROFILES,
    ...written,
  })) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return { directory, [Symbol.dispose]: () => rmSync(directory, { recursive: true }) };
}

/** Loads a project from a temporary folder, which is removed after the load. */
export async function load(written: Files, options: Partial<LoadOptions> = {}): Promise<Project> {
  using project = writeProject(written);
  return await loadFrom(project, options);
}

export function loadFrom({ directory }: SmallProject, options: Partial<LoadOptions> = {}): Promise<Project> {
  return loadProject({
    files: openProjectFiles(directory),
    vars: {},
    targetName: undefined,
    profilesDirectories: [directory],
    environment: {},
    isVisibleVariable: () => true,
    ...options,
  });
}

export function nodeOf(project: Project, name: string): Node {
  const node = [...project.nodes.values()].find((candidate) => candidate.name === name);
  if (!node) throw new Error(`no node ${name} among ${[...project.nodes.keys()].join(', ')}`);
  return node;
}

export async function compiled(
  project: Project,
  name: string,
  rendering: Rendering = { adapter: undefined },
): Promise<string> {
  const { sql } = await project.compile(nodeOf(project, name) as Model | Test, rendering);
  return sql.text.trim();
}

/** The mistakes of a project as lines: `place message`. */
export async function mistakesOf(written: Files, options: Partial<LoadOptions> = {}): Promise<readonly string[]> {
  try {
    await load(written, options);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.mistakes.map(({ location, message }) => `${location ? `${formatLocation(location)} ` : ''}${message}`);
  }
}
