import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Location } from '../../src/location.ts';
import { renderPage } from '../../src/site/render-page.tsx';
import type { Site } from '../../src/site/site.ts';
import { pageTemplate } from '../../src/site/template.ts';
import { largeSite } from '../../src/site/testing/large-site.ts';
import { LEAK, LEAKING, PASSING, UNKNOWN, WAIVED } from '../../src/site/testing/sample-site.ts';
import { copyExample, fenceline } from '../e2e/cli.ts';
import { breaches, focusedName, inspectPage, noteViolations } from './inspect-page.js';

const BROWSER = [
  process.env['CHROME_PATH'],
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));
if (BROWSER === undefined) console.warn('test/browser: no Chromium, so the page was opened in no browser');

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const HOSTILE_NAMES = [
  '<img src=x onerror=hacked=true>',
  '</script><script>hacked=true</script>',
  '"><svg onload=hacked=true>',
  "'+alert(1)+'",
  'javascript:hacked=true',
  'a\u202eb',
  '%00%zz',
  '__proto__',
  'constructor',
  'x'.repeat(300),
];
const HOSTILE: Site = JSON.parse(JSON.stringify(LEAKING), (key, value) =>
  typeof value === 'string' &&
  (value === 'hash_pii' || /^(name|problem|fix|expression|sql|label|owner|column|piiType|project)$/.test(key))
    ? `${value}${HOSTILE_NAMES.join(' ')}`
    : value,
);
const SAFE_MART = 'models/marts/safe/mart_event_type_volume.sql';
const SITES = { LEAKING, PASSING, UNKNOWN, WAIVED, HOSTILE, LARGE: largeSite(1_000) };
type Name = keyof typeof SITES;

let browser: Browser | undefined;
let folder = '';
beforeAll(async () => {
  if (BROWSER === undefined) return;
  browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] });
  folder = await mkdtemp(join(tmpdir(), 'fenceline-page-'));
  for (const [name, site] of Object.entries(SITES)) {
    await writeFile(join(folder, `${name}.html`), renderPage(site, pageTemplate()));
  }
});
afterAll(async () => {
  await browser?.close();
  if (folder !== '') await rm(folder, { recursive: true });
});

function addressOf(name: Name, hash = ''): string {
  return `${pathToFileURL(join(folder, `${name}.html`)).href}${hash}`;
}

interface Opened extends AsyncDisposable {
  readonly page: Page;
  /** Addresses that the page asked for, beside itself. */
  readonly requests: readonly string[];
}

async function open(name: Name, hash = '', options: BrowserContextOptions = {}): Promise<Opened> {
  if (!browser) throw new Error('no browser');
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const requests: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(addressOf(name)) && !request.url().startsWith('data:')) requests.push(request.url());
  });
  page.on('pageerror', (error) => requests.push(`error: ${error.message}`));
  await page.addInitScript(noteViolations);
  await page.goto(addressOf(name, hash));
  if (options.javaScriptEnabled !== false) await page.locator('html.js #search input').waitFor();
  return { page, requests, [Symbol.asyncDispose]: () => context.close() };
}

/** Goes to another view, and waits until it is drawn. */
async function visit(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  await page.waitForFunction(`document.querySelector('main h1, main section:not([hidden]) h1') !== null`);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0))));
}

const CLEAN = { styles: 0, foreign: 0, hacked: false, violations: [], overflow: 0 };
const VIEWS = ['#/verdict', '#/graph', '#/inventory'];
const DETAILS = [
  '#/graph?column=stg_users.contact',
  '#/column/stg_users.contact',
  '#/node/stg_users',
  '#/node/mart_activity',
  '#/node/mart_volume',
  '#/mask/hash_pii',
  '#/exposure/dashboard',
  '#/node/nothing',
];

const looks = (['LEAKING', 'PASSING', 'UNKNOWN', 'WAIVED'] as const).flatMap((name) =>
  (['light', 'dark'] as const).flatMap((colorScheme) => [1280, 390].map((width) => ({ name, colorScheme, width }))),
);

