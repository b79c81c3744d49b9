import { render } from 'preact';
import { withDigits } from '../data-text.ts';
import { openPage } from '../page-model.ts';
import type { Site } from '../site.ts';
import { App } from './app.tsx';
import { InventoryActions } from './inventory-actions.tsx';
import { Search } from './search.tsx';

/** Reads the data of the page: JSON as raw deflate in base64, whose digits are signs. */
async function readSite(): Promise<Site> {
  const text = document.getElementById('data')?.textContent ?? '';
  const bytes = Uint8Array.from(atob(withDigits(text)), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Response(stream).json();
}

function place(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`internal: the page has no #${id}`);
  return element;
}

document.documentElement.classList.add('js');
const app = place('app');
render(<App page={undefined} />, app);
const page = openPage(await readSite());
render(<App page={page} />, app);
render(<Search page={page} />, place('search'));
render(<InventoryActions page={page} />, place('inventory-actions'));
