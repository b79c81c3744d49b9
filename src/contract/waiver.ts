import type { WaiverConfig } from '../config/fenceline-config.ts';
import type { Finding, IndirectFlow, PiiInTier, ValueLeak, WaiverExpired } from './finding.ts';

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
  if (!isAboutFlow(finding)) return false;
  const { model, column, source } = finding;
  return (
    model === waiver.model &&
    column?.toLowerCase() === waiver.column.toLowerCase() &&
    `${source.relation}.${source.column}`.toLowerCase() === waiver.source.toLowerCase()
  );
}

/** Values seen in a column are covered by what is accepted of it, as the flow that brings them is. */
function isAboutFlow(finding: Finding): finding is PiiInTier | IndirectFlow | ValueLeak {
  return finding.rule === 'pii-in-tier' || finding.rule === 'indirect-flow' || finding.rule === 'value-leak';
}

function expiredFinding({ model, column, source, until, reason, location }: WaiverConfig): WaiverExpired {
  return { rule: 'waiver-expired', severity: 'warning', model, column, source, until, reason, location };
}
