import type { Finding } from '../contract/finding.ts';
import { formatLocation } from '../location.ts';
import { buildCounts, counted, findingCounts, troubledNodes } from './counts.ts';
import { codeCell, codeSpan, type Markdown, markdown } from './escape.ts';
import { findingText, pathOf } from './finding-text.ts';
import { renderTemplate } from './markdown-template.ts';
import { fitsComment, leakingPart, renderMermaid } from './mermaid.ts';
import type { Report } from './report.ts';

/** GitHub refuses bodies beyond 65,536 characters; marker and footer are added to this. Counted in bytes to be safe. */
const MOST_BYTES = 60_000;
const MOST_ROWS = 10;

/** How much of a report is shown. */
interface Extent {
  readonly rows: number;
  readonly diagram: 'whole' | 'leaks' | 'none';
  readonly isDetailed: boolean;
}

/** Tried in this order until the text fits. */
const LADDER: readonly Extent[] = [
  { rows: 50, diagram: 'whole', isDetailed: true },
  { rows: 50, diagram: 'leaks', isDetailed: true },
  { rows: MOST_ROWS, diagram: 'leaks', isDetailed: true },
  { rows: MOST_ROWS, diagram: 'none', isDetailed: false },
  { rows: 0, diagram: 'none', isDetailed: false },
];

/** The comment on the pull request, in Markdown: the same for the same results, so no times are in it. */
export function renderComment(report: Report): string {
  const texts = LADDER.map((extent) => () => renderMarkdown(report, extent));
  for (const text of texts) {
    const rendered = text();
    if (Buffer.byteLength(rendered) <= MOST_BYTES) return rendered;
  }
  return `## ${headingOf(report)}\n`;
}

/** The report in Markdown, as much of it as `extent` says. */
export function renderMarkdown(report: Report, extent: Extent): string {
  const { findings, waived, coverage, tiers, build, sync, pii } = report;
  const part = extent.diagram === 'whole' && fitsComment(pii) ? pii : leakingPart(pii);
  const isDrawn = extent.diagram !== 'none' && part.nodes.length > 0;
  return renderTemplate({
    heading: headingOf(report),
    checked: tiers.map(({ name, path, allow, models }) => ({
      name: codeSpan(name),
      path: codeSpan(path),
      allow,
      models: counted(models, 'model'),
    })),
    coverage: `${coverage.traced} of ${counted(coverage.total, 'column')} traced`,
    rows: findings.slice(0, extent.rows).map(rowOf),
    hidden: Math.max(0, findings.length - extent.rows),
    isDrawn,
    isPart: part !== pii,
    diagram: isDrawn ? renderMermaid(part) : '',
    troubled: extent.isDetailed
      ? troubledNodes(build ?? [])
          .slice(0, MOST_ROWS)
          .map(({ status, resourceType, name, message, location }) => ({
            status,
            what: markdown`${codeCell(`${resourceType} ${name}`)}`,
            where: codeCell(location),
            message: message === undefined ? '' : codeCell(message),
          }))
      : [],
    build: build ? buildCounts(build) : '',
    sync: extent.isDetailed
      ? (sync ?? []).map(({ table, from, rows, columns }) => ({
          table: codeCell(table),
          from: codeCell(from),
          rows: rows.toLocaleString('en-US'),
          columns,
        }))
      : [],
    waived: waived.map(({ finding, reason, until }) => ({
      subject: subjectOf(finding),
      reason: codeSpan(reason),
      until,
    })),
  });
}

function headingOf(report: Report): string {
  switch (report.verdict) {
    case 'pass':
      return '✅ No personal data reaches the marts that must not hold any';
    case 'warn':
      return `⚠️ The privacy contract holds: ${findingCounts(report)}`;
    case 'fail':
      return report.findings.some(({ severity }) => severity === 'error')
        ? `❌ The privacy contract is violated: ${findingCounts(report)}`
        : '❌ The build failed';
  }
}

interface FindingRow {
  readonly severity: string;
  readonly where: Markdown;
  readonly problem: Markdown;
  readonly path: Markdown;
  readonly fix: Markdown;
}

function rowOf(finding: Finding): FindingRow {
  const { problem, fix } = findingText(finding);
  const stops = pathOf(finding).map(({ name, how }) =>
    how ? markdown`${codeCell(name)} ← ${codeCell(how.expression)}` : codeCell(name),
  );
  return {
    severity: finding.severity === 'error' ? '❌ error' : '⚠️ warning',
    where: codeCell(formatLocation(finding.location)),
    problem: codeCell(problem),
    path: stops.join('<br/>→ ') as Markdown,
    fix: codeCell(fix),
  };
}

function subjectOf(finding: Finding): Markdown {
  return codeSpan(findingText(finding).problem);
}
