/** The parts of the page that are the same for every project. */
export interface Template {
  readonly script: string;
  readonly styles: string;
}

/** Made of `client/` and `page.css` by `scripts/page.mjs`, and put in here when the bundle is built. */
declare const FENCELINE_PAGE: Template;

export function pageTemplate(): Template {
  return FENCELINE_PAGE;
}
