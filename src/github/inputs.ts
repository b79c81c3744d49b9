import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { getInput } from '@actions/core';
import { didYouMean } from '../nearest-name.ts';
import { POSTGRES_MODES, type PostgresMode } from '../postgres-mode.ts';
import { relativePath } from '../relative-path.ts';
import { type Mistake, UserError } from '../user-error.ts';

/** The inputs of the step. Paths are absolute; `undefined` stands for an empty input. */
export interface Inputs {
  /** `comment`: comment the report of another run, and run nothing. */
  readonly mode: 'run' | 'comment';
  /** Path of the report of another run, as the step writes it. */
  readonly reportFile: string | undefined;
  readonly projectDirectory: string;
  readonly configFile: string | undefined;
  /** A contract of another repository, which that of the project can only tighten. */
  readonly policy: RemoteFile | undefined;
  readonly select: readonly string[];
  readonly postgres: {
    readonly mode: PostgresMode;
    readonly url: string | undefined;
    readonly version: number | undefined;
    readonly setup: readonly string[] | undefined;
  };
  readonly baseRef: string | undefined;
  /** Whether a pull request whose base is not in the checkout gets no verdict. */
  readonly requireBase: boolean;
  readonly failOn: (typeof FAIL_ON)[number];
  readonly comment: 'changes' | 'always' | 'never';
  /** Name of the comment: `[A-Za-z0-9._-]+`. */
  readonly commentKey: string;
  /** The input `comment-key`; `undefined` where the key comes from the folder of the project. */
  readonly namedKey: string | undefined;
  readonly annotations: boolean;
  /** Whether proven changes are offered in a review. */
  readonly suggestions: boolean;
  readonly token: string;
}

const FAIL_ON = ['error', 'new', 'warning', 'never'] as const;

/** A file in a repository on GitHub: `owner/repo/path@ref`. */
export interface RemoteFile {
  readonly owner: string;
  readonly repo: string;
  readonly path: string;
  /** A branch, tag or commit. */
  readonly ref: string;
}

interface Input<Value> {
  /** Name in action.yml. */
  readonly name: string;
  /** Text that stands for an empty input; the default in action.yml is the same. */
  readonly standard: string;
  readonly choices: readonly string[];
  /** @throws {WrongInput} */
  read(written: string, workspace: string): Value;
}

/** The value of each input. `commentKey` is none of them: without an input it comes from the folder of the project. */
type Written = Omit<Inputs, 'postgres' | 'commentKey' | 'mode' | 'configFile' | 'policy'> &
  Omit<Inputs['postgres'], 'mode'> & {
    readonly actionMode: Inputs['mode'];
    readonly postgresMode: PostgresMode;
    readonly config: string | RemoteFile | undefined;
  };

type InputsOf<Values> = { readonly [Property in keyof Values]: Input<Values[Property]> };

/** The input of each value. A missing one is a compile error. */
export const INPUTS: InputsOf<Written> = {
  actionMode: choice('mode', ['run', 'comment'], 'run'),
  reportFile: input('report-file', optional(String)),
  projectDirectory: input('project-dir', existingPath, '.'),
  config: input('config', optional(contractPlace)),
  select: input('select', (written) => written.split(/\s+/).filter(Boolean)),
  postgresMode: choice('postgres', POSTGRES_MODES, 'auto'),
  url: input('postgres-url', optional(String)),
  version: input('postgres-version', optional(majorVersion)),
  setup: input('seed-sql', optional(existingPaths)),
  baseRef: input('base-ref', optional(String)),
  requireBase: yesOrNo('require-base'),
  failOn: choice('fail-on', FAIL_ON, 'error'),
  comment: commentWhen('comment'),
  namedKey: input('comment-key', optional(key)),
  annotations: yesOrNo('annotations'),
  suggestions: yesOrNo('suggestions'),
  token: input('github-token', String),
};

/**
 * Reads the inputs of the step.
 * @param workspace the checkout, which paths are relative to
 * @throws {UserError} with every input that is wrong
 */
export function readInputs(workspace: string): Inputs {
  const { actionMode, postgresMode, config, url, version, setup, ...others } = readValues(INPUTS, workspace);
  const { projectDirectory } = others;
  const configFile = typeof config === 'string' ? config : undefined;
  const files = [projectDirectory, ...(configFile === undefined ? [] : [configFile])];
  return {
    ...others,
    mode: actionMode,
    configFile,
    policy: typeof config === 'object' ? config : undefined,
    commentKey: others.namedKey ?? defaultKey(files.map((file) => relativePath(workspace, file) ?? file)),
    postgres: { mode: postgresMode, url, version, setup },
  };
}

