import pc from 'picocolors';
import type { TerminalOptions } from './formats/terminal.ts';
import type { Report } from './report.ts';

/** A form in which a report can be shown. */
export interface ReportFormat {
  /** A few words for `--help`. */
  readonly about: string;
  /** Name of the file below `target/fenceline/` that every run and check writes; absent for a format that is only printed. */
  readonly file?: string;
  /** Loads the renderer when it is needed: `--help` shall not wait for a template engine. */
  load(): Promise<(report: Report, options: TerminalOptions) => string>;
}

/** Every format there is, by its name for `fenceline report --format`. */
export const FORMATS = {
  terminal: {
    about: 'verdict and findings as a run prints them',
    load: async () => (await import('./formats/terminal.ts')).renderTerminal,
  },
  comment: {
    about: 'the comment on the pull request, in Markdown',
    file: 'comment.md',
    load: async () => {
      const { renderComment } = await import('./formats/comment.ts');
      return (report) => renderComment(report);
    },
  },
  summary: {
    about: 'the job summary with all findings and times, in Markdown',
    load: async () => {
      const { renderSummary } = await import('./formats/summary.ts');
      return (report) => renderSummary(report);
    },
  },
  sarif: {
    about: 'findings for code scanning and editors',
    file: 'results.sarif',
    load: async () => (await import('./formats/sarif.ts')).renderSarif,
  },
  junit: {
    about: 'findings, models and tests for a CI system',
    file: 'junit.xml',
    load: async () => (await import('./formats/junit.ts')).renderJUnit,
  },
  mermaid: {
    about: 'the diagram of where personal data goes',
    file: 'lineage.mmd',
    load: async () => {
      const { renderMermaid } = await import('./formats/mermaid.ts');
      return ({ pii }) => renderMermaid(pii);
    },
  },
} as const satisfies { readonly [name: string]: ReportFormat };

export type FormatName = keyof typeof FORMATS;

/** Files of a report, name → content: one for each format that has a `file`. */
export async function reportFiles(report: Report): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const { file, load } of Object.values<ReportFormat>(FORMATS)) {
    if (file !== undefined) files.set(file, (await load())(report, PLAIN));
  }
  return files;
}

/** A file has no colours, and no width to keep to. */
const PLAIN: TerminalOptions = { colors: pc.createColors(false), width: 100 };
