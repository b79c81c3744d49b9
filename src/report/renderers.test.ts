import pc from 'picocolors';
import { expect, test } from 'vitest';
import { renderComment } from './formats/comment.ts';
import { FORMATS, type ReportFormat } from './formats.ts';
import type { Report } from './report.ts';
import { COMMENT_CASES, REVIEW } from './testing/comment-cases.ts';
import { BROKEN, chains, FAILING, named, PASSING } from './testing/sample-report.ts';

const HOSTILE = '`@team`](https://x.test) | <!-- fenceline:v1 --> ##[error]x\r::error::y\u202e"&\';\u0000 #35;';

const cases: { readonly [name: string]: Report } = {
  passing: PASSING,
  'every-rule': FAILING,
  'broken-build': BROKEN,
  'hostile-names': named(HOSTILE),
  'many-leaks': { ...FAILING, pii: chains(30, 3), fixes: { findings: 46, proven: 10, untried: 16 } },
  'one-long-path': { ...FAILING, pii: chains(1, 8) },
};

const table = Object.entries(cases).flatMap(([name, report]) =>
  Object.entries<ReportFormat>(FORMATS).map(([format, { file = `${format}.txt`, load }]) => ({
    name,
    report,
    file,
    load,
  })),
);

test.each(table)('$name is shown in $file', async ({ name, report, file, load }) => {
  const text = (await load())(report, { colors: pc.createColors(false), width: 100 });

  await expect(`${text.trimEnd()}\n`).toMatchFileSnapshot(`golden/${name}/${file}`);
});

test.each(Object.entries(COMMENT_CASES))('the comment of a pull request: %s', async (name, report) => {
  await expect(renderComment(report, REVIEW)).toMatchFileSnapshot(`golden/${name}/comment.md`);
});

test.each(Object.entries(cases))('%s is in report.json', async (name, report) => {
  await expect(`${JSON.stringify(report, null, 2)}\n`).toMatchFileSnapshot(`golden/${name}/report.json`);
});
