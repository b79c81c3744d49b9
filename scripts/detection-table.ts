import type { Halves, Measured } from '../bench/detection/measure.ts';
import { code, markdownTable } from './markdown-table.ts';

/** Makes a table of the results of `npm run bench -- detection`: found and wrong columns by kind, for each half. */
export function detectionTable(results: { readonly [detector: string]: Halves }): string {
  return markdownTable(
    [
      'detector',
      'kind',
      'telling name, first half',
      'telling name, later half',
      'no name, first half',
      'no name, later half',
    ],
    Object.entries(results).flatMap(([detector, { first, later }]) => {
      const kinds = [...new Set([...Object.keys(first.telling), ...Object.keys(later.telling)])].sort();
      return kinds.map((kind) => [
        detector,
        kind === '-' ? 'not personal' : code(kind),
        ...[first.telling, later.telling, first.bare, later.bare].map((half) => cell(half[kind])),
      ]);
    }),
  );
}

function cell(measured: Measured | undefined): string {
  if (!measured) return '';
  const { columns, found, wrong } = measured;
  return `${found} of ${columns}${wrong > 0 ? `, ${wrong} wrong` : ''}`;
}
