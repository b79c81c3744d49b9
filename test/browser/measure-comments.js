/**
 * @typedef {{
 *   readonly name: string,
 *   readonly tables: readonly { readonly needed: number, readonly room: number, readonly letters: number }[],
 *   readonly diagrams: readonly { readonly letters: number, readonly scale: number, readonly cut: boolean }[],
 *   readonly errors: readonly string[],
 * }} Measured Sizes of one comment. Of each table: the pixels that it needs and has, and the height of its letters. Of each
 * diagram that is open without a click: the height of its smallest letters, its scale, and whether a label is higher than its box.
 */

/**
 * Measures the comments of a page, and draws their diagrams where the page has Mermaid. It runs in the browser, so it cannot use the rest of this file.
 * @param {'light' | 'dark'} theme
 * @returns {Promise<readonly Measured[]>}
 */
export async function measureComments(theme) {
  const { document, getComputedStyle, mermaid } = globalThis;
  mermaid?.initialize({ startOnLoad: false, securityLevel: 'strict', theme: theme === 'dark' ? 'dark' : 'default' });
  const sizeOf = (element) => Number.parseFloat(getComputedStyle(element).fontSize);
  const measured = [];
  for (const box of document.querySelectorAll('.box')) {
    const errors = [];
    const diagrams = [];
    const places = mermaid === undefined ? [] : [...box.querySelectorAll('.diagram')];
    for (const [index, place] of places.entries()) {
      // Folded diagrams are drawn only to see their errors, which are the same in each theme.
      if (theme === 'dark' && place.closest('details')) continue;
      try {
        place.innerHTML = (await mermaid.render(`${box.id}-${index}`, decodeURIComponent(place.dataset.text))).svg;
      } catch (error) {
        errors.push(String(error));
        continue;
      }
      if (place.closest('details')) continue;
      const scale = Math.min(1, place.clientWidth / place.querySelector('svg').viewBox.baseVal.width);
      const letters = [...place.querySelectorAll('foreignObject *, text')].map(sizeOf);
      const labels = [...place.querySelectorAll('foreignObject')];
      const cut = labels.some((label) => {
        const text = label.firstElementChild?.getBoundingClientRect().height ?? 0;
        return text > label.getBoundingClientRect().height + 1;
      });
      diagrams.push({ scale, letters: Math.min(...letters) * scale, cut });
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
