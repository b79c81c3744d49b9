import type { Tier } from '../../contract/tier.ts';
import type { State } from '../../lineage/flow.ts';
import { codeSpan } from '../escape.ts';
import type { LeakRow } from '../leaks/leak-row.ts';

/** The meaning of each form that a value can have in a mart. */
const MEANINGS: { readonly [state in State]: string } = {
  clear: 'the value as it is',
  partial: 'a part of the value',
  pseudonymous: 'masked, equal values stay equal',
  aggregate: 'summarised over many persons',
};

/**
 * The rule that the leaks break, for readers who do not have the contract in mind: the form that each tier allows, and the
 * meaning of the forms in the table. Empty without leaks.
 */
export function limitsOf(rows: readonly LeakRow[]): string {
  const tiers = new Map<string, Tier>(rows.flatMap(({ leaks }) => leaks.map(({ tier }) => [tier.name, tier])));
  const limits = [...tiers.values()].map(({ name, allow }) => `tier ${codeSpan(name)} allows ${allowedText(allow)}`);
  const allowed = new Set([...tiers.values()].map(({ allow }) => allow));
  const states = [...new Set(rows.flatMap(({ state }) => (state && !allowed.has(state) ? [state] : [])))];
  return [...limits, ...states.map((state) => `${state} is ${MEANINGS[state]}`)].join('; ');
}

function allowedText(allow: Tier['allow']): string {
  return allow === 'none' ? 'personal data in no form' : `at most ${allow} (${MEANINGS[allow]})`;
}
