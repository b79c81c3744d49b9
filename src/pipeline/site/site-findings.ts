import type { Finding } from '../../contract/finding.ts';
import { weakest } from '../../contract/tier.ts';
import type { WaivedFinding } from '../../contract/waiver.ts';
import { formatLocation } from '../../location.ts';
import { findingText, fixDiff } from '../../report/words/finding-text.ts';
import type { SiteFinding, SiteStep, SiteWaived } from '../../site/site.ts';
import type { NodeIndex } from './site-nodes.ts';

export function siteFinding(finding: Finding, index: NodeIndex): SiteFinding {
  const { rule, severity, isNew, location } = finding;
  const { problem, fix } = findingText(finding);
  const node = nodeOf(finding, index);
  const column = 'column' in finding ? finding.column : undefined;
  const source = 'source' in finding && typeof finding.source === 'object' ? finding.source : undefined;
  const at = source && index.columnAt(source);
  const tier = 'tier' in finding ? finding.tier : undefined;
  const diff = fixDiff(finding);
  return {
    rule,
    severity,
    judgement: judgementOf(finding),
    ...(isNew !== undefined && { isNew }),
    problem,
    fix,
    place: formatLocation(location),
    ...(node !== undefined && { node }),
    ...(column !== undefined && { column }),
    ...(at && { source: at }),
    ...(source && { piiType: source.piiType }),
    ...('state' in finding && { state: finding.state }),
    ...(tier && { tier: tier.name, allow: tier.allow }),
    steps: stepsOf(finding, index),
    ...(diff && {
      diff: {
        file: diff.file,
        line: diff.line,
        removed: diff.removed,
        added: diff.added,
        ...(diff.isMove && { isMove: true as const }),
      },
    }),
  };
}

/** @param now start of the run, from which the days are counted */
export function siteWaived({ finding, reason, until }: WaivedFinding, index: NodeIndex, now: Date): SiteWaived {
  const today = Date.parse(now.toISOString().slice(0, 10));
  const daysLeft = Math.round((Date.parse(until) - today) / MILLISECONDS_A_DAY);
  return { finding: siteFinding(finding, index), reason, until, daysLeft: Math.max(0, daysLeft) };
}

const MILLISECONDS_A_DAY = 86_400_000;

function judgementOf({ rule }: Finding): SiteFinding['judgement'] {
  switch (rule) {
    case 'pii-in-tier':
    case 'pii-column-name':
    case 'value-leak':
      return 'leak';
    case 'unknown-flow':
      return 'unknown';
    default:
      return 'other';
  }
}

function nodeOf(finding: Finding, { nodes }: NodeIndex): number | undefined {
  const name = 'model' in finding ? finding.model : 'relation' in finding ? finding.relation : undefined;
  const found = name === undefined ? -1 : nodes.findIndex((node) => node.name === name);
  return found < 0 ? undefined : found;
}

function stepsOf(finding: Finding, { nodeAt }: NodeIndex): readonly SiteStep[] {
  if (!('steps' in finding)) return [];
  const { steps } = finding;
  return steps.flatMap(({ uniqueId, column, subtype, expression, location }, index): SiteStep[] => {
    const node = nodeAt(uniqueId);
    if (node === undefined) return [];
    const state = weakest(steps.slice(0, index + 1).map((step) => step.state));
    const place = formatLocation(location);
    return [{ node, ...(column !== undefined && { column }), kind: subtype, state, expression, place }];
  });
}
