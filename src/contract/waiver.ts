import type { WaiverConfig } from '../config/fenceline-config.ts';
import type { Finding, WaiverExpired } from './finding.ts';

export interface WaivedFinding {
  readonly finding: Finding;
  readonly reason: string;
  readonly until: string;
}

/** Sets aside what a waiver covers; a waiver whose last day has passed covers nothing and is a finding itself. */
export function applyWaivers(
  found: readonly Finding[],
  waivers: readonly WaiverConfig[],
  today: string,
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
  return { findings: [...findings, ...expired.map(expiredFinding)], waived };
}

/** Names without case, as DuckDB compares them. */
function covers(waiver: WaiverConfig, finding: Finding): boolean {
  if (finding.rule !== 'pii-in-tier' && finding.rule !== 'indirect-flow') return false;
  const { model, column, source } = finding;
  return (
    model === waiver.model &&
    column?.toLowerCase() === waiver.column.toLowerCase() &&
    `${source.relation}.${source.column}`.toLowerCase() === waiver.source.toLowerCase()
  );
}

function expiredFinding({ model, column, source, until, reason, location }: WaiverConfig): WaiverExpired {
  return { rule: 'waiver-expired', severity: 'warning', model, column, source, until, reason, location };
}
