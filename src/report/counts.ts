import { causesOf } from './causes.ts';
import type { Report, ReportedNode } from './report.ts';

/** A number and its noun: `1 table`, `147,520 rows`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/**
 * How many causes of findings there are: `2 errors, 1 warning`, and how many of them the base lacks: `(1 new)`. A cause
 * of many findings counts once.
 */
export function findingCounts({ findings }: Pick<Report, 'findings'>): string {
  const causes = causesOf(findings).map(({ first }) => first);
  const errors = causes.filter(({ severity }) => severity === 'error').length;
  const warnings = causes.length - errors;
  const parts = [errors > 0 ? counted(errors, 'error') : '', warnings > 0 ? counted(warnings, 'warning') : ''];
  const isNew = causes.filter((finding) => finding.isNew).length;
  const isCompared = causes.some((finding) => finding.isNew !== undefined);
  const counts = parts.filter((part) => part !== '').join(', ') || '0 findings';
  return isCompared ? `${counts} (${isNew === 0 ? 'none' : isNew} new)` : counts;
}

/** Lines about marks: how many columns are marked as personal, and each tag or key of `meta` that only sounds like a mark. */
export function markLines({ columns, tables, none, nearMisses }: NonNullable<Report['marks']>): readonly string[] {
  const whole = tables > 0 ? `, ${counted(tables, 'whole table')}` : '';
  return [
    none === undefined
      ? `personal: ${counted(columns, 'column')}${whole}`
      : `${none}: no column is marked as personal, so nothing is protected; mark columns with tags: [pii], or name them in contract.personal`,
    ...nearMisses.map(
      ({ mark, columns: near, example, line }) =>
        `warning: '${mark}' of ${counted(near, 'column')} (${example}) is no mark; if it is meant as one, add to contract.personal: ${line}`,
    ),
  ];
}

/** Counts of the features that were left out: `left out: 2 hooks, 1 Python model`; an empty text for none. */
export function leftOutCounts({ leftOut = [] }: Pick<Report, 'leftOut'>): string {
  if (leftOut.length === 0) return '';
  return `left out: ${leftOut.map(({ what, names }) => `${names.length} ${what}`).join(', ')}`;
}

/** How many findings a change mends: `fixes proven for 10 of 46 findings, 16 not tried`. */
export function fixCounts({ findings, proven, untried }: NonNullable<Report['fixes']>): string {
  const rest = untried === 0 ? '' : `, ${untried} not tried`;
  return `fixes proven for ${proven} of ${counted(findings, 'finding')}${rest}`;
}

type BuiltNode = Pick<ReportedNode, 'resourceType' | 'status'>;

/** The word for a node of each type that succeeded; types are counted in this order. */
const SUCCESSES: { readonly [type in ReportedNode['resourceType']]: string } = {
  seed: 'loaded',
  model: 'built',
  snapshot: 'built',
  test: 'passed',
  'unit test': 'passed',
  hook: 'done',
};

/** Counts of a build's nodes by their result: `10 models built, 31 tests passed, 1 test failed, 2 skipped`. */
export function buildCounts(nodes: readonly BuiltNode[]): string {
  const number = (status: ReportedNode['status']) => nodes.filter((node) => node.status === status).length;
  const successes = countByType(nodes.filter(({ status }) => status === 'success' || status === 'pass'));
  const parts = [
    ...successes
      .filter(({ type, count }) => count > 0 || type === 'model' || type === 'test')
      .map(({ type, count, success }) => `${counted(count, type)} ${success}`),
    failureCounts(nodes),
    amount(number('warn'), 'warned'),
    amount(number('skipped'), 'skipped'),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** How many nodes of a build failed, by type: `1 model and 2 tests failed`; an empty text for none. */
export function failureCounts(nodes: readonly BuiltNode[]): string {
  const failed = countByType(nodes.filter(({ status }) => status === 'error' || status === 'fail'));
  const counts = failed.filter(({ count }) => count > 0).map(({ type, count }) => counted(count, type));
  const last = counts.at(-1);
  if (last === undefined) return '';
  const others = counts.slice(0, -1).join(', ');
  return `${others === '' ? last : `${others} and ${last}`} failed`;
}

function countByType(nodes: readonly BuiltNode[]) {
  return Object.entries(SUCCESSES).map(([type, success]) => {
    return { type, success, count: nodes.filter(({ resourceType }) => resourceType === type).length };
  });
}

function amount(count: number, what: string): string {
  return count === 0 ? '' : `${count} ${what}`;
}

/** The nodes that did not succeed, errors first; without those that were skipped. */
export function troubledNodes(nodes: readonly ReportedNode[]): readonly ReportedNode[] {
  const weight = { error: 0, fail: 1, warn: 2 } as const;
  return nodes
    .filter((node): node is ReportedNode & { status: keyof typeof weight } => node.status in weight)
    .sort((a, b) => weight[a.status] - weight[b.status]);
}
