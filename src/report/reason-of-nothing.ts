import type { Report } from './report.ts';

/** Why a passed check says nothing; `undefined` where it says something. */
export function reasonOfNothing({ tiers, marks }: Pick<Report, 'tiers' | 'marks'>): string | undefined {
  if (tiers.every(({ allow, models }) => allow === 'clear' || models === 0)) return 'no tier asks for anything';
  return marks?.none === undefined ? undefined : 'no column is marked as personal';
}
