import { error, warning } from '@actions/core';
import type { ReportAnnotation } from '../report/formats/annotations.ts';
import { visible } from '../visible.ts';
import { visibleLines } from './log.ts';

/** GitHub shows ten annotations of each level of a step, and drops the rest without a word. */
const MOST_OF_A_LEVEL = 10;
/** GitHub cuts a message at 4,096 characters. */
const LONGEST_MESSAGE = 4000;

/**
 * Writes the first ten annotations of each level as commands of the runner. The tenth says how many more there are.
 * @param annotations their files are relative to the checkout
 */
export function annotate(annotations: readonly ReportAnnotation[]): void {
  for (const [level, emit] of [
    ['error', error],
    ['warning', warning],
  ] as const) {
    const ofLevel = annotations.filter((annotation) => annotation.level === level);
    const shown = ofLevel.slice(0, MOST_OF_A_LEVEL);
    const hidden = ofLevel.length - shown.length;
    shown.forEach(({ title, message, file, line, column, end }, index) => {
      const isLast = index === MOST_OF_A_LEVEL - 1;
      const more = isLast && hidden > 0 ? `\n+${hidden} more in the job summary` : '';
      const text = visibleLines(message).slice(0, LONGEST_MESSAGE) + more;
      emit(text, {
        title: visibleLines(visible(title)),
        file: visibleLines(file),
        startLine: line,
        startColumn: column,
        ...(end && { endLine: end.line }),
        // GitHub: columns hold for one line only.
        ...(end?.line === line && { endColumn: end.column }),
      });
    });
  }
}
