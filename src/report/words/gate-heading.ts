import type { Finding } from '../../contract/finding.ts';
import { causesOf } from '../causes.ts';
import { counted, failureCounts } from '../counts.ts';
import { codeSpan, type Markdown, markdown } from '../escape.ts';
import { isLeak, type LeakRow, leakRows } from '../leaks/leak-row.ts';
import { reasonOfNothing } from '../reason-of-nothing.ts';
import type { Report } from '../report.ts';
import type { Review } from '../review.ts';

/** The first line of a comment: whose verdict it is, and what differs from the base. */
export function gateHeading(report: Report, review: Review | undefined): string {
  return `${signOf(report, review)} Privacy gate ${projectName(report)}: ${sentence(report, review).join(', ')}`;
}

/** The name of the project, and its folder where that has another name. */
function projectName({ project, folder }: Pick<Report, 'project' | 'folder'>): Markdown {
  const isSame = folder === undefined || folder === project || folder.endsWith(`/${project}`);
  return isSame ? codeSpan(folder ?? project) : markdown`${codeSpan(project)} in ${codeSpan(folder)}`;
}

function signOf(report: Report, review: Review | undefined): string {
  switch (report.verdict) {
    case 'pass':
      return reasonOfNothing(report) === undefined ? '✅' : '⚠️';
    case 'warn':
      return review?.fails ? '❌' : '⚠️';
    case 'fail':
      return review && !review.fails ? '⚠️' : '❌';
  }
}

function sentence(report: Report, review: Review | undefined): readonly string[] {
  const { verdict, findings, build = [] } = report;
  const nothing = reasonOfNothing(report);
  const parts = [
    ...(nothing === undefined ? [] : [`nothing is guarded, ${nothing}`]),
    ...weakerContract(findings),
    ...leakCounts(report, review),
    ...otherErrorCounts(findings),
    failureCounts(build),
    ...fixedCounts(report),
  ].filter((part) => part !== '');
  if (parts.length > 0 && verdict === 'fail') return parts;
  if (verdict === 'warn') return ['no leak', ...parts, warningCounts(report)].filter((part) => part !== '');
  return parts.length > 0 ? parts : ['no personal data reaches a mart that must not hold it'];
}

function weakerContract(findings: readonly Finding[]): readonly string[] {
  const isWeaker = findings.some(({ rule, severity }) => rule === 'contract-weakened' && severity === 'error');
  return isWeaker ? ['the contract is weaker'] : [];
}

function leakCounts({ findings, judge }: Report, review: Review | undefined): readonly string[] {
  const rows = leakRows(findings);
  const old = rows.filter(({ isNew }) => isNew === false).length;
  const fresh = rows.filter(({ isNew }) => isNew === true).length;
  const others = rows.length - old - fresh;
  const base = judge && judge.kind !== 'missing' ? baseName(judge.base, review) : 'the base';
  return [
    ...(fresh > 0 ? [counted(fresh, 'new leak')] : []),
    ...(others > 0 ? [`${counted(others, 'leak')}${judge?.kind === 'base' ? ' that may be new' : ''}`] : []),
    ...(old > 0 ? [`${rows.length > old ? old : counted(old, 'leak')} already on ${base}`] : []),
  ];
}

/** The branch of the base, else its commit. */
function baseName(ref: string, review: Review | undefined): Markdown {
  if (review?.baseName !== undefined) return codeSpan(review.baseName);
  return codeSpan(shortCommit(ref));
}

/** The first digits of a commit's id; any other ref as it is. */
export function shortCommit(ref: string): string {
  return /^[0-9a-f]{40,64}$/.test(ref) ? ref.slice(0, 7) : ref;
}

/** Counts of the errors that are neither a leak nor a weaker contract. */
function otherErrorCounts(findings: readonly Finding[]): readonly string[] {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const unknown = new Set(errors.flatMap((finding) => (finding.rule === 'unknown-flow' ? [finding.model] : []))).size;
  const rest = causesOf(
    errors.filter(
      (finding) => !isLeak(finding) && finding.rule !== 'unknown-flow' && finding.rule !== 'contract-weakened',
    ),
  ).length;
  return [
    ...(unknown > 0 ? [`${counted(unknown, 'model')} not proven`] : []),
    ...(rest > 0 ? [counted(rest, unknown > 0 || errors.length > rest ? 'other error' : 'error')] : []),
  ];
}

function warningCounts({ findings, marks, build = [] }: Report): string {
  const causes = causesOf(findings.filter(({ severity }) => severity === 'warning'));
  const found = causes.length + (marks?.nearMisses.length ?? 0);
  const warned = build.filter(({ status }) => status === 'warn').length;
  return [
    ...(found > 0 ? [counted(found, 'warning')] : []),
    ...(warned > 0 ? [`${counted(warned, 'test')} warned`] : []),
  ].join(', ');
}

function fixedCounts({ fixed: mended = [] }: Report): readonly string[] {
  const rows: readonly LeakRow[] = leakRows(mended);
  const rest = mended.filter((finding) => finding.severity === 'error' && !isLeak(finding)).length;
  return [
    ...(rows.length > 0 ? [`${counted(rows.length, 'leak')} fixed`] : []),
    ...(rest > 0 ? [`${counted(rest, 'error')} fixed`] : []),
  ];
}
