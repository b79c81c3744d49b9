import type { Report } from './report.ts';

/** Why a check that passes proves nothing; `undefined` where it proves something. */
export function reasonOfNothing({ tiers, marks }: Pick<Report, 'tiers' | 'marks'>): string | undefined {
  if (tiers.every(({ allow, models }) => allow === 'clear' || models === 0))
    return 'no model is in a tier with a limit';
  return marks?.none === undefined ? undefined : 'no column is marked as personal';
}
