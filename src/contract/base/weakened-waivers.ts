import type { WaiverConfig } from '../../config/fenceline-config.ts';
import { nameKey } from '../../name.ts';
import type { Finding } from '../finding.ts';
import { findingKey } from '../finding-key.ts';
import { covers } from '../waiver.ts';
import type { Weakening } from './contract-change.ts';

/** Longest time that a waiver may last: 13 months, so that one that is renewed each year is renewed before it ends. */
const MOST_DAYS = 396;

/** The findings by which a new waiver is judged. */
export interface WaivedFindings {
  /** Findings of the head, as if it had no waivers. */
  readonly found: readonly Finding[];
  /** Keys of the findings on the base; `undefined` where they are unknown. */
  readonly baseFindings: ReadonlySet<string> | undefined;
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string;
}

/**
 * Finds waivers that are new or last longer. Each has a reason and an end, so it is a warning; an error where it arrives
 * together with the error that it waives, or lasts longer than 13 months.
 */
export function weakenedWaivers(
  base: readonly WaiverConfig[],
  head: readonly WaiverConfig[],
  { found, baseFindings, today }: WaivedFindings,
): readonly Weakening[] {
  const brings = (waiver: WaiverConfig) =>
    found.some(
      (finding) =>
        finding.severity === 'error' && covers(waiver, finding) && baseFindings?.has(findingKey(finding)) !== true,
    );
  return head
    .filter(({ until }) => until >= today)
    .flatMap((waiver): Weakening[] => {
      const { model, column, source, reason, until, location } = waiver;
      const ends = base.filter((candidate) => keyOf(candidate) === keyOf(waiver)).map((candidate) => candidate.until);
      const was = ends.sort().at(-1);
      if (was !== undefined && was >= until) return [];
      const subject = `${model}.${column} and ${source}`;
      const isLong = Date.parse(until) - Date.parse(today) > MOST_DAYS * 86_400_000;
      const kind = isLong ? 'waiver-long' : was === undefined ? 'waiver-added' : 'waiver-extended';
      const change = {
        kind,
        subject,
        was: was === undefined ? 'no waiver' : `until ${was}`,
        is: `until ${until}: ${reason}`,
      } as const;
      return [{ severity: isLong || brings(waiver) ? 'error' : 'warning', change, location }];
    });
}

function keyOf({ model, column, source }: WaiverConfig): string {
  return [model, nameKey(column), nameKey(source)].join('\n');
}
