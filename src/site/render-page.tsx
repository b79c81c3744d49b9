import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { renderToString } from 'preact-render-to-string';
import { withoutDigits } from './data-text.ts';
import { headlineOf } from './headline.ts';
import { openPage, type PageModel } from './page-model.ts';
import type { Site } from './site.ts';
import type { Template } from './template.ts';
import { Inventory } from './views/inventory.tsx';
import { JUDGEMENTS } from './views/marks.tsx';
import { Verdict } from './views/verdict.tsx';

/**
 * The page as one HTML file, which asks the network for nothing. Verdict and inventory are in it as HTML, for readers
 * without scripts; the rest is drawn by the script from the data. Equal sites give equal bytes.
 */
export function renderPage(site: Site, { script, styles }: Template): string {
  const page = openPage(site);
  // A script that no hash names does not run, whatever a name in the data looks like.
  const policy = [
    "default-src 'none'",
    `style-src '${sourceHash(styles)}'`,
    `script-src '${sourceHash(script)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const { judgement, short } = headlineOf(page);
  const title = `${JUDGEMENTS[judgement].sign} ${page.site.project}: ${short} – Fenceline`;
  const body = renderToString(<Shell page={page} />);
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="referrer" content="no-referrer">',
    '<link rel="icon" href="data:,">',
    renderToString(<title>{title}</title>),
    `<style>${styles}</style>`,
    '</head>',
    `<body>${body}`,
    `<script type="application/octet-stream" id="data">${compressed(site)}</script>`,
    `<script type="module">${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** The hash of an inline script or style sheet, as a policy names it. */
function sourceHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** JSON without white space, as raw deflate: it has no header that depends on the platform. */
function compressed(site: Site): string {
  return withoutDigits(deflateRawSync(JSON.stringify(site), { level: 9 }).toString('base64'));
}

function Shell({ page }: { readonly page: PageModel }) {
  const { judgement, short } = headlineOf(page);
  const { project, tool, run } = page.site;
  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <header>
        <div class="brand">
          <b>fenceline</b> <span>/ {project}</span>
        </div>
        <nav aria-label="Views">
          <a href="#/verdict">Verdict</a>
          <a class="needs-script" href="#/graph">
            Graph
          </a>
          <a href="#/inventory">Inventory</a>
        </nav>
        <div class="search needs-script" id="search" />
        <div class={`pill ${judgement}`}>
          <span aria-hidden="true">{JUDGEMENTS[judgement].sign} </span>
          {short}
        </div>
      </header>
      {/* The ids are addresses of the views, so that links work without the script, too. */}
      <main id="main" tabIndex={-1}>
        <section class="view static" id="/verdict" aria-label="Verdict">
          <Verdict page={page} />
        </section>
        <section class="view wide static" id="/inventory" aria-label="Inventory">
          <Inventory page={page} />
        </section>
        <div id="app" hidden />
      </main>
      <footer>
        Names, places, expressions and templates only: no value of a person is in this file, and it asks the network for
        nothing. {tool}
        {run.commit !== undefined && `, commit ${run.commit}`}.
      </footer>
    </>
  );
}
