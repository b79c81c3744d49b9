// What the Action adds to the command line: the bundled CLI and the bundled Action on the same project, one after the other,
// against the fake GitHub. It needs a built dist/.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { runAction } from '../test/action/run-action.ts';
import { startFakeGitHub } from '../test/github/fake-github.ts';

const RUNS = 3;
const root = process.cwd();
const workspace = mkdtempSync(join(tmpdir(), 'fenceline-bench-'));
const project = join(workspace, 'clinic');
cpSync(join(root, 'example-project'), project, { recursive: true, filter: (path) => basename(path) !== 'target' });
await using github = await startFakeGitHub();
try {
  const times: { readonly cli: number; readonly action: number }[] = [];
  for (let run = 0; run < RUNS; run++) times.push({ cli: cli(), action: await action() });
  const cliTime = median(times.map(({ cli: time }) => time));
  const actionTime = median(times.map(({ action: time }) => time));
  console.log(`CLI ${cliTime.toFixed(0)} ms, Action ${actionTime.toFixed(0)} ms: ${(actionTime / cliTime).toFixed(2)}`);
} finally {
  rmSync(workspace, { recursive: true, force: true });
}

function cli(): number {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, [join(root, 'dist/cli.cjs'), 'run', project]);
  if (status !== 0) throw new Error(`the CLI gave ${status}`);
  return performance.now() - start;
}

async function action(): Promise<number> {
  const start = performance.now();
  const payload = {
    repository: { full_name: 'clinic/analytics' },
    pull_request: { number: 7, head: { sha: 'a'.repeat(40), repo: { full_name: 'clinic/analytics' } } },
  };
  const inputs = { 'project-dir': 'clinic', 'github-token': 'secret', 'require-base': 'false' };
  const { code, stdout } = await runAction({
    event: 'pull_request',
    payload,
    apiUrl: github.url,
    workspace,
    inputs,
  });
  if (code !== 0) throw new Error(`the Action gave ${code}: ${stdout}`);
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
