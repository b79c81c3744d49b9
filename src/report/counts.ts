import type { Report, ReportedNode } from './report.ts';

/** `1 table`, `147,520 rows`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** The verdict in a few words: `2 errors, 1 warning`, and how many of them the base lacks: `(1 new)`. */
export function findingCounts({ findings }: Report): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const parts = [errors > 0 ? counted(errors, 'error') : '', warnings > 0 ? counted(warnings, 'warning') : ''];
  const isNew = findings.filter((finding) => finding.isNew).length;
  const isCompared = findings.some((finding) => finding.isNew !== undefined);
  const counts = parts.filter((part) => part !== '').join(', ') || 'no findings';
  return isCompared ? `${counts} (${isNew === 0 ? 'none' : isNew} new)` : counts;
}

/** How many findings a change mends: `fixes proven for 10 of 46 findings, 16 not tried`. */
export function fixCounts({ findings, proven, untried }: NonNullable<Report['fixes']>): string {
  const rest = untried === 0 ? '' : `, ${untried} not tried`;
  return `fixes proven for ${proven} of ${counted(findings, 'finding')}${rest}`;
}

/** Models and tests of a build: `10 models built, 32 tests passed`, and what did not. */
export function buildCounts(nodes: readonly Pick<ReportedNode, 'resourceType' | 'status'>[]): string {
  const models = nodes.filter(({ resourceType }) => resourceType !== 'test');
  const tests = nodes.filter(({ resourceType }) => resourceType === 'test');
  const number = (of: typeof nodes, status: ReportedNode['status']) =>
    of.filter((node) => node.status === status).length;
  const parts = [
    `${counted(number(models, 'success'), 'model')} built`,
    `${counted(number(tests, 'pass'), 'test')} passed`,
    amount(number(models, 'error') + number(tests, 'error'), 'with an error'),
    amount(number(tests, 'fail'), 'failed'),
    amount(number(tests, 'warn'), 'warned'),
    amount(number(nodes, 'skipped'), 'skipped'),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function amount(count: number, what: string): string {
  return count === 0 ? '' : `${count} ${what}`;
}

/** Nodes a reader has to look at, errors first. */
export function troubledNodes(nodes: readonly ReportedNode[]): readonly ReportedNode[] {
  const weight = { error: 0, fail: 1, warn: 2 } as const;
  return nodes
    .filter((node): node is ReportedNode & { status: keyof typeof weight } => node.status in weight)
    .sort((a, b) => weight[a.status] - weight[b.status]);
}
