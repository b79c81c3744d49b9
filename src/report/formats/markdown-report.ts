import type { Finding, PiiColumn } from '../../contract/finding.ts';
import type { RowCount } from '../../contract/rows/row-count.ts';
import { formatLocation } from '../../location.ts';
import { visible } from '../../visible.ts';
import { type Cause, causesOf } from '../causes.ts';
import { buildCounts, counted, fixCounts, leftOutCounts, markLines, troubledNodes } from '../counts.ts';
import { codeCell, codeSpan, cutText, fencedBlock, type Markdown, markdown } from '../escape.ts';
import { drawLeaks } from '../leaks/leak-diagram.ts';
import { fairOrder, isLeak, type LeakRow, leakRows } from '../leaks/leak-row.ts';
import type { Report, ReportedNode } from '../report.ts';
import type { Review } from '../review.ts';
import { findingText, fixDiff, othersText, pathOf } from '../words/finding-text.ts';
import { gateHeading, shortCommit } from '../words/gate-heading.ts';
import { judgeNote } from '../words/judge-note.ts';
import { type DiagramBudget, fitDiagram } from './diagram.ts';
import { commitLink, linked, repositoryPath } from './links.ts';
import { renderTemplate } from './markdown-template.ts';

/** How much of a report Markdown shows. */
export interface Extent {
  /** Number of columns that leak, of other errors and of failed nodes, each. */
  readonly rows: number;
  /** Number of proven changes. */
  readonly fixes: number;
  /** Number of paths, warnings, copied tables and waived findings, each. */
  readonly details: number;
  /** Whether the paths that leak are drawn. */
  readonly drawsLeaks: boolean;
  /** Size of the picture of all personal data; `undefined`: it is not drawn. */
  readonly whole: DiagramBudget | undefined;
  /** The place where the rest is, as a noun phrase. */
  readonly rest: string;
}

/** Characters of a name in a table. */
const LONGEST_NAME = 40;
/** Characters after which a name in a table may go on in the next line: two of them fit beside each other on a phone. */
const LONGEST_PIECE = 13;
/** Characters of a list of names that were left out. */
const LONGEST_LIST = 500;
/** Columns of one table that are named in a cell. */
const MOST_COLUMNS = 3;

/** The report in Markdown, cut to an extent. */
export function renderMarkdown(report: Report, extent: Extent, review: Review | undefined): string {
  const { waived, tiers, build = [], sync = [], pii, fixes, findings } = report;
  const page: Page = { report, review };
  const rows = fairOrder(leakRows(findings));
  const fresh = rows.filter(({ isNew }) => isNew !== false);
  const [open, old] = fresh.length > 0 ? [fresh, rows.slice(fresh.length)] : [rows, []];
  const others = findings.filter((finding) => !(isLeak(finding) && finding.severity === 'error'));
  const weaker = others.filter(({ rule }) => rule === 'contract-weakened');
  const errors = others.filter(({ rule, severity }) => severity === 'error' && rule !== 'contract-weakened');
  const warnings = others.filter(({ rule, severity }) => severity === 'warning' && rule !== 'contract-weakened');
  const leaks = extent.drawsLeaks ? drawLeaks(open.slice(0, extent.rows)) : undefined;
  const whole = extent.whole && fitDiagram(pii, 'whole', extent.whole);
  const troubled = troubledNodes(build);
  const failed = troubled.filter(({ status }) => status !== 'warn');
  const warned = troubled.filter(({ status }) => status === 'warn');
  return renderTemplate({
    heading: gateHeading(report, review),
    facts: factsOf(page, weaker).join(' · '),
    rest: extent.rest,
    weaker: cut(causesOf(weaker), extent.rows, 'change of the contract', (cause) => causeItem(cause, page)),
    leaks: cut(open, extent.rows, 'column that leaks', (row) => leakCells(row, page)),
    fixes: cut(fixGroups(open), extent.fixes, 'change', (group) => fixOf(group, page)),
    diagram: leaks && { text: leaks.text, hidden: more(leaks.hiddenModels, 'model that leaks') },
    errors: cut(causesOf(errors), extent.rows, 'error', (cause) => causeItem(cause, page)),
    failed: cut(failed, extent.rows, 'failed node', nodeItem),
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
    old: cut(old, extent.details, 'old leak', (row) => leakCells(row, page)),
    paths: cut(
      [...open, ...old].flatMap(({ leaks }) => causesOf(leaks)),
      extent.details,
      'path',
      (cause) => pathItem(cause, page),
    ),
    marks: report.marks
      ? markLines(report.marks)
          .slice(report.marks.none === undefined ? 1 : 0)
          .map(codeSpan)
      : [],
    leftOut: (report.leftOut ?? []).map(leftOutItem),
    warnings: cut(causesOf(warnings), extent.details, 'warning', (cause) => causeItem(cause, page)),
    warned: cut(warned, extent.details, 'test', nodeItem),
    tiers: tiers.map(tierItem),
    fixCounts: fixes && fixes.untried > 0 ? fixCounts(fixes) : '',
    whole: whole && { text: whole.text, extent: whole.extent, hidden: more(whole.hiddenLeaks, 'model that leaks') },
    tables: cut(sync, extent.details, 'table', tableItem),
  });
}

