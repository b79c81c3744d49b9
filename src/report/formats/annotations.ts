import type { Location } from '../../location.ts';
import { causesOf } from '../causes.ts';
import { troubledNodes } from '../counts.ts';
import type { Report } from '../report.ts';
import { findingText, othersText, pathOf } from '../words/finding-text.ts';

/** A remark at a line of a file. It is plain text: whoever shows it has to escape it. */
export interface ReportAnnotation {
  readonly level: 'error' | 'warning';
  readonly title: string;
  readonly message: string;
  /** Path below the project folder. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The position behind the last character that the remark is about; absent where only the beginning is known. */
  readonly end?: Location['end'];
}

/** The findings of a report by their cause, and the nodes that failed, errors first. */
export function annotationsOf({ findings, build }: Report): readonly ReportAnnotation[] {
  const found = causesOf(findings).map((cause): ReportAnnotation => {
    const finding = cause.first;
    const others = othersText(cause);
    const { problem, fix } = findingText(finding);
    const path = pathOf(finding).map(({ name }) => name);
    const lines = [
      problem,
      ...(others === undefined ? [] : [others]),
      ...(path.length > 0 ? [`path: ${path.join(' → ')}`] : []),
      `fix: ${fix}`,
    ];
    return { level: finding.severity, title: finding.rule, message: lines.join('\n'), ...finding.location };
  });
  const failed = troubledNodes(build ?? []).map(
    ({ status, resourceType, name, message, location }): ReportAnnotation => {
      const [column = '1', line = '1', ...file] = location.split(':').reverse();
      return {
        level: status === 'warn' ? 'warning' : 'error',
        title: `${resourceType} ${name}`,
        message: message ?? status,
        file: file.reverse().join(':'),
        line: Number(line),
        column: Number(column),
      };
    },
  );
  return [...found, ...failed].sort((a, b) => Number(a.level === 'warning') - Number(b.level === 'warning'));
}
