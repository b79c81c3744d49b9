import type { Finding } from '../../contract/finding.ts';
import { counted, leftOutCounts } from '../counts.ts';
import { codeSpan, type Markdown } from '../escape.ts';
import type { Report } from '../report.ts';
import type { Review } from '../review.ts';
import { shortCommit } from '../words/gate-heading.ts';
import { judgeNote } from '../words/judge-note.ts';
import { commitLink } from './links.ts';
import type { ShownReport } from './shown-report.ts';

/** The parts of the line below the heading, the most important one first. */
export function factsOf({ report, review }: ShownReport, weaker: readonly Finding[]): readonly string[] {
  const { coverage, judge, reportedBy } = { ...report, reportedBy: review?.reportedBy };
  const changes = weaker.filter(({ severity }) => severity === 'error').length;
  const note = judgeNote(report, codeSpan);
  const against = judge && judge.kind !== 'missing' ? ` against ${baseCommit(judge, review)}` : '';
  const unknown = coverage.total - coverage.traced;
  const proven = `${coverage.traced} of ${counted(coverage.total, 'column')} proven`;
  return [
    ...(changes > 0 ? [`**the contract is weaker: ${counted(changes, 'change')}**`] : []),
    ...(note === undefined ? [] : [`**${note}**`]),
    ...(reportedBy === undefined
      ? []
      : [`**reported by [an untrusted run](${reportedBy.url}) of ${codeSpan(reportedBy.repository)}**`]),
    ...(review ? [`commit ${commitLink(review.headSha, review)}${against}`] : against === '' ? [] : [against.trim()]),
    unknown > 0 ? `**${proven}, ${unknown} unknown**` : proven,
    ...(report.marks && report.marks.none === undefined ? [markedCounts(report.marks)] : []),
    ...(report.leftOut ? [leftOutCounts(report)] : []),
    ...(judge?.kind === 'base' && weaker.length === 0 ? ['contract unchanged'] : []),
  ];
}

/** `3 columns and 1 whole table marked` */
function markedCounts({ columns, tables }: NonNullable<Report['marks']>): string {
  return `${counted(columns, 'column')}${tables > 0 ? ` and ${counted(tables, 'whole table')}` : ''} marked as personal`;
}

function baseCommit(
  { base, commit }: Extract<Report['judge'], { readonly base: string }>,
  review: Review | undefined,
): Markdown {
  const name = review?.baseName ?? shortCommit(base);
  const short = commit === undefined ? '' : shortCommit(commit);
  return codeSpan(short === '' || short === name ? name : `${name}@${short}`);
}
