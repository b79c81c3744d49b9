import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { PipelineOptions } from '../options.ts';

const EXAMPLE = join(import.meta.dirname, '../../../example-project');

/** A copy of the example in a folder of a git repository of its own, with one commit on `main`. */
export interface Repository extends Disposable {
  readonly root: string;
  /** Folder of the project in it. */
  readonly directory: string;
  git(...args: readonly string[]): string;
  /** Changes files of the project: a pair replaces one text by another, a single text becomes the whole file. */
  edit(edits: Edits): void;
}

export type Edits = Readonly<Record<string, string | readonly [from: string, to: string]>>;

export function openRepository(edits: Edits = {}): Repository {
  const root = mkdtempSync(join(tmpdir(), 'fenceline-repository-'));
  const directory = join(root, 'warehouse');
  cpSync(EXAMPLE, directory, { recursive: true, filter: (path) => basename(path) !== 'target' });
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-C', root, '-c', 'user.name=Test', '-c', 'user.email=test@example.test', ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  const repository: Repository = {
    root,
    directory,
    git,
    edit: (changes) => {
      for (const [file, change] of Object.entries(changes)) write(join(directory, file), change);
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
  repository.edit(edits);
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '--message=base');
  return repository;
}

function write(path: string, change: Edits[string]): void {
  mkdirSync(dirname(path), { recursive: true });
  if (typeof change === 'string') {
    writeFileSync(path, change);
    return;
  }
  const [from, to] = change;
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`);
  writeFileSync(path, text.replace(from, to));
}

/** Options for a check of a project, without any option of a user. */
export function optionsFor(directory: string): PipelineOptions {
  return {
    projectDirectory: directory,
    configFile: undefined,
    vars: {},
    target: undefined,
    profilesDirectory: undefined,
    threads: undefined,
    environment: process.env,
    visibleVariables: 'all',
    baseRef: undefined,
    warehouse: undefined,
    rows: undefined,
    progress: () => {},
    signal: new AbortController().signal,
    now: new Date('2026-11-25T12:00:00Z'),
  };
}
