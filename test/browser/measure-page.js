// Runs in the browser.

/** Notes when the first card of the graph is there. */
export function noteFirstCard() {
  const observer = new MutationObserver(() => {
    if (globalThis.firstCard !== undefined || document.querySelector('.graph .card-head') === null) return;
    globalThis.firstCard = performance.now();
    observer.disconnect();
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** Milliseconds from the start of the page to its first paint and to the first card, and the number of cards. */
export function timesOfPage() {
  const [paint] = performance.getEntriesByName('first-contentful-paint');
  return {
    paint: paint?.startTime ?? Number.NaN,
    laidOut: globalThis.firstCard,
    cards: document.querySelectorAll('.graph .card-head').length,
  };
}

/** Frames that are drawn in a second while the enlarged picture is moved. */
export async function framesWhilePanning() {
  for (let step = 0; step < 5; step++) document.querySelector('[aria-label="Zoom in"]').click();
  const canvas = document.querySelector('.canvas');
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  await frame();
  const start = performance.now();
  let frames = 0;
  while (performance.now() - start < 1000) {
    canvas.scrollLeft = (frames * 16) % 1200;
    await frame();
    frames += 1;
  }
  return frames;
}
