import type { ContractConfig } from '../../config/fenceline-config.ts';
import { classify } from '../../contract/classify.ts';
import { readableTrace } from '../../contract/hidden-names.ts';
import type { Checkout } from '../../git/checkout.ts';
import { hideSecrets } from '../../hide-secrets.ts';
import type { TracedProject } from '../../lineage/traced-project.ts';
import type { Project } from '../../project/project.ts';
import type { Report } from '../../report/report.ts';
import type { Site, SiteRun } from '../../site/site.ts';
import { siteExposures } from './site-exposures.ts';
import { siteFinding, siteWaived } from './site-findings.ts';
import { siteHops } from './site-hops.ts';
import { siteMasks } from './site-masks.ts';
import { siteNodes } from './site-nodes.ts';

/** A run or check that has ended. */
export interface SiteFacts {
  readonly project: Project;
  readonly report: Report;
  readonly lineage: TracedProject;
  readonly contract: ContractConfig;
  readonly checkout: Checkout;
  readonly now: Date;
  /** Whether the page shows the texts of templates. */
  readonly sql: 'with-sql' | 'without-sql';
}

/** Puts together what the page shows of a run: names, places and texts of templates, without any secret. */
export function makeSite(facts: SiteFacts): Site {
  const { project, report, contract, now, sql } = facts;
  const lineage = readableTrace(facts.lineage, project);
  const index = siteNodes({ project, lineage, classification: classify(project), report, contract, sql });
  const { findings, waived, fixed, tiers, coverage } = report;
  const site: Site = {
    version: 1,
    tool: report.tool,
    project: report.project,
    verdict: report.verdict,
    run: siteRun(facts),
    marks: { columns: report.marks?.columns ?? 0, tables: report.marks?.tables ?? 0 },
    coverage,
    tiers: contract.tiers.map(({ name, path, allow }) => {
      return { name, path, allow, models: tiers.find((tier) => tier.name === name)?.models ?? 0 };
    }),
    nodes: index.nodes,
    hops: siteHops(lineage, index),
    masks: siteMasks({ project, contract, lineage, findings }),
    exposures: siteExposures(project, lineage, index),
    findings: findings.map((finding) => siteFinding(finding, index)),
    waived: waived.map((one) => siteWaived(one, index, now)),
    ...(fixed && { fixed: fixed.map((finding) => siteFinding(finding, index)) }),
  };
  // The secrets are replaced in the text, where also their spellings with escapes are found.
  const hidden: Site = JSON.parse(hideSecrets(JSON.stringify(site), project.secrets));
  return hidden;
}

function siteRun({ report, checkout, now, sql }: SiteFacts): SiteRun {
  const { judge, folder, postgres, build, leftOut = [], fixes } = report;
  const base = judge && 'base' in judge ? judge.base : undefined;
  return {
    kind: build ? 'run' : 'check',
    started: now.toISOString(),
    ...checkout,
    ...(folder !== undefined && { folder }),
    ...(base !== undefined && { base }),
    ...(postgres && { postgres: postgres.version }),
    ...(build && { built: countResults(build) }),
    leftOut,
    untriedFixes: fixes?.untried ?? 0,
    ...(sql === 'without-sql' && { withoutSql: true as const }),
  };
}

function countResults(build: NonNullable<Report['build']>): NonNullable<SiteRun['built']> {
  const counts = new Map<string, { kind: string; status: string; count: number }>();
  for (const { resourceType: kind, status } of build) {
    const key = `${kind} ${status}`;
    counts.set(key, { kind, status, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}
