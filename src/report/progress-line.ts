import type { createColors } from 'picocolors';
import type { ProgressEvent } from '../progress.ts';
import { terminalLines, terminalText } from './escape.ts';

export type Colors = ReturnType<typeof createColors>;

/** The line of a stage that has ended, without a line end: `✓ sync      4 tables, 147,520 rows 0.84 s`. */
export function stageLine(event: ProgressEvent & { kind: 'stage-ended' }, colors: Colors): string {
  const { stage, summary, milliseconds } = event;
  return `${colors.green('✓')} ${colors.bold(stage.padEnd(9))} ${terminalText(summary)} ${colors.dim(seconds(milliseconds))}`;
}

/** The line of a step, without a line end: `  ✗ test unique_stg_users_user_id: got 3 results`. */
export function stepLine(event: ProgressEvent & { kind: 'step' }, colors: Colors): string {
  const { status } = event;
  const text = terminalLines(event.text);
  switch (status) {
    case 'ok':
      return `  ${colors.dim(`· ${text}`)}`;
    case 'skip':
      return `  ${colors.dim(`- ${text}`)}`;
    case 'warn':
      return `  ${colors.yellow('!')} ${text}`;
    case 'fail':
      return `  ${colors.red('✗')} ${text}`;
  }
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
