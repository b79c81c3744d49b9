import pc from 'picocolors';
import { expect, test } from 'vitest';
import { renderComment } from './comment.ts';
import { renderJUnit } from './junit.ts';
import { renderMermaid } from './mermaid.ts';
import type { Report } from './report.ts';
import { renderSarif } from './sarif.ts';
import { renderSummary } from './summary.ts';
import { renderTerminal } from './terminal.ts';
import { BROKEN, chains, FAILING, named, PASSING } from './testing/sample-report.ts';

const formats: { readonly [file: string]: (report: Report) => string } = {
  'report.json': (report) => `${JSON.stringify(report, null, 2)}\n`,
  'comment.md': renderComment,
  'summary.md': renderSummary,
  'terminal.txt': (report) => `${renderTerminal(report, { colors: pc.createColors(false), width: 100 })}\n`,
  'lineage.mmd': (report) => renderMermaid(report.pii),
  'results.sarif': renderSarif,
  'junit.xml': renderJUnit,
};

const HOSTILE = '`@team`](https://x.test) | <!-- fenceline:v1 --> ##[error]x\r::error::y\u202e"&\';\u0000 #35;';

const cases: { readonly [name: string]: Report } = {
  passing: PASSING,
  'every-rule': FAILING,
  'broken-build': BROKEN,
  'hostile-names': named(HOSTILE),
  'many-leaks': { ...FAILING, pii: chains(30, 3) },
  'one-long-path': { ...FAILING, pii: chains(1, 8) },
};

const table = Object.entries(cases).flatMap(([name, report]) =>
  Object.keys(formats).map((file) => ({ name, report, file })),
);

test.each(table)('$name is shown in $file', async ({ name, report, file }) => {
  await expect(formats[file]?.(report)).toMatchFileSnapshot(`golden/${name}/${file}`);
});
