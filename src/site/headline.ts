import type { Judgement, PageModel } from './page-model.ts';
import type { SiteFinding } from './site.ts';
import { counted, listed, peopleWords } from './words.ts';

export interface Headline {
  /** The strongest judgement of the run. */
  readonly judgement: Judgement;
  /** The verdict in one sentence. */
  readonly sentence: string;
  /** The verdict in a few words, for the head of the page and the title of its tab. */
  readonly short: string;
}

/** The number of columns that leak, as the comment on a pull request counts: a column that several sources reach is one leak. */
function leakingColumns(leaks: readonly SiteFinding[]): number {
  return new Set(leaks.map(({ node, column }) => `${node}.${column?.toLowerCase()}`)).size;
}

/** The verdict in words. Only a leak is called one; what is not proven, or failed otherwise, is called that. */
export function headlineOf({ site }: PageModel): Headline {
  const { findings, verdict, tiers, marks, run, waived } = site;
  const leaks = findings.filter(({ judgement, severity }) => judgement === 'leak' && severity === 'error');
  const unknown = findings.filter(({ judgement }) => judgement === 'unknown');
  const errors = findings.filter(({ judgement, severity }) => judgement === 'other' && severity === 'error');
  const broken = (run.built ?? []).filter(({ status }) => status === 'error' || status === 'fail');
  const failures = broken.reduce((sum, { count }) => sum + count, 0);
  const parts = [
    ...(leaks.length > 0 ? [counted(leakingColumns(leaks), 'leak')] : []),
    ...(unknown.length > 0 ? [`${unknown.length} not proven`] : []),
    ...(errors.length > 0 ? [counted(errors.length, 'error')] : []),
    ...(failures > 0 ? [`${failures} failed`] : []),
  ];
  if (leaks.length > 0) {
    const where = [...new Set(leaks.flatMap(({ tier }) => tier ?? []))];
    const kinds = peopleWords(leaks.flatMap(({ piiType }) => piiType ?? []));
    return {
      judgement: 'leak',
      sentence: `${kinds} reach ${where.length > 0 ? `the ${where.length === 1 ? 'tier' : 'tiers'} ${listed(where)}` : 'a guarded tier'}.`,
      short: parts.join(' · '),
    };
  }
  if (unknown.length > 0) {
    const names = [...new Set(unknown.map(({ node }) => site.nodes[node ?? -1]?.name ?? ''))];
    const subject = names.length === 1 ? (names[0] ?? '') : counted(names.length, 'model');
    return {
      judgement: 'unknown',
      sentence: `Nothing is proven about ${subject}.`,
      short: parts.join(' · '),
    };
  }
  if (verdict === 'fail') {
    const sentence =
      parts.length > 0
        ? `No leak was found, but the contract does not hold: ${listed(parts)}.`
        : 'Nothing is marked as personal, so nothing is guarded.';
    return { judgement: 'error', sentence, short: parts.join(' · ') || 'nothing is marked' };
  }
  if (tiers.length === 0) {
    return { judgement: 'unknown', sentence: 'No tier is declared, so nothing is guarded.', short: 'no tier' };
  }
  if (marks.columns + marks.tables === 0) {
    return {
      judgement: 'unknown',
      sentence: 'Nothing is marked as personal, so nothing is guarded.',
      short: 'no marks',
    };
  }
  const warnings = findings.length > 0 ? ` · ${counted(findings.length, 'warning')}` : '';
  return waived.length > 0
    ? {
        judgement: 'waived',
        sentence: `No personal data reaches a tier that must not hold it, but for ${counted(waived.length, 'waived finding')}.`,
        short: `holds · ${waived.length} waived${warnings}`,
      }
    : {
        judgement: 'free',
        sentence: 'No personal data reaches a tier that must not hold it.',
        short: `holds${warnings}`,
      };
}
