import type { WaiverConfig } from '../config/fenceline-config.ts';
import { sameName } from '../name.ts';
import { nearestName } from '../nearest-name.ts';
import type { Finding, WaiverExpired, WaiverUnused } from './finding.ts';
import { isWaivable } from './rules.ts';

export interface WaivedFinding {
  readonly finding: Finding;
  readonly reason: string;
  readonly until: string;
}

/**
 * Sets aside the findings that waivers cover. A waiver whose last day has passed covers nothing and is a finding
 * itself.
 * @param extent `run`: rows were checked, too, so a waiver that covers nothing is a finding; `check`: it may still
 * cover a finding in rows
 */
export function applyWaivers(
  found: readonly Finding[],
  waivers: readonly WaiverConfig[],
  today: string,
  extent: 'run' | 'check',
): { readonly findings: readonly Finding[]; readonly waived: readonly WaivedFinding[] } {
  const valid = waivers.filter(({ until }) => until >= today);
  const expired = waivers.filter(({ until }) => until < today);
  const findings: Finding[] = [];
  const waived: WaivedFinding[] = [];
  for (const finding of found) {
    const waiver = valid.find((candidate) => covers(candidate, finding));
    if (waiver) waived.push({ finding, reason: waiver.reason, until: waiver.until });
    else findings.push(finding);
  }
  const unused = extent === 'run' ? valid.filter((waiver) => !found.some((finding) => covers(waiver, finding))) : [];
  return {
    findings: [...findings, ...expired.map(expiredFinding), ...unused.map((waiver) => unusedFinding(waiver, findings))],
    waived,
  };
}

/** Whether a waiver accepts a finding. Columns are compared without case, as DuckDB compares them. */
export function covers(waiver: WaiverConfig, finding: Finding): boolean {
  if (!isWaivable(finding)) return false;
  const { model, column, source } = finding;
  return (
    model === waiver.model &&
    column !== undefined &&
    sameName(column, waiver.column) &&
    sameName(`${source.relation}.${source.column}`, waiver.source)
  );
}

function expiredFinding({ model, column, source, until, reason, location }: WaiverConfig): WaiverExpired {
  return { rule: 'waiver-expired', severity: 'warning', model, column, source, until, reason, location };
}

function unusedFinding({ model, column, source, location }: WaiverConfig, findings: readonly Finding[]): WaiverUnused {
  const spelled = new Map<string, NonNullable<WaiverUnused['nearest']>>(
    findings.filter(isWaivable).flatMap((finding) => {
      if (finding.column === undefined) return [];
      const near = {
        column: `${finding.model}.${finding.column}`,
        source: `${finding.source.relation}.${finding.source.column}`,
      };
      return [[`${near.column} ${near.source}`, near] as const];
    }),
  );
  const nearest = spelled.get(nearestName(`${model}.${column} ${source}`, spelled.keys()) ?? '');
  return { rule: 'waiver-unused', severity: 'warning', model, column, source, nearest, location };
}
