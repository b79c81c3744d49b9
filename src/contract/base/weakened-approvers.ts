import type { Location } from '../../location.ts';
import type { Weakening } from './contract-change.ts';

/**
 * Finds approvers that the head adds: they could accept findings of later changes.
 * @param at place of the settings in fenceline.yml
 */
export function weakenedApprovers(
  base: readonly string[],
  head: readonly string[],
  at: Location,
): readonly Weakening[] {
  const names = new Set(base.map((login) => login.toLowerCase()));
  return head
    .filter((login) => !names.has(login.toLowerCase()))
    .map((login) => {
      const change = { kind: 'approver-added', subject: login, was: 'not named', is: 'named' } as const;
      return { severity: 'error', change, location: at };
    });
}
