import type { PiiColumn } from '../../contract/finding.ts';
import { visible } from '../../visible.ts';
import { codeCell, cutName, type Markdown, markdown } from '../escape.ts';
import type { LeakRow } from '../leaks/leak-row.ts';
import { linked } from './links.ts';
import type { ShownReport } from './shown-report.ts';

/** Characters of a name in a table. */
const LONGEST_NAME = 40;
/** Characters after which a name in a table may go on in the next line: two of them fit beside each other on a phone. */
const LONGEST_PIECE = 13;
/** Columns of one table that are named in a cell. */
const MOST_COLUMNS = 3;

/** The cells of a leak's row: whether it is new, the personal data, the column that these reach, and the form of the data there. */
export function leakCells(row: LeakRow, { report, review }: ShownReport) {
  const { model, column, isNew, state, masks, location } = row;
  const reached =
    column === '*' ? markdown`column names of ${nameCell(model)}` : markdown`${nameCell(column)} of ${nameCell(model)}`;
  const through = masks.length > 0 ? markdown`<br/>through ${nameCell(masks.join(', '))}` : '';
  return {
    mark: markOf(isNew, report),
    data: sourcesOf(row).map(sourceCell).join('<br/>'),
    reached: linked(reached, location, report, review),
    form: `${state === 'pseudonymous' ? 'pseudo<wbr>nymous' : (state ?? 'in rows')}${through}`,
  };
}

function markOf(isNew: boolean | undefined, { judge }: ShownReport['report']): string {
  if (isNew === undefined) return judge?.kind === 'base' ? '🆕?' : '❌';
  return isNew ? '🆕' : 'old:';
}

/** A name as code in which a line may break. `<code>` can hold breaks, but HTML is written only for plain names. */
function nameCell(name: string): Markdown {
  const shown = cutName(visible(name), LONGEST_NAME);
  const pieces = piecesOf(shown);
  if (pieces.length === 1 || !/^[\w.-]+(?:…[\w.-]+)?$/.test(shown))
    return pieces.map(codeCell).join('<wbr>') as Markdown;
  return `<code>${pieces.map((piece) => piece.replace(/[_.-]/g, '\\$&')).join('<wbr>')}</code>` as Markdown;
}

/** Pieces of a name between which a line may break: they end behind signs such as `_` where that is possible. */
function piecesOf(name: string): readonly string[] {
  const parts = name.match(/[^_.\-/ ]{1,12}[_.\-/ ]?|[_.\-/ ]/gu) ?? [];
  const pieces = [''];
  for (const part of parts) {
    const last = pieces.length - 1;
    const joined = `${pieces[last]}${part}`;
    if ([...joined].length <= LONGEST_PIECE || pieces[last] === '') pieces[last] = joined;
    else pieces.push(part);
  }
  return pieces;
}

/** The personal columns of a row by their table. */
function sourcesOf({ leaks }: LeakRow): readonly (readonly [PiiColumn, ...PiiColumn[]])[] {
  const tables = new Map<string, [PiiColumn, ...PiiColumn[]]>();
  for (const { source } of leaks) {
    const present = tables.get(source.uniqueId);
    if (!present) tables.set(source.uniqueId, [source]);
    else if (present.every(({ column }) => column !== source.column)) present.push(source);
  }
  return [...tables.values()];
}

/** `` `first_name`, `last_name` of `raw.raw_user` (`name`) `` */
function sourceCell(columns: readonly [PiiColumn, ...PiiColumn[]]): string {
  const shown = columns.slice(0, MOST_COLUMNS).map(({ column }) => nameCell(column));
  const hidden = columns.length - shown.length;
  const types = [...new Set(columns.map(({ piiType }) => piiType))].filter(
    (type) => type !== 'pii' && !columns.some(({ column }) => column === type),
  );
  const typed = types.length > 0 ? ` (${nameCell(types.join(', '))})` : '';
  const rest = hidden > 0 ? ` and ${hidden} more` : '';
  return `${shown.join(', ')}${rest} of ${nameCell(columns[0].relation)}${typed}`;
}
