// The page of projects of 10 to 5,000 models with 20 columns, in Chromium: bytes, first paint, the graph laid out, frames
// while the picture is moved. Goals at 1,000 models: 600 kB, one second, 50 frames a second, 40 cards at first. It also measures how
// long one core lays out the largest picture that the page draws. The goal is half a second: the layout then needs no worker.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { drawGraph, MOST_NODES } from '../src/site/graph/draw.ts';
import { layOut } from '../src/site/graph/layout.ts';
import { readSettings } from '../src/site/graph/settings.ts';
import { openPage } from '../src/site/page-model.ts';
import { renderPage } from '../src/site/render-page.tsx';
import { pageTemplate } from '../src/site/template.ts';
import { largeSite } from '../src/site/testing/large-site.ts';
import { framesWhilePanning, noteFirstCard, timesOfPage } from '../test/browser/measure-page.js';

const folder = mkdtempSync(join(tmpdir(), 'fenceline-bench-'));
const browser = await chromium.launch({
  executablePath: process.env['CHROME_PATH'] ?? process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  for (const models of [10, 100, 1_000, 5_000]) {
    const html = renderPage(largeSite(models), pageTemplate());
    const file = join(folder, `${models}.html`);
    writeFileSync(file, html);
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.addInitScript(noteFirstCard);
    await page.goto(`${pathToFileURL(file).href}#/graph`);
    await page.locator('.graph .card-head').first().waitFor({ timeout: 120_000 });
    const { paint, laidOut, cards } = await page.evaluate(timesOfPage);
    const frames = await page.evaluate(framesWhilePanning);
    const size = `${(Buffer.byteLength(html) / 1000).toFixed(0)} kB`;
    const times = `painted at ${paint.toFixed(0)} ms, laid out at ${laidOut.toFixed(0)} ms`;
    console.log(`${models} models: ${size}, ${times}, ${cards} cards, ${frames} frames in a second of panning`);
    await page.close();
  }
  const drawing = largestDrawing();
  const start = process.cpuUsage();
  layOut(drawing);
  const { user, system } = process.cpuUsage(start);
  const milliseconds = ((user + system) / 1000).toFixed(0);
  console.log(
    `${drawing.cards.length} cards, ${drawing.edges.length} edges: laid out in ${milliseconds} ms of one core`,
  );
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}

/** The largest picture that the page draws: a project of that many nodes, with every fold open. */
function largestDrawing() {
  const page = openPage(largeSite(MOST_NODES));
  const settings = readSettings(new URLSearchParams({ show: 'all' }));
  for (let open: readonly string[] = []; ; ) {
    const drawing = drawGraph(page, { ...settings, open });
    const folded = drawing.cards.filter(({ of }) => of.kind === 'group').map(({ key }) => key);
    if (folded.every((key) => open.includes(key))) return drawing;
    open = [...open, ...folded];
  }
}
