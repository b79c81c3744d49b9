import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BUNDLE = join(process.cwd(), 'dist', 'action.cjs');

export interface Step {
  readonly event: string;
  readonly payload: object;
  readonly actor?: string;
  readonly apiUrl: string;
  readonly workspace: string;
  /** `with:` of the step. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Variables of the runner that are others than usual. */
  readonly environment?: Readonly<Record<string, string>>;
  /** File that the log goes to instead of being read. */
  readonly log?: string;
  /** Called with the running action. */
  readonly onStart?: (child: ChildProcess) => void;
}

export interface FinishedStep {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: ReadonlyMap<string, string>;
  readonly summary: string;
}

/** Runs the bundled action as GitHub's runner does: everything through the environment, answers through files. */
export async function runAction(step: Step): Promise<FinishedStep> {
  const folder = await mkdtemp(join(tmpdir(), 'fenceline-runner-'));
  const path = (name: string) => join(folder, name);
  try {
    await mkdir(path('temp'));
    await writeFile(path('event.json'), JSON.stringify(step.payload));
    await writeFile(path('output'), '');
    await writeFile(path('summary.md'), '');
    const ended = await run(step, {
      ...withoutRunner(process.env),
      // Over a real server the example's own salt would be a warning: it stands in the repository.
      DBT_PII_SALT: 'c1f7-a-salt-of-the-tests-own-93ab',
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTOR: step.actor ?? 'ana',
      GITHUB_API_URL: step.apiUrl,
      GITHUB_GRAPHQL_URL: `${step.apiUrl}/graphql`,
      GITHUB_EVENT_NAME: step.event,
      GITHUB_EVENT_PATH: path('event.json'),
      GITHUB_OUTPUT: path('output'),
      GITHUB_REPOSITORY: 'clinic/analytics',
      GITHUB_RUN_ID: '42',
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_STEP_SUMMARY: path('summary.md'),
      GITHUB_WORKSPACE: step.workspace,
      RUNNER_TEMP: path('temp'),
      ...step.environment,
      ...Object.fromEntries(Object.entries(step.inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    });
    const outputs = parseOutputs(await readFile(path('output'), 'utf8'));
    return { ...ended, outputs, summary: await readFile(path('summary.md'), 'utf8') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** An environment without the variables of a runner: these tests may be a step of a workflow. Its cache of tools stays. */
function withoutRunner(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => name === 'RUNNER_TOOL_CACHE' || !/^(GITHUB|INPUT|ACTIONS|RUNNER|VITEST)_/.test(name),
    ),
  );
}

function run(
  { workspace, onStart, log }: Step,
  env: NodeJS.ProcessEnv,
): Promise<Pick<FinishedStep, 'code' | 'stdout' | 'stderr'>> {
  return new Promise((resolve, reject) => {
    const file = log === undefined ? undefined : openSync(log, 'w');
    const child = spawn(process.execPath, [BUNDLE], {
      cwd: workspace,
      env,
      stdio: ['ignore', file ?? 'pipe', file ?? 'pipe'],
    });
    if (file !== undefined) closeSync(file);
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
    onStart?.(child);
  });
}

/** GitHub: `name<<delimiter`, the value, and the delimiter on a line of its own; the last one of a name counts. */
function parseOutputs(text: string): ReadonlyMap<string, string> {
  const entries = text.matchAll(/^(.+?)<<(.+)\r?\n([\s\S]*?)\r?\n\2$/gm);
  return new Map([...entries].map(([, name = '', , value = '']) => [name, value]));
}
