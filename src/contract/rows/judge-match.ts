import { unreachable } from '../../unreachable.ts';
import type { Severity } from '../finding.ts';
import type { Match, ScalarMatch, TextMatch } from './matching-cells.ts';

/**
 * What a match means. One telling value (an e-mail address, a telephone number, a sentence) is a leak. Words and dates
 * also meet by coincidence: `May` is a month, `Baker` a shop, and any calendar has birthdays. Of them, it takes three
 * values and a sign that the column is made of them; fewer are worth a look. `undefined`: it means nothing.
 */
export function judgeMatch(match: Match): Severity | undefined {
  switch (match.kind) {
    case 'text':
      return judgeText(match);
    case 'scalar':
      return judgeScalar(match);
    default:
      return unreachable(match);
  }
}

/** Fewer values than these are found anywhere. */
const SEVERAL = 3;
const MANY = 20;

function judgeText({ telling, wordsAlone, words, cells, allCells }: TextMatch): Severity | undefined {
  if (telling > 0) return 'error';
  const isMostOfIt = cells * 2 >= allCells;
  if (wordsAlone >= MANY || (words >= SEVERAL && isMostOfIt)) return 'error';
  return wordsAlone > 0 || words >= SEVERAL ? 'warning' : undefined;
}

function judgeScalar({ values, expected }: ScalarMatch): Severity | undefined {
  if (values >= SEVERAL && values >= 5 * expected) return 'error';
  return expected < 0.01 ? 'warning' : undefined;
}
