import { codeCell } from '../escape.ts';
import { seconds } from '../progress-line.ts';
import type { Report } from '../report.ts';
import type { Review } from '../review.ts';
import { renderVerdict } from './comment.ts';
import { SUMMARY_DIAGRAM } from './diagram.ts';
import { type Extent, renderMarkdown } from './markdown-report.ts';

/** GitHub drops summaries beyond 1 MiB. */
const MOST_BYTES = 1_000_000;

const WHOLE: Extent = {
  rows: 2000,
  fixes: 100,
  details: 2000,
  drawsLeaks: true,
  whole: SUMMARY_DIAGRAM,
  rest: 'report.json',
};

/** Extents from large to small; the first one that fits is taken. */
const LADDER: readonly Extent[] = [
  WHOLE,
  { ...WHOLE, rows: 1000, details: 500 },
  { ...WHOLE, rows: 200, details: 100 },
  { ...WHOLE, rows: 50, fixes: 20, details: 20 },
  { ...WHOLE, rows: 20, fixes: 5, details: 5, whole: undefined },
  { ...WHOLE, rows: 0, fixes: 0, details: 0, drawsLeaks: false, whole: undefined },
];

/** Stages that are shown; a run has fewer. */
const MOST_STAGES = 100;

/** The job summary, in Markdown: the whole report, and the time of each stage. */
export function renderSummary(report: Report, review?: Review): string {
  const stages = report.stages
    .slice(0, MOST_STAGES)
    .map(({ stage, milliseconds }) => `| ${codeCell(stage)} | ${seconds(milliseconds)} |`);
  const times = ['', '| stage | time |', '|---|---|', ...stages, ''].join('\n');
  for (const extent of LADDER) {
    const text = renderMarkdown(report, extent, review) + times;
    if (Buffer.byteLength(text) <= MOST_BYTES) return text;
  }
  return renderVerdict(report, 'report.json', review);
}