/** The report that is shown, and the review it is shown in. */
interface Page {
  readonly report: Report;
  readonly review: Review | undefined;
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

/** The parts of the line below the heading, the most important one first. */
function factsOf({ report, review }: Page, weaker: readonly Finding[]): readonly string[] {
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

/** The cells of a row: whether it is new and in what form, the personal data, and the column that it reaches. */
function leakCells(row: LeakRow, { report, review }: Page) {
  const { model, column, isNew, state, masks, location } = row;
  const reached =
    column === '*' ? markdown`column names of ${nameCell(model)}` : markdown`${nameCell(column)} of ${nameCell(model)}`;
  const through = masks.length > 0 ? markdown`<br/>through ${nameCell(masks.join(', '))}` : '';
  return {
    mark: isNew === undefined ? '❌' : isNew ? '🆕' : 'old,',
    data: sourcesOf(row).map(sourceCell).join('<br/>'),
    reached: linked(reached, location, report, review),
    form: `${state === 'pseudonymous' ? 'pseudo<wbr>nymous' : (state ?? 'in rows')}${through}`,
  };
}

function nameCell(name: string): Markdown {
  return piecesOf(cutText(visible(name), LONGEST_NAME))
    .map(codeCell)
    .join('<wbr>') as Markdown;
}

/** Pieces of a name between which a line may break: they end behind signs such as `_` where that is possible. */
function piecesOf(name: string): readonly string[] {
  const parts = name.match(/[^_.\-/ ]{1,12}[_.\-/ ]?|[_.\-/ ]/gu) ?? [];
  const pieces = [''];
  for (const part of parts) {
    const last = pieces.length - 1;
    const joined = `${pieces[last]}${part}`;
    if ([...joined].length <= LONGEST_PIECE || pieces[last] === '') pieces[last] = joined;
    else pieces.push(part);
  }
  return pieces;
}

/** The personal columns of a row by their table. */
function sourcesOf({ leaks }: LeakRow): readonly (readonly [PiiColumn, ...PiiColumn[]])[] {
  const tables = new Map<string, [PiiColumn, ...PiiColumn[]]>();
  for (const { source } of leaks) {
    const present = tables.get(source.uniqueId);
    if (!present) tables.set(source.uniqueId, [source]);
    else if (present.every(({ column }) => column !== source.column)) present.push(source);
  }
  return [...tables.values()];
}

/** `` `first_name`, `last_name` of `raw.raw_user` (`name`) `` */
function sourceCell(columns: readonly [PiiColumn, ...PiiColumn[]]): string {
  const shown = columns.slice(0, MOST_COLUMNS).map(({ column }) => nameCell(column));
  const hidden = columns.length - shown.length;
  const types = [...new Set(columns.map(({ piiType }) => piiType))].filter(
    (type) => type !== 'pii' && !columns.some(({ column }) => column === type),
  );
  const typed = types.length > 0 ? ` (${nameCell(types.join(', '))})` : '';
  const rest = hidden > 0 ? ` and ${hidden} more` : '';
  return `${shown.join(', ')}${rest} of ${nameCell(columns[0].relation)}${typed}`;
}

interface FixGroup {
  /** Columns that the change mends, as `model.column`. */
  readonly mends: string[];
  readonly finding: Finding;
}

/** The proven changes of the rows, each once. */
function fixGroups(rows: readonly LeakRow[]): readonly FixGroup[] {
  const groups = new Map<string, FixGroup>();
  for (const { model, column, leaks } of rows) {
    for (const finding of leaks) {
      if (finding.rule !== 'pii-in-tier' || !finding.provenFix) continue;
      const { file, line, before, after } = finding.provenFix;
      const key = JSON.stringify([file, line, before, after]);
      const group = groups.get(key) ?? { mends: [], finding };
      groups.set(key, group);
      const name = `${model}.${column}`;
      if (!group.mends.includes(name)) group.mends.push(name);
    }
  }
  return [...groups.values()];
}

function fixOf({ mends, finding }: FixGroup, { report, review }: Page) {
  const diff = fixDiff(finding);
  if (!diff) return { mends: '', place: '', block: '' };
  const [first = '', ...others] = mends;
  const also = others.length > 0 ? markdown` and ${others.length} more` : '';
  const { file, line } = diff;
  const path = repositoryPath(report, file);
  const lines = diff.isMove
    ? [`rename from ${path}`, `rename to ${repositoryPath(report, diff.added.join(''))}`]
    : [...diff.removed.map((text) => `- ${text}`), ...diff.added.map((text) => `+ ${text}`)];
  return {
    mends: `${codeSpan(first)}${also}`,
    place: linked(codeSpan(diff.isMove ? path : `${path}:${line}`), { file, line, column: 1 }, report, review),
    block: fencedBlock('diff', lines.map(visible)),
  };
}

function causeItem(cause: Cause, { report, review }: Page) {
  const finding = cause.first;
  const { problem, fix } = findingText(finding);
  const others = othersText(cause);
  const { location } = finding;
  return {
    sign: `${finding.severity === 'error' ? '❌' : '⚠️'}${finding.isNew ? ' new' : ''}`,
    problem: others === undefined ? codeSpan(problem) : `${codeSpan(problem)} ${codeSpan(others)}`,
    place: linked(codeSpan(repositoryPath(report, formatLocation(location))), location, report, review),
    fix: codeSpan(fix),
  };
}

/** The path of a leak stop by stop, and what mends it. */
function pathItem(cause: Cause, page: Page) {
  const stops = pathOf(cause.first).map(({ name, how }) =>
    how
      ? markdown`→ ${codeSpan(name)} by ${codeSpan(how.expression)} at ${codeSpan(repositoryPath(page.report, how.place))}`
      : codeSpan(name),
  );
  return { ...causeItem(cause, page), stops: stops.join(' ') };
}

function nodeItem({ status, resourceType, name, message, location }: ReportedNode) {
  const lines = (message ?? '').split('\n').filter((line) => line.trim() !== '');
  return {
    status,
    what: codeSpan(`${resourceType} ${name}`),
    place: codeSpan(location),
    message: lines.map(codeSpan).join(' '),
  };
}

/** Exposures behind the columns that leak, and the rows in which their values were found. */
function reachOf({ pii }: Report, rows: readonly LeakRow[]): readonly string[] {
  const models = new Set(rows.map(({ model }) => model));
  const reached = new Set(
    pii.nodes.flatMap(({ uniqueId, name, leaks }) => (leaks && models.has(name) ? [uniqueId] : [])),
  );
  for (const from of reached) for (const edge of pii.edges) if (edge.from === from) reached.add(edge.to);
  const exposures = pii.nodes
    .filter(({ uniqueId, layer }) => layer === 'exposure' && reached.has(uniqueId))
    .map(({ name, owner }) =>
      owner === undefined ? codeSpan(name) : markdown`${codeSpan(name)} (owner: ${codeSpan(owner)})`,
    );
  const found = rows.flatMap(({ model, column, rows: count }) =>
    count ? [`${rowText(count)} of ${codeSpan(model)} (${codeSpan(column)})`] : [],
  );
  return [
    ...(exposures.length > 0 ? [`read by ${shortList(exposures)}`] : []),
    ...(found.length > 0 ? [`real values found in ${shortList(found)}`] : []),
  ];
}

/** The first items, and how many more there are. */
function shortList(items: readonly string[]): string {
  const shown = items.slice(0, MOST_COLUMNS);
  return `${shown.join(', ')}${items.length > shown.length ? ` and ${items.length - shown.length} more` : ''}`;
}

function rowText(count: RowCount): string {
  return 'below' in count ? `fewer than ${count.below} rows` : counted(count.exactly, 'row');
}

function waivedItem({ finding, reason, until }: Report['waived'][number]) {
  const subject = 'source' in finding && typeof finding.source !== 'string' && 'model' in finding;
  return {
    subject: subject
      ? markdown`${codeSpan(`${finding.model}.${finding.column ?? 'rows'}`)} for ${codeSpan(`${finding.source.relation}.${finding.source.column}`)}`
      : codeSpan(findingText(finding).problem),
    reason: codeSpan(reason),
    until: codeSpan(until),
  };
}

function leftOutItem({ what, names }: NonNullable<Report['leftOut']>[number]) {
  return { what: `${names.length} ${what}`, names: codeSpan(cutText(names.join(', '), LONGEST_LIST)) };
}

function tierItem({ name, path, allow, models }: Report['tiers'][number]) {
  const allowed = allow === 'clear' ? 'may hold personal data' : `at most ${allow}`;
  return { name: codeSpan(name), path: codeSpan(path), allowed, models: counted(models, 'model') };
}

function tableItem({ table, from, rows, columns }: NonNullable<Report['sync']>[number]) {
  return {
    table: codeSpan(table),
    from: codeSpan(from),
    rows: counted(rows, 'row'),
    columns: counted(columns, 'column'),
  };
}
