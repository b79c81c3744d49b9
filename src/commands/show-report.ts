import { indentedJson } from '../pipeline/files/indented-json.ts';
import type { Report } from '../report/report.ts';
import type { OutputOptions } from './parameters.ts';
import type { Terminal } from './terminal.ts';

/** Prints the verdict, or with `--json` the report itself, and gives the exit code. */
export async function showReport(report: Report, { json }: OutputOptions, terminal: Terminal): Promise<number> {
  const { renderTerminal } = await import('../report/formats/terminal.ts');
  const text = json
    ? indentedJson(report).trimEnd()
    : renderTerminal(report, { colors: terminal.outColors, width: terminal.width });
  terminal.out(text);
  return report.verdict === 'fail' ? 1 : 0;
}
