import { renderMarkdown } from './comment.ts';
import type { Report } from './report.ts';

/** GitHub drops summaries beyond 1 MiB. */
const MOST_BYTES = 1_000_000;

/** The job summary, in Markdown: everything, and how long each stage took. */
export function renderSummary(report: Report): string {
  const stages = report.stages.map(({ stage, milliseconds }) => `| ${stage} | ${(milliseconds / 1000).toFixed(2)} s |`);
  const times = ['', '| stage | time |', '|---|---|', ...stages, ''].join('\n');
  for (const rows of [2000, 200, 20]) {
    const text = renderMarkdown(report, { rows, diagram: 'whole', isDetailed: true }) + times;
    if (Buffer.byteLength(text) <= MOST_BYTES) return text;
  }
  return renderMarkdown(report, { rows: 0, diagram: 'none', isDetailed: false }) + times;
}
