import type { Finding } from '../../contract/finding.ts';
import { formatLocation } from '../../location.ts';
import { visible } from '../../visible.ts';
import { type Cause, causesOf } from '../causes.ts';
import { counted } from '../counts.ts';
import { codeSpan, cutText, fencedBlock, markdown } from '../escape.ts';
import { isLeak, type LeakRow, leakRows } from '../leaks/leak-row.ts';
import type { Report, ReportedNode } from '../report.ts';
import { findingWords, fixDiff, othersWords, pathOf } from '../words/finding-text.ts';
import { linked, repositoryPath } from './links.ts';
import { sentenceMarkdown } from './sentence-markdown.ts';
import type { ShownReport } from './shown-report.ts';

/** Characters of a list of names that were left out. */
const LONGEST_LIST = 500;

interface FixGroup {
  /** Columns that the change mends, as `model.column`. */
  readonly mends: string[];
  readonly finding: Finding;
}

/** The proven changes of the rows, each once. */
export function fixGroups(rows: readonly LeakRow[]): readonly FixGroup[] {
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

export function fixOf({ mends, finding }: FixGroup, { report, review }: ShownReport) {
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

export function causeItem(cause: Cause, { report, review }: ShownReport) {
  const finding = cause.first;
  const { problem, fix } = findingWords(finding);
  const others = othersWords(cause);
  const { location } = finding;
  return {
    // A weaker contract is always new.
    sign: `${finding.severity === 'error' ? '❌' : '⚠️'}${finding.isNew && finding.rule !== 'contract-weakened' ? ' new:' : ''}`,
    problem: sentenceMarkdown(others === undefined ? problem : [...problem, ' ', ...others]),
    place: linked(codeSpan(repositoryPath(report, formatLocation(location))), location, report, review),
    fix: sentenceMarkdown(fix),
  };
}

/** Lines for the fixed findings: leaks by the column that they reached, then the others. */
export function fixedItems(fixed: readonly Finding[]): readonly string[] {
  const leaks = leakRows(fixed).map(({ model, column, leaks: [{ source }, ...others] }) => {
    const more = others.length > 0 ? markdown` and ${others.length} more` : '';
    const reached = column === '*' ? markdown`column names of ${codeSpan(model)}` : codeSpan(`${model}.${column}`);
    return `${codeSpan(`${source.relation}.${source.column}`)}${more} no longer reaches ${reached}`;
  });
  const others = causesOf(fixed.filter((finding) => !(isLeak(finding) && finding.severity === 'error')));
  return [...leaks, ...others.map(({ first }) => sentenceMarkdown(findingWords(first).problem))];
}

/** The path of a leak stop by stop, and what mends it. */
export function pathItem(cause: Cause, shown: ShownReport) {
  const stops = pathOf(cause.first).map(({ name, how }) =>
    how
      ? markdown`→ ${codeSpan(name)} by ${codeSpan(how.expression)} at ${codeSpan(repositoryPath(shown.report, how.place))}`
      : codeSpan(name),
  );
  return { ...causeItem(cause, shown), stops: stops.join(' ') };
}

export function nodeItem({ status, resourceType, name, message, location }: ReportedNode) {
  const lines = (message ?? '').split('\n').filter((line) => line.trim() !== '');
  return {
    status,
    what: codeSpan(`${resourceType} ${name}`),
    place: codeSpan(location),
    message: lines.map(codeSpan).join(' '),
  };
}

export function waivedItem({ finding, reason, until }: Report['waived'][number]) {
  const subject = 'source' in finding && typeof finding.source !== 'string' && 'model' in finding;
  return {
    subject: subject
      ? markdown`${codeSpan(`${finding.model}.${finding.column ?? 'rows'}`)} for ${codeSpan(`${finding.source.relation}.${finding.source.column}`)}`
      : sentenceMarkdown(findingWords(finding).problem),
    reason: codeSpan(reason),
    until: codeSpan(until),
  };
}

export function leftOutItem({ what, names }: NonNullable<Report['leftOut']>[number]) {
  return { what: `${names.length} ${what}`, names: codeSpan(cutText(names.join(', '), LONGEST_LIST)) };
}

export function tierItem({ name, path, allow, models }: Report['tiers'][number]) {
  const allowed = allow === 'clear' ? 'may hold personal data' : `at most ${allow}`;
  return { name: codeSpan(name), path: codeSpan(path), allowed, models: counted(models, 'model') };
}

export function tableItem({ table, from, rows, columns }: NonNullable<Report['sync']>[number]) {
  return {
    table: codeSpan(table),
    from: codeSpan(from),
    rows: counted(rows, 'row'),
    columns: counted(columns, 'column'),
  };
}
