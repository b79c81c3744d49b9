// Renews docs/comment.png and docs/page.png: breaks a copy of the example on a branch, runs the gate, and takes a picture of the
// comment as GitHub shows it, and of the graph on the page. Run it after a change of them: npm run build && node
// scripts/picture.mjs
// It needs Chromium (its path in CHROMIUM, if that is not /usr/bin/chromium) with an emoji font.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { marked } from 'marked';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
const picture = join(root, 'docs/comment.png');
const pagePicture = join(root, 'docs/page.png');
/** Pixels of a comment on GitHub. */
const WIDTH = 780;
/** The largest picture: a README loads it on every visit. */
const MOST_BYTES = 150_000;
/** Edits by which an e-mail address gets through two models into a safe mart, under other names. */
const LEAK = [
  ['models/staging/stg_users.sql', '    is_provider,\n', '    lower(email) as contact,\n    is_provider,\n'],
  ['models/intermediate/int_events_enriched.sql', '    u.email_hash,\n', '    u.email_hash,\n    u.contact,\n'],
  [
    'models/marts/safe/mart_organization_activity.sql',
    'as active_user_count\n',
    'as active_user_count,\n    max(contact) as last_contact\n',
  ],
];

const folder = mkdtempSync(join(tmpdir(), 'fenceline-picture-'));
try {
  const project = join(folder, 'clinic');
  await takePicture(leakedComment(project));
  await takePagePicture(join(project, 'target/fenceline/index.html'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const file of [picture, pagePicture]) {
  const { size } = statSync(file);
  if (size > MOST_BYTES) throw new Error(`${file} has ${size} bytes; at most ${MOST_BYTES} are allowed`);
}

/** The comment on a change that leaks, whose base is the example as it is. */
function leakedComment(project) {
  cpSync(join(root, 'example-project'), project, { recursive: true, filter: (path) => !path.includes('/target') });
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=example', '-c', 'user.email=example@example.com', ...args], { cwd: project });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message=base');
  for (const [file, find, put] of LEAK) {
    const text = readFileSync(join(project, file), 'utf8');
    if (!text.includes(find)) throw new Error(`${file} has no ${find}`);
    writeFileSync(join(project, file), text.replace(find, put));
  }
  const ran = spawnSync(process.execPath, [join(root, 'dist/cli.cjs'), 'run', project, '--base', 'main']);
  if (ran.status !== 1) throw new Error(`the gate gave ${ran.status} instead of 1: ${ran.stderr}`);
  return readFileSync(join(project, 'target/fenceline/comment.md'), 'utf8');
}

async function takePicture(comment) {
  const require = createRequire(import.meta.url);
  const css = readFileSync(require.resolve('github-markdown-css/github-markdown-light.css'), 'utf8');
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: WIDTH + 80, height: 900 }, colorScheme: 'light' });
    await page.setContent(`<!doctype html><meta charset="utf-8"><style>${css}
      body { margin: 0 }
      .comment { border: 1px solid #d1d9e0; border-radius: 6px; padding: 16px; width: ${WIDTH}px }
      svg { max-width: 100% }</style><div class="comment markdown-body">${marked.parse(comment, { gfm: true })}</div>`);
    await page.addScriptTag({ path: require.resolve('mermaid/dist/mermaid.min.js') });
    await page.evaluate(showDiagrams);
    await page.locator('.comment').screenshot({ path: picture });
  } finally {
    await browser.close();
  }
}

async function takePagePicture(file) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 780 }, colorScheme: 'light' });
    await page.goto(`${pathToFileURL(file).href}#/graph`);
    await page.locator('.graph .card-head').first().waitFor();
    await page.screenshot({ path: pagePicture });
  } finally {
    await browser.close();
  }
}

/** Runs in the page: draws the diagram of the leaks as GitHub does. */
async function showDiagrams() {
  globalThis.mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' });
  for (const [index, code] of [...document.querySelectorAll('code.language-mermaid')].entries()) {
    const { svg } = await globalThis.mermaid.render(`diagram${index}`, code.textContent);
    code.parentElement.outerHTML = `<div>${svg}</div>`;
  }
}
