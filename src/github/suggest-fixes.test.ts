import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FakeGitHub, startFakeGitHub } from '../../test/github/fake-github.ts';
import type { Report } from '../report/report.ts';
import { HOSTILE_NAMES } from '../report/testing/hostile-names.ts';
import { FINDINGS, PASSING } from '../report/testing/sample-report.ts';
import { headLines, suggestFixes } from './suggest-fixes.ts';
import { PULL_REQUEST } from './testing/pull-request.ts';

const LEAK = FINDINGS['pii-in-tier'];
const FILE = 'models/staging/stg_users.sql';
const TEXT = ['select', '    id,', '    name,', '    lower(email) as contact,', 'from users', ''].join('\n');
const PATCH = '@@ -2,2 +2,3 @@\n     id,\n     name,\n+    lower(email) as contact,';
const LEAKING: Report = { ...PASSING, folder: 'analytics', findings: [LEAK] };

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'fenceline-suggest-'));
  mkdirSync(join(directory, 'models/staging'), { recursive: true });
  writeFileSync(join(directory, FILE), TEXT);
});
afterAll(() => rmSync(directory, { recursive: true }));

function suggest(github: FakeGitHub, report: Report): Promise<void> {
  const { signal } = new AbortController();
  const access = { token: 'secret', apiUrl: github.url, signal, key: 'default' };
  return suggestFixes({ report, directory, pullRequest: PULL_REQUEST, ...access });
}

async function opened(patch: string | undefined = PATCH) {
  const github = await startFakeGitHub();
  github.files.push({ filename: `analytics/${FILE}`, ...(patch !== undefined && { patch }) });
  return github;
}

test('a proven change is offered once, on its line, and resolved when it is not needed any more', async () => {
  await using github = await opened();

  await suggest(github, LEAKING);
  await suggest(github, LEAKING);
  expect(github.reviewComments).toMatchObject([
    { path: `analytics/${FILE}`, line: 4, commit_id: 'a'.repeat(40), side: 'RIGHT', resolved: false },
  ]);
  expect(github.reviewComments[0]?.body).toMatch(
    /^<!-- fenceline:v1 key=default change=[0-9a-f]{16} -->\n`mask raw\.raw_user\.email with hash_pii in stg_users` \(tried: .*\)\n\n```suggestion\n {4}\{\{ hash_pii\('lower\(email\)'\) \}\} as contact,\n```$/,
  );

  await suggest(github, PASSING);
  expect(github.reviewComments.map(({ resolved }) => resolved)).toEqual([true]);
});

describe('nothing is offered', () => {
  const cases: readonly { readonly name: string; readonly patch?: string; readonly report?: Report }[] = [
    { name: 'on a line that the diff does not show', patch: '@@ -1,1 +1,1 @@\n+select' },
    { name: 'on a line that is another one at the head', patch: PATCH.replace('lower', 'upper') },
    { name: 'in a file without a patch, such as a large one', patch: '' },
    {
      name: 'beside a literal, which may be a data value',
      report: {
        ...LEAKING,
        findings: [
          {
            ...LEAK,
            provenFix: {
              kind: 'drop',
              description: 'x',
              file: FILE,
              line: 4,
              before: 'x',
              after: '',
              edit: { line: 4, column: 28, end: { line: 4, column: 29 }, text: "'20301'" },
            },
          },
        ],
      },
      patch: "@@ -4,1 +4,1 @@\n+    lower(email) as contac'20301'",
    },
  ];
  test.each(cases)('$name', async ({ patch, report = LEAKING }) => {
    await using github = await opened(patch);
    await suggest(github, report);
    expect(github.reviewComments).toEqual([]);
  });

  test('when GitHub refuses', async () => {
    await using github = await opened();
    github.failAlways(/pulls/, { status: 403 });
    await suggest(github, LEAKING);
    expect(github.reviewComments).toEqual([]);
  });

  test("over a stranger's comment with our marker, which is not obeyed", async () => {
    await using github = await opened();
    await suggest(github, LEAKING);
    const [ours] = github.reviewComments;
    github.reviewComments.splice(0, 1, { ...(ours ?? expect.fail()), user: { login: 'mallory', type: 'User' } });

    await suggest(github, PASSING);
    expect(github.reviewComments[0]?.resolved).toBe(false);
    await suggest(github, LEAKING);
    expect(github.reviewComments).toHaveLength(2);
  });
});

test.each(HOSTILE_NAMES.slice(0, -1))('$name in a change stays in its block, or is not offered', async ({ text }) => {
  await using github = await opened();
  const edit = { line: 4, column: 5, end: { line: 4, column: 28 }, text };
  const provenFix = { ...LEAK.provenFix, kind: 'mask', description: text, file: FILE, line: 4 } as const;
  await suggest(github, {
    ...LEAKING,
    findings: [{ ...LEAK, provenFix: { ...provenFix, before: '', after: text, edit } }],
  });

  for (const { body } of github.reviewComments) {
    const [, , block] = /\n(`{3,})suggestion\n([\s\S]*)\n\1$/.exec(body) ?? [];
    expect(block).toBe(`    ${text},`);
    expect(body.split('\n').length).toBe(5 + text.split('\n').length);
  }
});

test('lines of the head are counted through added, kept and removed ones', () => {
  const patch = '@@ -1,3 +1,3 @@\n a\n-b\n+c\n d\n@@ -9 +9,2 @@ models\n+x\n y\n\\ No newline at end of file';
  expect([...headLines(patch)]).toEqual([
    [1, 'a'],
    [2, 'c'],
    [3, 'd'],
    [9, 'x'],
    [10, 'y'],
  ]);
});
