import { unreachable } from '../../unreachable.ts';
import type { Report } from '../report.ts';

/**
 * Says whose contract judged, where it was not that of the base alone; `undefined` where it was.
 * @param show makes a name safe to print
 */
export function judgeNote({ judge, findings }: Report, show: (name: string) => string): string | undefined {
  if (judge === undefined) return undefined;
  switch (judge.kind) {
    case 'missing':
      return 'not compared with a base, judged by its own contract';
    case 'first': {
      const others = judge.others.length === 0 ? '' : ` for this project, beside ${judge.others.map(show).join(', ')}`;
      return `first contract${others}: the base has none, so it judges itself`;
    }
    case 'base': {
      const logins = findings.flatMap((finding) => ('approvedBy' in finding ? (finding.approvedBy ?? []) : []));
      return logins.length === 0
        ? undefined
        : `the contract is weaker than on the base, approved by ${[...new Set(logins)].map(show).join(', ')}`;
    }
    default:
      return unreachable(judge);
  }
}
