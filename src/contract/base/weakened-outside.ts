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
  const names = new Set([...Object.keys(base.databases), ...Object.keys(head.databases)]);
  const named = [...names].flatMap((name) =>
    weakenedDatabase(`postgres.${name}`, base.databases[name], head.databases[name], at),
  );
  return [...added, ...weakenedDatabase('postgres', base, head, at), ...named];
}

function weakenedDatabase(
  subject: string,
  base: DatabaseSettings | undefined,
  head: DatabaseSettings | undefined,
  at: Location,
): readonly Weakening[] {
  const url: readonly Weakening[] =
    head?.url === base?.url
      ? []
      : [
          {
            severity: 'error',
            // The address itself is not shown: it may hold a password.
            change: { kind: 'url-changed', subject: `${subject}.url`, was: kindOf(base?.url), is: kindOf(head?.url) },
            location: at,
          },
        ];
  const fill = ({ version, setup = [] }: Partial<DatabaseSettings> = {}) => JSON.stringify([version, setup]);
  const isSame = fill(head) === fill(base);
  const change = { kind: 'postgres-changed', subject, was: 'in use', is: 'not in use' } as const;
  return [...url, ...(isSame ? [] : [{ severity: 'warning', change, location: at } as const])];
}

type DatabaseSettings = Pick<OutsideSettings, 'url' | 'version' | 'setup'>;

function kindOf(url: string | undefined): string {
  if (url === undefined) return 'a throwaway server';
  return url.startsWith('$') ? url : 'an address';
}
