import { createHash } from 'node:crypto';
import { visible } from '../../visible.ts';
import { codeSpan, fencedBlock, type Markdown } from '../escape.ts';
import { repositoryPath } from '../formats/links.ts';
import type { Report } from '../report.ts';
import { isLeak } from './leak-row.ts';

/** A proven change of whole lines, which a review can offer to apply. */
export interface FixSuggestion {
  /** Identifies the change: it is equal at another commit, also where the lines have moved. */
  readonly id: string;
  /** Path below the project folder. */
  readonly file: string;
  /** Path below the repository. */
  readonly path: string;
  /** First and last line that change, from 1. */
  readonly line: number;
  readonly endLine: number;
  /**
   * The suggestion as Markdown.
   * @param lines the text of its lines; `undefined` where the rest of them holds a literal, or a sign that cannot be
   *   seen
   */
  body(lines: readonly string[]): Markdown | undefined;
}

/** The proven changes of leaks, each once, without those that move a file. */
export function fixSuggestions(report: Report): readonly FixSuggestion[] {
  const suggestions = new Map<string, FixSuggestion>();
  for (const finding of report.findings.filter(isLeak)) {
    if (finding.rule !== 'pii-in-tier' || !finding.provenFix?.edit) continue;
    const { file, description, before, after, edit } = finding.provenFix;
    const path = repositoryPath(report, file);
    const id = createHash('sha256')
      .update(JSON.stringify([path, before, after]))
      .digest('hex')
      .slice(0, 16);
    const { line, end } = edit;
    suggestions.set(id, {
      id,
      file,
      path,
      line,
      endLine: end.line,
      body(lines) {
        const rest = [(lines[0] ?? '').slice(0, edit.column - 1), (lines.at(-1) ?? '').slice(end.column - 1)] as const;
        const text = `${rest[0]}${edit.text}${rest[1]}`.split('\n');
        // Whatever stands beside the change is shown with it, so it may hold no data value.
        if (/['"]|\d{4}/.test(rest.join(' ')) || text.some((written) => visible(written) !== written)) return undefined;
        const words = `${codeSpan(description)} (tried: it mends this and changes nothing else)`;
        return `${words}\n\n${fencedBlock('suggestion', text)}` as Markdown;
      },
    });
  }
  return [...suggestions.values()];
}
