import { renderComment } from '../report/comment.ts';
import { renderJUnit } from '../report/junit.ts';
import { renderMermaid } from '../report/mermaid.ts';
import { readReport } from '../report/parse-report.ts';
import { renderSarif } from '../report/sarif.ts';
import { renderSummary } from '../report/summary.ts';
import { renderTerminal } from '../report/terminal.ts';
import type { Terminal } from './terminal.ts';

export interface ReportFlags {
  readonly from: string;
  readonly format: 'comment' | 'summary' | 'sarif' | 'junit' | 'mermaid' | 'terminal';
}

/** Renders a report again, in another form. */
export async function report({ from, format }: ReportFlags, terminal: Terminal): Promise<number> {
  const report = await readReport(from);
  switch (format) {
    case 'comment':
      terminal.out(renderComment(report).trimEnd());
      break;
    case 'summary':
      terminal.out(renderSummary(report).trimEnd());
      break;
    case 'sarif':
      terminal.out(renderSarif(report).trimEnd());
      break;
    case 'junit':
      terminal.out(renderJUnit(report).trimEnd());
      break;
    case 'mermaid':
      terminal.out(renderMermaid(report.pii).trimEnd());
      break;
    case 'terminal':
      terminal.out(renderTerminal(report, { colors: terminal.outColors, width: terminal.width }));
      break;
  }
  return 0;
}
