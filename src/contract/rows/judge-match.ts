import { unreachable } from '../../unreachable.ts';
import type { Severity } from '../finding.ts';
import type { Match, ScalarMatch, TextMatch } from './matching-cells.ts';

/**
 * The severity of a match; `undefined` where it means nothing. One telling value (an e-mail address, a telephone number, a
 * sentence) is an error. Words and dates also meet by coincidence: `May` is a month, `Baker` a shop, and any calendar has
 * birthdays. They are an error from three values on where the column is made of them, else a warning at most.
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

/** Fewer values than this may be found in any column by coincidence. */
const SEVERAL = 3;
/** So many names that are the whole text of a cell are no coincidence. */
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
