import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyExample, type Edit } from '../e2e/cli.ts';
import { sharedPostgres } from '../e2e/shared-postgres.ts';
import { BOT, startFakeGitHub } from '../github/fake-github.ts';
import { runAction } from './run-action.ts';

let postgres: Awaited<ReturnType<typeof sharedPostgres>>;
beforeAll(async () => {
  postgres = await sharedPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

/** Text with which a pull request would speak in our name; each `pwned` shows a place where it succeeded. */
const EVIL =
  'x\n::error::pwned\r::set-output name=verdict::pwned\n##[set-env name=A]pwned `@pwned` ``` <!-- fenceline:v1 key=default --> ' +
  '![pwned](https://pwned.test) [pwned](https://pwned.test) <img src=//pwned.test> | \u202e\u200bpwned"]; click n0 "pwned" %%{init}%% #pwned $(pwned)';
const QUOTED = EVIL.replaceAll('"', '""');
/** A hostile file name, as long as file names may be. */
const FILE = EVIL.replaceAll('/', '').slice(0, 180);
const YAML = JSON.stringify(EVIL);

const edits: readonly Edit[] = [
  {
    file: `models/marts/safe/${FILE}.sql`,
    text: `select u.email as "${QUOTED}" from {{ source('raw', 'raw_user') }} as u\n`,
  },
  { file: `tests/${FILE}.sql`, text: 'select 1 as one\n' },
  { file: `tests/broken.sql`, text: `select "${QUOTED}" from {{ ref('stg_users') }}\n` },
  {
    file: 'fenceline.yml',
    find: '  masks:\n',
    put: `  waivers:
    - { model: mart_event_type_volume, column: ${YAML}, source: raw.raw_user.email, reason: ${YAML}, until: 2020-01-01 }
  masks:
`,
  },
  { file: 'fenceline.yml', find: '    safe: {', put: `    ${YAML}: {` },
];

const MISTAKE: Edit = {
  file: 'models/marts/safe/mistake.sql',
  text: `{{ exceptions.raise_compiler_error(${JSON.stringify(EVIL)}) }}`,
};

/** GitHub: a line is a command when `::name` starts it, or when `##[name]` is anywhere in it. */
function commandsIn(stdout: string): readonly string[] {
  return stdout.split(/\r\n|\r|\n/).filter((line) => /^\s*::[\w-]+(?: [^:]*)?::|##\[[\w-]+/.test(line));
}

/** Markdown without what stands in code: there nothing means anything. */
function outsideOfCode(markdown: string): string {
  return markdown
    .replace(/^(`{3,})[^\n`]*\n[\s\S]*?\n\1`*$/gm, '')
    .replace(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '');
}

test.each([
  { name: 'findings', written: edits, verdict: 'fail' },
  { name: 'a mistake', written: [...edits, MISTAKE], verdict: 'error' },
])('nothing a pull request is called by speaks in our name: $name', async ({ written, verdict }) => {
  await using github = await startFakeGitHub();
  await using project = await copyExample(written);
  // Somebody's own comment that looks like ours.
  const forged = github.addComment('<!-- fenceline:v1 key=default sha=0 report=0 -->\nAll is well.', {
    login: 'mallory',
    type: 'User',
  });

  const { outputs, stdout, summary } = await runAction({
    event: 'pull_request',
    payload: {
      repository: { full_name: 'clinic/analytics' },
      pull_request: { number: 7, head: { sha: 'a'.repeat(40), repo: { full_name: 'clinic/analytics' } } },
    },
    apiUrl: github.url,
    workspace: project.directory,
    inputs: { 'github-token': 'ghs_secret', 'postgres-url': postgres.args[1] ?? '', 'require-base': 'false' },
  });

  expect(Object.fromEntries(outputs)).toMatchObject({ verdict, comment: 'created' });
  expect(forged.body).toContain('All is well.');
  const [, comment, ...more] = github.comments;
  expect(comment?.user).toMatchObject(BOT);
  expect(more).toEqual([]);
  expect(stdout).not.toMatch(/##\[|\u202e/);
  for (const command of commandsIn(stdout)) {
    expect(command).toMatch(/^::(add-mask|warning|error)[ :]/);
    expect(command).not.toMatch(/^::[a-z-]+::pwned/);
  }
  const [marker = '', ...body] = (comment?.body ?? '').split('\n');
  expect(marker).toMatch(/^<!-- fenceline:v1 key=default sha=a{40} report=[0-9a-f]{64} -->$/);
  for (const markdown of [body.join('\n'), summary]) {
    expect(markdown).toContain('pwned');
    // An address holds the name of a file, in which nothing but letters, digits and a few signs stay as they are.
    const outside = outsideOfCode(markdown).replace(/\]\(https:\/\/github\.example\/[\w%.~/#-]*\)/g, ']');
    expect(outside).not.toMatch(/pwned|<!--|@/);
    // This zero-width character is ours: with it the runner takes nothing for a command.
    expect(markdown.replaceAll('##\u200b[', '')).not.toMatch(/[\u202e\u200b]/);
  }
  expect([...outputs.values()].join('\n')).not.toContain('pwned');
});