function readValues<Values>(inputs: InputsOf<Values>, workspace: string): Values {
  const mistakes: Mistake[] = [];
  const values: Record<string, unknown> = {};
  for (const [property, { name, standard, read }] of Object.entries<Input<unknown>>(inputs)) {
    try {
      values[property] = read(getInput(name) || standard, workspace);
    } catch (error) {
      if (!(error instanceof WrongInput)) throw error;
      const fix = `correct ${name} below with: of the step`;
      mistakes.push({ code: 'wrong-input', message: `the input ${name} ${error.message}`, fix });
    }
  }
  if (mistakes.length > 0) throw new UserError(mistakes);
  // Each value was read by the input of the same property.
  return values as Values;
}

/** The message completes the sentence `the input x …`. */
class WrongInput extends Error {}

function input<Value>(name: string, read: Input<Value>['read'], standard = ''): Input<Value> {
  return { name, standard, choices: [], read };
}

function choice<const Choice extends string>(
  name: string,
  choices: readonly Choice[],
  standard: Choice,
): Input<Choice> {
  return {
    name,
    standard,
    choices,
    read(written) {
      const chosen = choices.find((candidate) => candidate === written);
      if (chosen !== undefined) return chosen;
      throw new WrongInput(`must be one of ${choices.join(', ')}.${didYouMean(written, choices)}`);
    },
  };
}

/** An empty input means `true`. */
function yesOrNo(name: string): Input<boolean> {
  const { read, ...rest } = choice(name, ['true', 'false'], 'true');
  return { ...rest, read: (written, workspace) => read(written, workspace) === 'true' };
}

/** The input `comment`. Earlier versions had `true` and `false` only, so these are still read. */
function commentWhen(name: string): Input<Inputs['comment']> {
  const { read, ...rest } = choice(name, ['changes', 'always', 'never', 'true', 'false'], 'changes');
  return {
    ...rest,
    read(written, workspace) {
      const chosen = read(written, workspace);
      return chosen === 'true' ? 'changes' : chosen === 'false' ? 'never' : chosen;
    },
  };
}

/**
 * The key of a project's comment, another one for each folder and contract: `data/clinic` → `data.clinic`. A path with other
 * letters than a key may have gets a hash, as that of another drive of Windows does.
 */
export function defaultKey([path = '', ...others]: readonly string[]): string {
  if (path === '' && others.length === 0) return 'default';
  const isPlain = /^[\w-]+(\/[\w-]+)*$/.test(path) && path !== 'default' && others.length === 0;
  const readable = path.replace(/[^\w-]+/g, '.');
  if (isPlain) return readable;
  const hash = createHash('sha256')
    .update(JSON.stringify([path, ...others]))
    .digest('hex');
  return `${readable}-${hash.slice(0, 8)}`;
}

/** An empty input gives `undefined`. */
function optional<Value>(read: Input<Value>['read']): Input<Value | undefined>['read'] {
  return (written, workspace) => (written === '' ? undefined : read(written, workspace));
}

/** A file of the checkout, or a file of another repository, which is written as `owner/repo/path@ref`. */
function contractPlace(written: string, workspace: string): string | RemoteFile {
  const [, owner, repo, path, ref] = /^([\w.-]+)\/([\w.-]+)\/([^@]+)@([^@\s]+)$/.exec(written) ?? [];
  return owner && repo && path && ref ? { owner, repo, path, ref } : existingPath(written, workspace);
}

function existingPath(written: string, workspace: string): string {
  const absolute = resolve(workspace, written);
  if (existsSync(absolute)) return absolute;
  throw new WrongInput(`names ${written}, which is not there; was the repository checked out?`);
}

/** The paths of an input that has one a line. */
function existingPaths(written: string, workspace: string): readonly string[] {
  const paths = written.split('\n').map((line) => line.trim());
  return paths.filter((path) => path !== '').map((path) => existingPath(path, workspace));
}

function majorVersion(written: string): number {
  if (/^[1-9]\d?$/.test(written)) return Number(written);
  throw new WrongInput('must be a major version such as 16');
}

function key(written: string): string {
  if (/^[\w.-]+$/.test(written)) return written;
  throw new WrongInput('may have letters, digits, ".", "_" and "-" only');
}
