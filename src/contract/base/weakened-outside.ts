import type { OutsideSettings } from '../../config/fenceline-config.ts';
import type { Location } from '../../location.ts';
import type { Weakening } from './contract-change.ts';

/**
 * Finds settings of `env` and `postgres` that differ from the base. A change has no effect until it is merged; then it
 * decides which variables templates read, and which server receives the job's password.
 * @param at place of the settings in fenceline.yml
 */
export function weakenedOutside(base: OutsideSettings, head: OutsideSettings, at: Location): readonly Weakening[] {
  const added = head.env
    .filter((name) => !base.env.includes(name))
    .map((name): Weakening => {
      const change = { kind: 'env-added', subject: name, was: 'not listed', is: 'listed' } as const;
      return { severity: 'error', change, location: at };
    });
  const url: readonly Weakening[] =
    head.url === base.url
      ? []
      : [
          {
            severity: 'error',
            // The address itself is not shown: it may hold a password.
            change: { kind: 'url-changed', subject: 'postgres.url', was: kindOf(base.url), is: kindOf(head.url) },
            location: at,
          },
        ];
  const isSame = JSON.stringify([head.version, head.setup]) === JSON.stringify([base.version, base.setup]);
  const change = { kind: 'postgres-changed', subject: 'postgres', was: 'in use', is: 'not in use' } as const;
  return [...added, ...url, ...(isSame ? [] : [{ severity: 'warning', change, location: at } as const])];
}

function kindOf(url: string | undefined): string {
  if (url === undefined) return 'a throwaway server';
  return url.startsWith('$') ? url : 'an address';
}
