import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Marked } from 'marked';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureMarkdown } from '../../src/github/failure.ts';
import { renderComment } from '../../src/report/formats/comment.ts';
import { COMMENT_CASES, REVIEW } from '../../src/report/testing/comment-cases.ts';
import { type Measured, measureComments } from './measure-comments.js';

const BROWSER = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);
if (BROWSER === undefined) {
  console.warn(
    'test/browser: no Chromium at CHROMIUM, /usr/bin/chromium or /usr/bin/google-chrome, so nothing is drawn',
  );
}

const require = createRequire(import.meta.url);
/**
 * Files of Mermaid by version: the installed one, and those that `npm install --no-save mermaid-10@npm:mermaid@10` added. GitHub
 * does not say which version it uses.
 */
const MERMAIDS = ['mermaid', 'mermaid-10', 'mermaid-12'].flatMap((name) => {
  try {
    const { version } = require(`${name}/package.json`);
    return [{ version, file: require.resolve(`${name}/dist/mermaid.min.js`) }];
  } catch {
    return [];
  }
});
const STYLES = readFileSync(require.resolve('github-markdown-css/github-markdown.css'), 'utf8');

const failure = {
  sentence: '',
  text: `models/${'x'.repeat(300)}.sql:1:1 ${'no such column '.repeat(20)}`,
  mistakes: [],
};
const COMMENTS: readonly { readonly name: string; readonly markdown: string }[] = [
  ...Object.entries(COMMENT_CASES).map(([name, report]) => ({ name, markdown: renderComment(report, REVIEW) })),
  { name: 'comment-tool-error', markdown: failureMarkdown(failure, 'analytics', REVIEW) },
];

/** GitHub's Markdown, as far as a comment uses it. */
const MARKED = new Marked({
  gfm: true,
  renderer: {
    code: ({ lang, text }) =>
      lang === 'mermaid' ? `<div class="diagram" data-text="${encodeURIComponent(text)}"></div>` : false,
  },
});

let browser: Browser | undefined;
beforeAll(async () => {
  if (BROWSER !== undefined) browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] });
});
afterAll(() => browser?.close());

/**
 * Lays all comments below each other in boxes of `width` pixels, with every fold open for its tables.
 * @param mermaid file that draws the diagrams; without it they stay text
 */
async function measure(width: number, theme: 'light' | 'dark', mermaid?: string): Promise<readonly Measured[]> {
  if (!browser) throw new Error('no browser');
  const page = await browser.newPage({ viewport: { width: width + 60, height: 900 }, colorScheme: theme });
  const boxes = COMMENTS.map(
    ({ name, markdown }) => `<div class="box markdown-body" id="${name}">${MARKED.parse(markdown)}</div>`,
  );
  // GitHub draws a diagram in a frame of its own, so the height of a comment's lines is not that of a diagram.
  const styles = `${STYLES} .box { width: ${width}px } .diagram { line-height: normal } .diagram svg { max-width: 100% }`;
  await page.setContent(`<!doctype html><meta charset="utf-8"><style>${styles}</style>${boxes.join('')}`);
  if (mermaid !== undefined) await page.addScriptTag({ path: mermaid });
  try {
    return await page.evaluate(measureComments, theme);
  } finally {
    await page.close();
  }
}

const widths = [
  { place: "GitHub's comments", width: 780, theme: 'light' },
  { place: "GitHub's comments", width: 780, theme: 'dark' },
  { place: 'a phone', width: 360, theme: 'light' },
  { place: 'a phone', width: 360, theme: 'dark' },
] as const;

describe.skipIf(BROWSER === undefined)('in a browser', () => {
  test.each(widths)('no table scrolls in $place, $theme, and its letters can be read', async ({ width, theme }) => {
    const measured = await measure(width, theme);

    expect(measured.map(({ name }) => name)).toEqual(COMMENTS.map(({ name }) => name));
    for (const { name, tables } of measured) {
      for (const { needed, room, letters } of tables) {
        expect({ name, isWider: needed > room }).toEqual({ name, isWider: false });
        expect(letters).toBeGreaterThanOrEqual(10);
      }
    }
  });

  const drawings = MERMAIDS.flatMap((mermaid) => ['light', 'dark'].map((theme) => ({ ...mermaid, theme })));

  test.each(drawings)('Mermaid $version draws each diagram, $theme, and its letters can be read', async (drawing) => {
    const measured = await measure(780, drawing.theme === 'dark' ? 'dark' : 'light', drawing.file);

    // The size of letters is not checked on a phone, where readers zoom into a diagram.
    for (const { name, diagrams, errors } of measured) {
      expect({ name, errors }).toEqual({ name, errors: [] });
      for (const { letters, scale, cut } of diagrams) {
        const isReadable = letters >= 10 && scale >= 0.85 && !cut;
        expect({ name, letters, scale, cut, isReadable }).toMatchObject({ isReadable: true });
      }
    }
    const open = measured.filter(({ diagrams }) => diagrams.length > 0).map(({ name }) => name);
    expect(open).toEqual([
      'comment-one-leak',
      'comment-three-leaks',
      'comment-forty-leaks',
      'comment-many-marts',
      'comment-long-names',
    ]);
  });
});
