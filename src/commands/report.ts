import { FORMATS, type FormatName } from '../report/formats.ts';
import { readReport } from '../report/parse-report.ts';
import type { Terminal } from './terminal.ts';

export interface ReportFlags {
  readonly from: string;
  readonly format: FormatName;
}

/** Renders a report again, in another form. */
export async function report({ from, format }: ReportFlags, terminal: Terminal): Promise<number> {
  const report = await readReport(from);
  const render = await FORMATS[format].load();
  terminal.out(render(report, { colors: terminal.outColors, width: terminal.width }).trimEnd());
  return 0;
}
