import type { Finding } from '../../contract/finding.ts';
import { formatLocation } from '../../location.ts';
import { buildCounts, counted, failureCounts, findingCounts, fixCounts, troubledNodes } from '../counts.ts';
import { codeCell, codeSpan, type Markdown, markdown } from '../escape.ts';
import type { Report, ReportedNode } from '../report.ts';
import { findingText, fixDiff, pathOf } from '../words/finding-text.ts';
import { judgeNote } from '../words/judge-note.ts';
import { COMMENT_DIAGRAM, type DiagramBudget, fitDiagram } from './diagram.ts';
import { renderTemplate } from './markdown-template.ts';

/** GitHub refuses bodies beyond 65,536 characters, and marker and footer come on top. Bytes are counted to be safe. */
const MOST_BYTES = 64_000;

/** How much of a report Markdown shows. */
export interface Extent {
  /** Number of findings. */
  readonly rows: number;
  /** Number of nodes that failed, of copied tables and of waived findings, each. */
  readonly details: number;
  readonly diagram: 'whole' | 'leaks' | 'none';
  readonly budget: DiagramBudget;
  /** The place where the rest is, as a noun phrase. */
  readonly rest: string;
}

const SMALLEST: Extent = { rows: 0, details: 0, diagram: 'none', budget: COMMENT_DIAGRAM, rest: 'the job summary' };

/** Extents from large to small; the first one that fits is taken. */
const LADDER: readonly Extent[] = [
  { ...SMALLEST, rows: 10, details: 20, diagram: 'whole' },
  { ...SMALLEST, rows: 10, details: 20, diagram: 'leaks' },
  { ...SMALLEST, rows: 10, details: 20 },
  { ...SMALLEST, rows: 10 },
  { ...SMALLEST, rows: 3 },
  SMALLEST,
];

/** The comment on the pull request, in Markdown. It has no times, so that equal results give equal comments. */
export function renderComment(report: Report): string {
  for (const extent of LADDER) {
    const text = renderMarkdown(report, extent);
    if (Buffer.byteLength(text) <= MOST_BYTES) return text;
  }
  return renderVerdict(report, SMALLEST.rest);
}

/** The verdict alone, for a report whose names are too long for anything else. */
export function renderVerdict(report: Report, rest: string): string {
  return `## ${headingOf(report)}\n\nAll else is in ${rest}.\n`;
}

/** The report in Markdown, cut to an extent. */
export function renderMarkdown(report: Report, extent: Extent): string {
  const { waived, coverage, tiers, build, pii, fixes } = report;
  const diagram = extent.diagram === 'none' ? undefined : fitDiagram(pii, extent.diagram, extent.budget);
  const troubled = troubledNodes(build ?? []);
  const tables = report.sync ?? [];
  return renderTemplate({
    heading: headingOf(report),
    rest: extent.rest,
    checked: tiers.map(tierOf),
    coverage: `${coverage.traced} of ${counted(coverage.total, 'column')} traced`,
    fixes: fixes && fixes.untried > 0 ? fixCounts(fixes) : '',
    findings: cut(report.findings, extent.rows, 'finding', rowOf),
    diagram: diagram && { ...diagram, hidden: more(diagram.hiddenLeaks, 'model') },
    build: build ? buildCounts(build) : '',
    troubled: cut(troubled, extent.details, 'node', troubleOf),
    tables: cut(tables, extent.details, 'table', tableOf),
    waived: cut(waived, extent.details, 'finding', waivedOf),
  });
}

interface CutList<Row> {
  readonly rows: readonly Row[];
  readonly hidden: string;
}

function cut<Item, Row>(items: readonly Item[], most: number, noun: string, row: (item: Item) => Row): CutList<Row> {
  return { rows: items.slice(0, most).map(row), hidden: more(items.length - most, noun) };
}

/** `3 more findings`, or nothing. */
function more(count: number, noun: string): string {
  return count > 0 ? counted(count, `more ${noun}`) : '';
}

function tierOf({ name, path, allow, models }: Report['tiers'][number]) {
  const allowed = allow === 'clear' ? 'may hold personal data' : `at most ${allow}`;
  return { name: codeSpan(name), path: codeSpan(path), allowed, models: counted(models, 'model') };
}

function troubleOf({ status, resourceType, name, message, location }: ReportedNode) {
  return {
    status,
    what: codeCell(`${resourceType} ${name}`),
    where: codeCell(location),
    message: (message ?? '').split('\n').filter(Boolean).map(codeCell).join('<br/>'),
  };
}

function tableOf({ table, from, rows, columns }: NonNullable<Report['sync']>[number]) {
  return { table: codeCell(table), from: codeCell(from), rows: rows.toLocaleString('en-US'), columns };
}

function waivedOf({ finding, reason, until }: Report['waived'][number]) {
  return { subject: codeSpan(findingText(finding).problem), reason: codeSpan(reason), until: codeSpan(until) };
}

/** The first line: the verdict, and whose contract judged where it was not the base's alone. */
function headingOf(report: Report): string {
  const note = judgeNote(report, codeSpan);
  return note === undefined ? verdictOf(report) : `${verdictOf(report)} (${note})`;
}

function verdictOf(report: Report): string {
  switch (report.verdict) {
    case 'pass':
      return '✅ No personal data reaches the marts that must not hold any';
    case 'warn':
      return `⚠️ The privacy contract holds: ${findingCounts(report)}`;
    case 'fail':
      return report.findings.some(({ severity }) => severity === 'error')
        ? `❌ The privacy contract is violated: ${findingCounts(report)}`
        : `❌ The privacy contract holds, but the build failed: ${failureCounts(report.build ?? [])}`;
  }
}

interface FindingRow {
  readonly severity: string;
  readonly where: Markdown;
  readonly problem: Markdown;
  readonly path: string;
  readonly fix: string;
}

function rowOf(finding: Finding): FindingRow {
  const { problem, fix } = findingText(finding);
  const stops = pathOf(finding).map(({ name, how }) =>
    how ? markdown`→ ${codeCell(name)} ← ${codeCell(how.expression)} at ${codeCell(how.place)}` : codeCell(name),
  );
  return {
    severity: `${finding.severity === 'error' ? '❌ error' : '⚠️ warning'}${finding.isNew ? ', new' : ''}`,
    where: codeCell(formatLocation(finding.location)),
    problem: codeCell(problem),
    path: stops.join('<br/>'),
    fix: [codeCell(fix), ...diffOf(finding)].join('<br/>'),
  };
}

/** The proven change, as a diff within a cell. */
function diffOf(finding: Finding): readonly Markdown[] {
  const diff = fixDiff(finding);
  if (!diff) return [];
  return [
    codeCell(diff.place),
    ...diff.removed.map((line) => codeCell(`- ${line}`)),
    ...diff.added.map((line) => codeCell(`+ ${line}`)),
  ];
}
