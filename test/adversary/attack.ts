import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { type Edits, openRepository } from '../../src/pipeline/testing/repository.ts';
import type { Report } from '../../src/report/report.ts';
import { type Finished, fenceline } from '../e2e/cli.ts';

/** The changes that a hostile pull request makes to the example, which is its base. */
export interface Attack {
  /** Files that the base has beyond the example. */
  readonly base?: Edits;
  /** Files that the pull request changes. */
  readonly head?: Edits;
  /** A file or folder that gets another place, below the root of the repository. */
  readonly move?: readonly [from: string, to: string];
  /** Folder of the project after the attack, below the root of the repository. */
  readonly project?: string;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly command?: 'check' | 'run';
  /** Looks at what the run left behind, by the project's folder. */
  readonly inspect?: (directory: string) => Promise<void>;
}

/** The result of a run over an attack. */
export interface AttackResult extends Finished {
  /** Absent where the run could not decide. */
  readonly report: Report | undefined;
  /** All that the run wrote where people read it: the terminal, and the files beside the warehouse. */
  readonly words: string;
}

/** The secret of the example's mask, as a job would give it. */
export const SALT = 'c1f7-a-salt-of-the-tests-own-93ab';

export const SOURCE = "{{ source('raw', 'raw_user') }}";
export const LEAK = 'models/marts/safe/leak.sql';

/** Runs the committed bundle over an attack, as a gate on a pull request does. */
export async function runAttack(attack: Attack): Promise<AttackResult> {
  const { base, head = {}, move, project = 'warehouse', args = [], env, command = 'check', inspect } = attack;
  using repository = openRepository(base);
  if (move) renameSync(join(repository.root, move[0]), join(repository.root, move[1]));
  const directory = join(repository.root, project);
  repository.edit(project === 'warehouse' ? head : relocated(head, project));
  const finished = await fenceline([command, directory, '--base', 'main', ...args], {
    cwd: directory,
    env: { DBT_PII_SALT: SALT, ...env },
  });
  const output = (file: string) => join(directory, 'target/fenceline', file);
  const read = (file: string) => (existsSync(output(file)) ? readFileSync(output(file), 'utf8') : '');
  const report = read('report.json');
  const files = ['comment.md', 'results.sarif', 'junit.xml', 'lineage.json', 'lineage.mmd', 'index.html', 'site.json'];
  await inspect?.(directory);
  return {
    ...finished,
    report: report === '' ? undefined : JSON.parse(report),
    words: [finished.stdout, finished.stderr, report, ...files.map(read)].join('\n'),
  };
}

/** Edits of the folder `warehouse`, moved to the folder of another project. */
function relocated(edits: Edits, project: string): Edits {
  return Object.fromEntries(Object.entries(edits).map(([file, edit]) => [join('..', project, file), edit]));
}

/** `error contract-weakened untagged` of each finding. */
export function spell({ report }: AttackResult): readonly string[] {
  return (report?.findings ?? []).map((finding) =>
    [finding.severity, finding.rule, ...('change' in finding ? [finding.change.kind] : [])].join(' '),
  );
}
