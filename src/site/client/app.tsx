import { useLayoutEffect } from 'preact/hooks';
import type { PageModel } from '../page-model.ts';
import { ColumnView } from './column-view.tsx';
import { ExposureView } from './exposure-view.tsx';
import { GraphView } from './graph-view.tsx';
import { MaskView } from './mask-view.tsx';
import { NodeView } from './node-view.tsx';
import { type Route, useRoute } from './route.ts';

interface AppProps {
  /** Absent until the data is read. */
  readonly page: PageModel | undefined;
}

/** Shows the view that the address names: one that is in the page already, or one that is drawn from the data. */
export function App({ page }: AppProps) {
  const route = useRoute();
  const shown = isStatic(route.view) ? `/${route.view || 'verdict'}` : undefined;
  useLayoutEffect(() => {
    for (const section of document.querySelectorAll<HTMLElement>('.static')) section.hidden = section.id !== shown;
    const app = document.getElementById('app');
    if (app) app.hidden = shown !== undefined;
    for (const link of document.querySelectorAll('nav a')) {
      const isCurrent = link.getAttribute('href') === `#/${route.view || 'verdict'}`;
      if (isCurrent) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  }, [shown, route.view]);
  const place = `${route.view}/${route.subject}`;
  // Another view begins at its top.
  useLayoutEffect(() => scrollTo(0, 0), [place]);
  if (shown !== undefined) return null;
  if (!page) return <p class="view">Reading the data of this page …</p>;
  return <View page={page} route={route} />;
}

function isStatic(view: string): boolean {
  return view === '' || view === 'verdict' || view === 'inventory';
}

function View({ page, route }: { readonly page: PageModel; readonly route: Route }) {
  const { view, subject, query } = route;
  switch (view) {
    case 'graph':
      return <GraphView page={page} query={query} />;
    case 'column': {
      const at = page.columnByKey(subject);
      return at ? <ColumnView page={page} at={at} /> : <NotThere what={`column ${subject}`} />;
    }
    case 'node': {
      const node = page.nodeByKey(subject);
      return node === undefined ? <NotThere what={`node ${subject}`} /> : <NodeView page={page} node={node} />;
    }
    case 'mask': {
      const mask = page.site.masks.find(({ name }) => name === subject);
      return mask ? <MaskView page={page} mask={mask} /> : <NotThere what={`mask ${subject}`} />;
    }
    case 'exposure': {
      const exposure = page.site.exposures.find(({ name }) => name === subject);
      return exposure ? <ExposureView page={page} exposure={exposure} /> : <NotThere what={`exposure ${subject}`} />;
    }
    default:
      return <NotThere what={`view ${view}`} />;
  }
}

function NotThere({ what }: { readonly what: string }) {
  return (
    <div class="view">
      <h1>This page has no {what}.</h1>
      <p>
        It may have another name in this run. Press <kbd>/</kbd> to search, or open the{' '}
        <a href="#/inventory">inventory</a>.
      </p>
    </div>
  );
}
