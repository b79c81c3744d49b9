import type { Report } from '../report.ts';
import type { Review } from '../review.ts';
import { gateHeading } from '../words/gate-heading.ts';
import { COMMENT_DIAGRAM } from './diagram.ts';
import { type Extent, renderMarkdown } from './markdown-report.ts';

/** GitHub refuses bodies beyond 65,536 characters, and marker and footer come on top. Bytes are counted to be safe. */
const MOST_BYTES = 64_000;

const SMALLEST: Extent = {
  rows: 0,
  fixes: 0,
  details: 0,
  drawsLeaks: false,
  whole: undefined,
  rest: 'the job summary',
};

/** Extents from large to small; the first one that fits is taken. */
const LADDER: readonly Extent[] = [
  { ...SMALLEST, rows: 10, fixes: 3, details: 20, drawsLeaks: true, whole: COMMENT_DIAGRAM },
  { ...SMALLEST, rows: 10, fixes: 3, details: 20, drawsLeaks: true },
  { ...SMALLEST, rows: 10, fixes: 3, details: 3, drawsLeaks: true },
  { ...SMALLEST, rows: 10, fixes: 1, drawsLeaks: true },
  { ...SMALLEST, rows: 10 },
  { ...SMALLEST, rows: 3 },
  SMALLEST,
];

/**
 * The comment on the pull request, in Markdown. It has no times, so that equal results give equal comments.
 * @param review absent: nothing is linked
 */
export function renderComment(report: Report, review?: Review): string {
  for (const extent of LADDER) {
    const text = renderMarkdown(report, extent, review);
    if (Buffer.byteLength(text) <= MOST_BYTES) return text;
  }
  return renderVerdict(report, SMALLEST.rest, review);
}

/** The verdict alone, for a report whose names are too long for anything else. */
export function renderVerdict(report: Report, rest: string, review: Review | undefined): string {
  const short = { ...report, project: report.project.slice(0, 100), folder: report.folder?.slice(0, 100) ?? '' };
  return `### ${gateHeading(short, review)}\n\nAll else is in ${rest}.\n`;
}
