import type { RowCount } from '../../contract/rows/row-count.ts';
import { counted } from '../counts.ts';
import { codeSpan, markdown } from '../escape.ts';
import type { LeakRow } from '../leaks/leak-row.ts';
import type { Report } from '../report.ts';

/** Items of a list that are shown. */
const MOST_ITEMS = 3;

/** Exposures behind the columns that leak, and the rows in which their values were found. */
export function reachOf({ pii }: Report, rows: readonly LeakRow[]): readonly string[] {
  const models = new Set(rows.map(({ model }) => model));
  const reached = new Set(
    pii.nodes.flatMap(({ uniqueId, name, leaks }) => (leaks && models.has(name) ? [uniqueId] : [])),
  );
  for (const from of reached) for (const edge of pii.edges) if (edge.from === from) reached.add(edge.to);
  const exposures = pii.nodes
    .filter(({ uniqueId, layer }) => layer === 'exposure' && reached.has(uniqueId))
    .map(({ name, owner }) =>
      owner === undefined ? codeSpan(name) : markdown`${codeSpan(name)} (owner: ${codeSpan(owner)})`,
    );
  const found = rows.flatMap(({ model, column, rows: count }) =>
    count ? [`${rowText(count)} of ${codeSpan(model)} (${codeSpan(column)})`] : [],
  );
  return [
    ...(exposures.length > 0 ? [`read by ${shortList(exposures)}`] : []),
    ...(found.length > 0 ? [`real values found in ${shortList(found)}`] : []),
  ];
}

/** The first items, and how many more there are. */
function shortList(items: readonly string[]): string {
  const shown = items.slice(0, MOST_ITEMS);
  return `${shown.join(', ')}${items.length > shown.length ? ` and ${items.length - shown.length} more` : ''}`;
}

function rowText(count: RowCount): string {
  return 'below' in count ? `fewer than ${count.below} rows` : counted(count.exactly, 'row');
}
