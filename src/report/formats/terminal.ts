import type { Finding } from '../../contract/finding.ts';
import { formatLocation } from '../../location.ts';
import { type Cause, causesOf } from '../causes.ts';
import {
  buildCounts,
  counted,
  failureCounts,
  findingCounts,
  fixCounts,
  leftOutCounts,
  markLines,
  troubledNodes,
} from '../counts.ts';
import { terminalText } from '../escape.ts';
import type { Colors } from '../progress-line.ts';
import { reasonOfNothing } from '../reason-of-nothing.ts';
import type { Report, ReportedNode } from '../report.ts';
import { findingText, fixDiff, othersText, pathOf, type Stop } from '../words/finding-text.ts';
import { judgeNote } from '../words/judge-note.ts';

export interface TerminalOptions {
  readonly colors: Colors;
  /** Columns of the terminal. A longer line goes on in the next one; nothing is cut. */
  readonly width: number;
}

/** Findings with their paths and fixes, nodes that failed, and the verdict; without a line end. */
export function renderTerminal(report: Report, options: TerminalOptions): string {
  const { findings, waived, coverage, tiers, build, fixes, marks } = report;
  const note = judgeNote(report, terminalText);
  const checked = tiers.reduce((sum, { models }) => sum + models, 0);
  return [
    '',
    ...causesOf(findings).flatMap((cause) => [...causeLines(cause, options), '']),
    ...(build ? buildLines(build, options) : []),
    `${verdictLabel(report, options)} ${verdictCounts(report)}`,
    `  ${counted(checked, 'model')} in ${tiers.map(({ name }) => terminalText(name)).join(', ')}: ${coverage.traced} of ${counted(coverage.total, 'column')} traced`,
    ...(marks ? markLines(marks).map((line) => `  ${terminalText(line)}`) : []),
    ...(build ? [`  ${buildCounts(build)}`] : []),
    ...(fixes && fixes.untried > 0 ? [`  ${fixCounts(fixes)}`] : []),
    ...(report.leftOut ? [`  ${leftOutCounts(report)}`] : []),
    ...(note === undefined ? [] : [`  ${note}`]),
    ...(waived.length > 0 ? [`  ${counted(waived.length, 'finding')} waived`] : []),
  ].join('\n');
}

/** `1 model failed, 0 findings` */
function verdictCounts(report: Report): string {
  const failures = failureCounts(report.build ?? []);
  return failures === '' ? findingCounts(report) : `${failures}, ${findingCounts(report)}`;
}

/** The nodes that failed and the counts of a build, as `build` and `test` print them; without a line end. */
export function renderBuild(nodes: readonly ReportedNode[], options: TerminalOptions): string {
  return [...buildLines(nodes, options), buildCounts(nodes)].join('\n');
}

function verdictLabel(report: Report, { colors }: TerminalOptions): string {
  const { verdict } = report;
  if (verdict !== 'fail' && reasonOfNothing(report) !== undefined)
    return colors.bold(colors.yellow('NOTHING IS GUARDED:'));
  switch (verdict) {
    case 'pass':
      return colors.bold(colors.green('PASS'));
    case 'warn':
      return colors.bold(colors.yellow('PASS, with warnings:'));
    case 'fail':
      return colors.bold(colors.red('FAIL'));
  }
}

/** The first finding of a cause, and what else the cause has. */
function causeLines(cause: Cause, { colors, width }: TerminalOptions): readonly string[] {
  const finding = cause.first;
  const { problem, fix } = findingText(finding);
  const others = othersText(cause);
  const level = finding.severity === 'error' ? colors.red('error') : colors.yellow('warning');
  return [
    `${terminalText(formatLocation(finding.location))} ${colors.bold(level)}${finding.isNew ? ' (new)' : ''} ${terminalText(problem)} ${colors.dim(finding.rule)}`,
    ...pathOf(finding).flatMap((stop, index) => pathLines(stop, index, width, colors)),
    ...(others === undefined ? [] : [`  ${terminalText(others)}`]),
    `  fix: ${terminalText(fix)}`,
    ...diffLines(finding, colors),
  ];
}

function diffLines(finding: Finding, colors: Colors): readonly string[] {
  const diff = fixDiff(finding);
  if (!diff) return [];
  return [
    `    ${colors.dim(terminalText(diff.place))}`,
    ...diff.removed.map((line) => `    ${colors.red(`- ${terminalText(line)}`)}`),
    ...diff.added.map((line) => `    ${colors.green(`+ ${terminalText(line)}`)}`),
  ];
}

/** A stop of a path, on two lines where the width is too small for one. */
function pathLines({ name, how }: Stop, index: number, width: number, colors: Colors): readonly string[] {
  const indent = '  '.repeat(index + 1);
  const start = `${indent}${index === 0 ? '' : '→ '}${terminalText(name)}`;
  if (!how) return [start];
  const end = `${terminalText(how.expression)}  ${terminalText(how.place)}`;
  return start.length + 2 + end.length <= width
    ? [`${start}  ${colors.dim(end)}`]
    : [start, `${indent}    ${colors.dim(end)}`];
}

function buildLines(nodes: readonly ReportedNode[], { colors }: TerminalOptions): readonly string[] {
  const troubled = troubledNodes(nodes);
  if (troubled.length === 0) return [];
  const lines = troubled.map(({ status, resourceType, name, message, location }) => {
    const level = status === 'warn' ? colors.yellow('warning') : colors.red(status === 'fail' ? 'failed' : 'error');
    const [first, ...others] = message === undefined ? [] : message.split('\n').map(terminalText);
    const subject = `${terminalText(location)} ${colors.bold(level)} ${resourceType} ${terminalText(name)}`;
    return [first === undefined ? subject : `${subject}: ${first}`, ...others.map((line) => `  ${line}`)].join('\n');
  });
  return [...lines, ''];
}
