// Runs in the browser.

/** Counts the attributes that the policy of the page refuses, and the elements that only a name taken for HTML could make. */
export function inspectPage() {
  return {
    styles: document.querySelectorAll('[style]').length,
    foreign: document.querySelectorAll('img, iframe, object, embed, base, form[action], [onload], [onerror]').length,
    hacked: globalThis.hacked === true,
    violations: globalThis.violations ?? [],
    // What is wider than the page makes it scroll sideways.
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
}

/** Notes what the policy refuses, from the first moment on. */
export function noteViolations() {
  globalThis.violations = [];
  document.addEventListener('securitypolicyviolation', (event) => {
    globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
  });
}

/** Rules of axe-core that the page breaks, each with the first element. */
export async function breaches() {
  const options = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
  const { violations } = await globalThis.axe.run(document, options);
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes[0].target.join(' ')} ${nodes[0].failureSummary.slice(0, 160)}`,
  );
}

/** Name of the element that has the focus: of a part of the graph its title. */
export function focusedName() {
  const { activeElement } = document;
  return activeElement?.querySelector('title')?.textContent ?? activeElement?.getAttribute('aria-label') ?? '';
}
