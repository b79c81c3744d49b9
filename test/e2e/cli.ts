import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '../../src/report/report.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const BUNDLE = join(ROOT, 'dist', 'cli.cjs');
export const EXAMPLE = join(ROOT, 'example-project');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the committed bundle and waits for its end. */
export function fenceline(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BUNDLE, ...args], {
      cwd: options.cwd ?? ROOT,
      env: { ...process.env, NO_COLOR: '1', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** A change to one file of the example project. */
export type Edit =
  | { readonly file: string; readonly text: string }
  | { readonly file: string; readonly find: string; readonly put: string };

export interface ProjectCopy extends AsyncDisposable {
  readonly directory: string;
  report(): Promise<Report>;
}

/** The example project in a folder of its own, with the edits made; `find` must be there, and is replaced once. */
export async function copyExample(edits: readonly Edit[] = []): Promise<ProjectCopy> {
  const parent = await mkdtemp(join(tmpdir(), 'fenceline-e2e-'));
  const directory = join(parent, 'clinic');
  await cp(EXAMPLE, directory, { recursive: true, filter: (path) => !path.includes('/target') });
  await editProject(directory, edits);
  return projectCopy(directory, () => rm(parent, { recursive: true, force: true }));
}

export async function editProject(directory: string, edits: readonly Edit[]): Promise<void> {
  for (const edit of edits) {
    const path = join(directory, edit.file);
    if ('text' in edit) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, edit.text);
      continue;
    }
    const before = await readFile(path, 'utf8');
    if (!before.includes(edit.find)) throw new Error(`${edit.file} has no ${edit.find}`);
    await writeFile(
      path,
      before.replace(edit.find, () => edit.put),
    );
  }
}

export function projectCopy(directory: string, remove: () => Promise<void>): ProjectCopy {
  return {
    directory,
    report: async () => JSON.parse(await readFile(join(directory, 'target/fenceline/report.json'), 'utf8')) as Report,
    [Symbol.asyncDispose]: remove,
  };
}

/** Matches each personal value of the example data: its row's number between `pii` and a letter. */
export const CANARY = /pii\d+[a-z]/i;
