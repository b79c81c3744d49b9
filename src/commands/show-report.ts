import { json } from '../pipeline/output-files.ts';
import { renderTerminal } from '../report/formats/terminal.ts';
import type { Report } from '../report/report.ts';
import type { Flags } from './project-options.ts';
import type { Terminal } from './terminal.ts';

/** Prints the verdict, or with `--json` the report itself, and gives the exit code. */
export function showReport(report: Report, flags: Flags, terminal: Terminal): number {
  if (flags.json) terminal.out(json(report).trimEnd());
  else terminal.out(renderTerminal(report, { colors: terminal.outColors, width: terminal.width }));
  return report.verdict === 'fail' ? 1 : 0;
}
