/**
 * @typedef {{
 *   readonly name: string,
 *   readonly tables: readonly { readonly needed: number, readonly room: number, readonly letters: number }[],
 *   readonly diagrams: readonly { readonly letters: number, readonly scale: number }[],
 *   readonly errors: readonly string[],
 * }} Measured Of one comment: pixels that each table needs and has, and the height of letters; of each diagram that is open
 * without a click, the height of its smallest letters, and how much it was shrunk.
 */

/**
 * Draws the diagrams of the comments in a page, and measures them. It runs in the browser, so it uses nothing of this file.
 * @param {'light' | 'dark'} theme
 * @returns {Promise<readonly Measured[]>}
 */
export async function measureComments(theme) {
  const { document, getComputedStyle, mermaid } = globalThis;
  mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: theme === 'dark' ? 'dark' : 'default' });
  const sizeOf = (element) => Number.parseFloat(getComputedStyle(element).fontSize);
  const measured = [];
  for (const box of document.querySelectorAll('.box')) {
    const errors = [];
    const diagrams = [];
    for (const [index, place] of [...box.querySelectorAll('.diagram')].entries()) {
      try {
        place.innerHTML = (await mermaid.render(`${box.id}-${index}`, decodeURIComponent(place.dataset.text))).svg;
      } catch (error) {
        errors.push(String(error));
        continue;
      }
      if (place.closest('details')) continue;
      const scale = Math.min(1, place.clientWidth / place.querySelector('svg').viewBox.baseVal.width);
      const letters = [...place.querySelectorAll('foreignObject *, text')].map(sizeOf);
      diagrams.push({ scale, letters: Math.min(...letters) * scale });
    }
    for (const details of box.querySelectorAll('details')) details.open = true;
    const tables = [...box.querySelectorAll('table')].map((table) => ({
      needed: table.scrollWidth,
      room: table.clientWidth,
      letters: sizeOf(table),
    }));
    measured.push({ name: box.id, tables, diagrams, errors });
  }
  return measured;
}
