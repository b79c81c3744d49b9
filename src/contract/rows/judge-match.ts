import { unreachable } from '../../unreachable.ts';
import type { Severity } from '../finding.ts';
import type { Match, ScalarMatch, TextMatch } from './matching-cells.ts';

/**
 * The severity of a match; `undefined` where it means nothing. One telling value (an e-mail address, a telephone number, a
 * sentence) is an error. Words and dates also meet by coincidence: `May` is a month, `Baker` a shop, and any calendar has
 * birthdays. They are an error where the column is made of them, else a warning at most.
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
/** In a column of fewer different cells, such as twelve months or five towns, all may be names by coincidence. */
const FEW_CELLS = 10;
/** The share of a column's different cells, 0 to 1, that hold personal words where it is made of them. */
const MADE_OF_THEM = 0.9;

/**
 * Words are shared by chance: towns, companies and colours are surnames as well, and the longer a list of names, the more
 * words are in it. So a column counts as a copy of a personal one only if nearly all of its cells hold such words, and
 * there are enough of them. Inside longer texts, the words must also tell single persons apart: a word of many people is
 * on many signs.
 */
function judgeText({
  telling,
  wordsAlone,
  words,
  ofOnePerson,
  wholeCells,
  cells,
  allCells,
}: TextMatch): Severity | undefined {
  if (telling > 0) return 'error';
  const isMadeOfThem = allCells >= FEW_CELLS && cells >= MADE_OF_THEM * allCells;
  const areWhole = wholeCells >= MADE_OF_THEM * cells;
  const areOfOne = ofOnePerson >= MADE_OF_THEM * words;
  if (isMadeOfThem && words >= SEVERAL && (areWhole || areOfOne)) return 'error';
  return wordsAlone > 0 || words >= SEVERAL ? 'warning' : undefined;
}

function judgeScalar({ values, expected }: ScalarMatch): Severity | undefined {
  if (values >= SEVERAL && values >= 5 * expected) return 'error';
  return expected < 0.01 ? 'warning' : undefined;
}