describe.skipIf(BROWSER === undefined)('the page in Chromium', () => {
  test.each(looks)('$name, $colorScheme, $width pixels: axe-core, policy and requests find nothing', async (look) => {
    const { name, colorScheme, width } = look;
    await using opened = await open(name, '', { colorScheme, viewport: { width, height: 844 } });
    const { page, requests } = opened;
    await page.evaluate(AXE);
    // The pages of columns, nodes and masks look alike in all states.
    for (const view of name === 'LEAKING' ? [...VIEWS, ...DETAILS] : VIEWS) {
      await visit(page, view);
      expect({ view, ...(await page.evaluate(inspectPage)) }).toEqual({ view, ...CLEAN });
      expect({ view, breaches: await page.evaluate(breaches) }).toEqual({ view, breaches: [] });
    }
    expect(requests).toEqual([]);
  });

  test('with forced colours axe-core finds nothing, and signs and words say the verdict', async () => {
    await using opened = await open('LEAKING', '#/graph', { forcedColors: 'active' });
    await opened.page.evaluate(AXE);

    expect(await opened.page.evaluate(breaches)).toEqual([]);
    expect(await opened.page.locator('.graph').textContent()).toMatch(/✕.*LEAK/);
  });

  test('without colours a leak is found by sign, word and thickness', async () => {
    await using opened = await open('LEAKING', '#/graph');
    const widths = (kind: string) =>
      opened.page
        .locator(`.edge.${kind}`)
        .first()
        .evaluate((edge) => Number.parseFloat(getComputedStyle(edge).strokeWidth));

    expect(await widths('leak')).toBeGreaterThan(2 * (await widths('plain')));
    expect(await opened.page.locator('.node.leak').textContent()).toMatch(/✕.*LEAK/);
    expect(await opened.page.title()).toMatch(/^✕ /);
  });

  test('hostile names are text in every view', async () => {
    await using opened = await open('HOSTILE');
    const { page, requests } = opened;
    for (const view of VIEWS) {
      await visit(page, view);
      expect({ view, ...(await page.evaluate(inspectPage)) }).toMatchObject({
        ...CLEAN,
        view,
        overflow: expect.any(Number),
      });
    }
    await visit(page, '#/inventory');
    for (const link of await page
      .locator('#\\/inventory a')
      .evaluateAll((all) => all.map((one) => one.getAttribute('href')))) {
      await visit(page, link ?? '');
      expect(await page.locator('#app h1').textContent()).not.toContain('This page has no');
      expect({ link, ...(await page.evaluate(inspectPage)) }).toMatchObject({
        ...CLEAN,
        link,
        overflow: expect.any(Number),
      });
    }
    expect(requests).toEqual([]);
  });

  test('without scripts the text has each finding with path, change and fix, and each marked column', async () => {
    await using opened = await open('LEAKING', '', { javaScriptEnabled: false });
    // biome-ignore lint/performance/useDomNodeTextContent: only text that is seen counts
    const text = (await opened.page.locator('main').innerText()).replaceAll(/\s+/g, ' ');

    for (const { problem, fix } of LEAKING.findings) {
      expect(text).toContain(`${problem}.`);
      expect(text).toContain(fix);
    }
    for (const { expression } of LEAK.steps) expect(text).toContain(expression);
    expect(text).toContain("{{ hash_pii('lower(email)') }} as contact");
    for (const { name, columns } of LEAKING.nodes) {
      for (const column of columns.filter(({ piiType }) => piiType !== undefined)) {
        expect(text).toContain(`${name}.${column.name}`);
      }
    }
    expect(await opened.page.locator('a[href="#/graph"]').isVisible()).toBe(false);
  });

  test('without scripts the page of a check says what its report.json says', async () => {
    await using project = await copyExample([
      {
        file: 'models/staging/stg_users.sql',
        find: '    is_provider,',
        put: '    lower(email) as contact,\n    is_provider,',
      },
      { file: SAFE_MART, text: "select contact, 'login' as event_type from {{ ref('stg_users') }}\n" },
    ]);
    await fenceline(['check', '.'], { cwd: project.directory });
    const { findings, pii, marks } = await project.report();
    if (!browser) throw new Error('no browser');
    const page = await browser.newPage({ javaScriptEnabled: false });
    await page.goto(pathToFileURL(join(project.directory, 'target/fenceline/index.html')).href);
    // biome-ignore lint/performance/useDomNodeTextContent: only text that is seen counts
    const text = (await page.locator('main').innerText()).replaceAll(/\s+/g, ' ');
    await page.close();

    const finding = findings.find(({ rule }) => rule === 'pii-in-tier');
    if (finding?.rule !== 'pii-in-tier') throw new Error('no leak');
    // A place is shown as the name of the file and the line; the title has the whole path.
    const place = ({ file, line }: Location) => `${basename(file)}:${line}`;
    const wanted = [
      `${finding.model}.${finding.column}`,
      place(finding.location),
      ...finding.steps.flatMap(({ expression, location }) => [expression, place(location)]),
      finding.provenFix?.description,
      finding.provenFix?.kind === 'mask' ? finding.provenFix.after : undefined,
      ...pii.nodes.flatMap(({ layer, name, columns }) =>
        layer === 'source' ? columns.map((column) => `${name}.${column.name}`) : [],
      ),
    ];
    expect(wanted.filter((one) => one === undefined || !text.includes(one))).toEqual([]);
    expect(text).toContain(`${marks?.columns} columns`);
  });

  test.each([
    ['#/verdict', 'E-mail addresses reach the tier safe.'],
    ['#/graph?select=tag:pii%2B', 'Graph of personal data'],
    ['#/inventory', 'Inventory of personal data'],
    ['#/column/raw.raw_user.email', 'raw.raw_user.email'],
    ['#/node/mart_activity', 'mart_activity'],
    ['#/mask/hash_pii', 'Mask hash_pii'],
    ['#/exposure/dashboard', 'Clinic dashboard'],
    ['#/node/gone', 'This page has no node gone.'],
  ])('the address %s opens its view', async (hash, title) => {
    await using opened = await open('LEAKING', hash);

    const heading = opened.page.locator('main h1:visible, #graph-title').last();
    expect((await heading.textContent())?.replace('✕', '')).toBe(title);
  });

  test('back and forward lead through the views, and the graph keeps its settings', async () => {
    await using opened = await open('LEAKING', '#/graph?select=tag:pii%2B');
    const { page } = opened;
    const cards = page.locator('.graph .card-head');
    expect(await cards.count()).toBe(4);
    await page.selectOption('.filters select >> nth=0', 'leaks');
    await page.locator('.graph .row.leak').last().click();
    await expect.poll(() => new URL(page.url()).hash).toContain('show=leaks');

    await visit(page, '#/inventory');
    await page.goBack();

    await expect.poll(() => page.locator('.filters select').first().inputValue()).toBe('leaks');
    await expect.poll(() => page.locator('.proof').textContent()).toContain('lower(email)');
    await page.goForward();
    await expect.poll(() => page.locator('h1:visible').first().textContent()).toBe('Inventory of personal data');
  });

  test('with the keyboard alone one finds a column, walks through the graph, and comes back', async () => {
    await using opened = await open('LEAKING');
    const { page } = opened;
    // The page follows a key once the browser has drawn it.
    const focused = () => expect.poll(() => page.evaluate(focusedName));
    const hash = () => expect.poll(() => new URL(page.url()).hash);
    await page.keyboard.press('/');
    await focused().toContain('Search');
    await page.keyboard.type('stg_users.con');
    await page.getByRole('option', { name: 'stg_users.contact' }).first().waitFor();
    await page.keyboard.press('Enter');
    await hash().toBe('#/column/stg_users.contact');

    await visit(page, '#/graph');
    await page.locator('.graph .card-head').first().focus();
    await focused().toContain('raw.raw_user');
    await page.keyboard.press('ArrowDown');
    await focused().toBe('raw.raw_user.email, clear, on the path of a leak');
    await page.keyboard.press('ArrowRight');
    await focused().toContain('stg_users.contact');
    await page.keyboard.press('ArrowRight');
    await focused().toContain('mart_activity.contact');
    await page.keyboard.press('ArrowLeft');
    await focused().toContain('stg_users.contact');
    await page.keyboard.press('Escape');
    await focused().toContain('stg_users,');
    await page.keyboard.press('Enter');
    await hash().toBe('#/node/stg_users');
    await page.keyboard.press('Control+k');
    await focused().toContain('Search');
  });

  test('a key that comes as soon as the field of the search is drawn leads to it', async () => {
    if (!browser) throw new Error('no browser');
    const page = await browser.newPage();
    await page.addInitScript(() => {
      new MutationObserver((_changes, observer) => {
        if (!document.querySelector('#search input')) return;
        observer.disconnect();
        dispatchEvent(new KeyboardEvent('keydown', { key: '/' }));
      }).observe(document, { childList: true, subtree: true });
    });
    await page.goto(addressOf('LEAKING'));

    await expect.poll(() => page.evaluate(focusedName)).toContain('Search');
    await page.close();
  });

  test('the inventory is saved as CSV', async () => {
    await using opened = await open('LEAKING', '#/inventory');
    const saving = opened.page.waitForEvent('download');
    await opened.page.getByRole('button', { name: 'Export CSV' }).click();
    const saved = await saving;

    expect(saved.suggestedFilename()).toBe('clinic-personal-data.csv');
    expect(await readFile(await saved.path(), 'utf8')).toContain('"raw.raw_user.birth","birth_date"');
  });

  test('1,000 models open as a picture of at most 40 cards, and unfold in place', async () => {
    await using opened = await open('LARGE', '#/graph');
    const { page } = opened;
    const cards = page.locator('.graph .card-head');
    await cards.first().waitFor();
    expect(await cards.count()).toBeLessThanOrEqual(40);
    const before = await cards.count();

    await page.locator('.node.group .card-head').first().click();

    await expect.poll(() => cards.count()).toBeGreaterThan(before);
    await page.goBack();
    await expect.poll(() => cards.count()).toBe(before);
  });

  test('printed, the page has verdict and inventory, without the controls', async () => {
    await using opened = await open('LEAKING', '#/graph');
    await opened.page.emulateMedia({ media: 'print' });

    expect(await opened.page.locator('h1:visible').allTextContents()).toEqual([
      '✕E-mail addresses reach the tier safe.',
      'Inventory of personal data',
    ]);
    expect(await opened.page.locator('nav').isVisible()).toBe(false);
  });
});
