import type { WaiverConfig } from '../../config/fenceline-config.ts';
import { nameKey } from '../../name.ts';
import type { Weakening } from './contract-change.ts';

/** Finds waivers that are new or last longer. They are warnings, since each has a reason and an end. */
export function weakenedWaivers(
  base: readonly WaiverConfig[],
  head: readonly WaiverConfig[],
  today: string,
): readonly Weakening[] {
  return head
    .filter(({ until }) => until >= today)
    .flatMap((waiver): Weakening[] => {
      const { model, column, source, reason, until, location } = waiver;
      const ends = base.filter((candidate) => keyOf(candidate) === keyOf(waiver)).map((candidate) => candidate.until);
      const was = ends.sort().at(-1);
      if (was !== undefined && was >= until) return [];
      const subject = `${model}.${column} and ${source}`;
      const kind = was === undefined ? 'waiver-added' : 'waiver-extended';
      const change = {
        kind,
        subject,
        was: was === undefined ? 'no waiver' : `until ${was}`,
        is: `until ${until}: ${reason}`,
      } as const;
      return [{ severity: 'warning', change, location }];
    });
}

function keyOf({ model, column, source }: WaiverConfig): string {
  return [model, nameKey(column), nameKey(source)].join('\n');
}
