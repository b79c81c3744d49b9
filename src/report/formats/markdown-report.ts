import { causesOf } from '../causes.ts';
import { buildCounts, counted, fixCounts, markLines, troubledNodes } from '../counts.ts';
import { codeSpan } from '../escape.ts';
import { drawLeaks } from '../leaks/leak-diagram.ts';
import { fairOrder, isLeak, leakRows } from '../leaks/leak-row.ts';
import type { Report } from '../report.ts';
import type { Review } from '../review.ts';
import { gateHeading } from '../words/gate-heading.ts';
import { type DiagramBudget, fitDiagram } from './diagram.ts';
import { leakCells } from './leak-cells.ts';
import { limitsOf } from './leak-limits.ts';
import { reachOf } from './leak-reach.ts';
import { renderTemplate } from './markdown-template.ts';
import { factsOf } from './report-facts.ts';
import {
  causeItem,
  fixedItems,
  fixGroups,
  fixOf,
  leftOutItem,
  nodeItem,
  pathItem,
  tableItem,
  tierItem,
  waivedItem,
} from './report-items.ts';
import type { ShownReport } from './shown-report.ts';

/** How much of a report Markdown shows. */
export interface Extent {
  /** Number of columns that leak, of other errors and of failed nodes, each. */
  readonly rows: number;
  /** Number of proven changes. */
  readonly fixes: number;
  /** Number of paths, warnings, copied tables and waived findings, each. */
  readonly details: number;
  /** Whether the report has a diagram of the paths by which values leak. */
  readonly drawsLeaks: boolean;
  /** Size of the picture of all personal data; `undefined`: it is not drawn. */
  readonly whole: DiagramBudget | undefined;
  /** The place where the rest is, as a noun phrase. */
  readonly rest: string;
}

/** The report in Markdown, cut to an extent. */
export function renderMarkdown(report: Report, extent: Extent, review: Review | undefined): string {
  const { waived, tiers, build = [], sync = [], pii, fixes, findings, fixed = [] } = report;
  const shown: ShownReport = { report, review };
  const rows = fairOrder(leakRows(findings));
  const fresh = rows.filter(({ isNew }) => isNew !== false);
  const [open, old] = fresh.length > 0 ? [fresh, rows.slice(fresh.length)] : [rows, []];
  const others = findings.filter((finding) => !(isLeak(finding) && finding.severity === 'error'));
  const weaker = others.filter(({ rule }) => rule === 'contract-weakened');
  const errors = others.filter(({ rule, severity }) => severity === 'error' && rule !== 'contract-weakened');
  const warnings = others.filter(({ rule, severity }) => severity === 'warning' && rule !== 'contract-weakened');
  const leaks = extent.drawsLeaks ? drawLeaks(open) : undefined;
  const whole = extent.whole && fitDiagram(pii, 'whole', extent.whole);
  const troubled = troubledNodes(build);
  const failed = troubled.filter(({ status }) => status !== 'warn');
  const warned = troubled.filter(({ status }) => status === 'warn');
  return renderTemplate({
    heading: gateHeading(report, review),
    facts: factsOf(shown, weaker).join(' · '),
    rest: extent.rest,
    weaker: cut(causesOf(weaker), extent.rows, 'change of the contract', (cause) => causeItem(cause, shown)),
    leaks: cut(open, extent.rows, 'column that leaks', (row) => leakCells(row, shown)),
    limits: limitsOf(open.slice(0, extent.rows)),
    fixes: cut(fixGroups(open), extent.fixes, 'change', (group) => fixOf(group, shown)),
    diagram: leaks && { text: leaks.text, hidden: more(leaks.hiddenModels, 'model that leaks') },
    errors: cut(causesOf(errors), extent.rows, 'error', (cause) => causeItem(cause, shown)),
    failed: cut(failed, extent.rows, 'failed node', nodeItem),
    fixed: cut(fixedItems(fixed), extent.rows, 'fixed finding', (item) => item),
    reach: reachOf(report, open),
    waived: cut(waived, extent.details, 'waived finding', waivedItem),
    folded: [
      ...(old.length > 0 ? [`${counted(old.length, 'old leak')}`] : []),
      ...(warnings.length > 0 ? [counted(causesOf(warnings).length, 'warning')] : []),
      ...(build.length > 0 ? [buildCounts(build)] : []),
      ...(sync.length > 0 ? [`${counted(sync.length, 'table')} copied`] : []),
      counted(tiers.length, 'tier'),
      ...(whole ? ['the whole picture'] : []),
    ].join(' · '),
    old: cut(old, extent.details, 'old leak', (row) => leakCells(row, shown)),
    paths: cut(
      [...open, ...old].flatMap(({ leaks }) => causesOf(leaks)),
      extent.details,
      'path',
      (cause) => pathItem(cause, shown),
    ),
    marks: report.marks
      ? markLines(report.marks)
          .slice(report.marks.none === undefined ? 1 : 0)
          .map(codeSpan)
      : [],
    leftOut: (report.leftOut ?? []).map(leftOutItem),
    warnings: cut(causesOf(warnings), extent.details, 'warning', (cause) => causeItem(cause, shown)),
    warned: cut(warned, extent.details, 'test', nodeItem),
    tiers: tiers.map(tierItem),
    fixCounts: fixes && fixes.untried > 0 ? fixCounts(fixes) : '',
    whole: whole && { text: whole.text, extent: whole.extent, hidden: more(whole.hiddenLeaks, 'model that leaks') },
    tables: cut(sync, extent.details, 'table', tableItem),
  });
}

interface CutList<Row> {
  readonly rows: readonly Row[];
  readonly hidden: string;
}

function cut<Item, Row>(items: readonly Item[], most: number, noun: string, row: (item: Item) => Row): CutList<Row> {
  return { rows: items.slice(0, most).map(row), hidden: more(items.length - most, noun) };
}

/** `3 more errors`; an empty text for none. */
function more(count: number, noun: string): string {
  if (count <= 0) return '';
  const [first = '', ...others] = noun.split(' ');
  return [counted(count, `more ${first}`), ...others].join(' ').replace(/s that leaks$/, 's that leak');
}
