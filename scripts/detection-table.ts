import {
  countedKinds,
  type FoundSpelling,
  type Measured,
  PARTS,
  type Results,
  recallAndPrecision,
} from '../bench/detection/results.ts';
import { code, markdownTable } from './markdown-table.ts';

/** Makes the tables of docs/detection.md from the results of `npm run bench -- detection`. */
export function detectionTables({ detectors, names, spellings, unrelated }: Results) {
  return {
    results: summary(detectors),
    kinds: byKind(detectors),
    names: namesTable(names),
    spellings: spellingsTable(spellings),
    unrelated: `\n${unrelated.kinds} kinds, ${unrelated.columns} columns: ${unrelated.errors.length} errors.\n\n`,
  };
}

/** Recall and precision of each detector, for each part of the columns. */
function summary(detectors: Results['detectors']): string {
  return markdownTable(
    ['detector', 'names', ...PARTS],
    Object.entries(detectors).flatMap(([detector, parts]) =>
      (['telling', 'bare'] as const).map((naming) => [
        detector,
        naming === 'telling' ? 'telling' : 'none',
        ...PARTS.map((part) => recallAndPrecision(countedKinds(parts[part][naming], naming))),
      ]),
    ),
  );
}

/** Found and wrong columns by kind, all parts together. */
function byKind(detectors: Results['detectors']): string {
  const labels = Object.keys(detectors);
  const all = Object.values(detectors).flatMap((parts) => PARTS.map((part) => parts[part].telling));
  const kinds = [...new Set(all.flatMap((counts) => Object.keys(counts)))].sort();
  return markdownTable(
    ['kind', ...labels.flatMap((label) => [`${label}, telling name`, `${label}, no name`])],
    kinds.map((kind) => [
      kind === '-' ? 'not personal' : code(kind),
      ...Object.values(detectors).flatMap((parts) =>
        (['telling', 'bare'] as const).map((naming) => cell(PARTS.map((part) => parts[part][naming][kind]))),
      ),
    ]),
  );
}

function namesTable(names: Results['names']): string {
  const kinds = [...new Set(Object.values(names).flatMap((counts) => Object.keys(counts)))].sort();
  const totals = Object.values(names).map((counts) =>
    recallAndPrecision(Object.entries(counts).filter(([kind]) => kind !== '-')),
  );
  return markdownTable(
    ['kind', ...Object.keys(names)],
    [
      ...kinds.map((kind) => [
        kind === '-' ? 'not personal' : code(kind),
        ...Object.values(names).map((counts) => cell([counts[kind]])),
      ]),
      ['all personal', ...totals],
    ],
  );
}

function spellingsTable(spellings: Results['spellings']): string {
  const locales = Object.keys(spellings);
  const isFound = (rows: readonly FoundSpelling[] | undefined, spelling: string) =>
    rows?.some((row) => row.spelling === spelling && row.isFound);
  const all = Object.values(spellings)[0] ?? [];
  return markdownTable(
    ['spelling', ...locales],
    [
      ...all.map(({ spelling }) => [
        spelling,
        ...locales.map((locale) => (isFound(spellings[locale], spelling) ? 'found' : '**missed**')),
      ]),
      [
        'all',
        ...Object.values(spellings).map((rows) => `${rows.filter((row) => row.isFound).length} of ${rows.length}`),
      ],
    ],
  );
}

function cell(measured: readonly (Measured | undefined)[]): string {
  const counted = measured.filter((one) => one !== undefined);
  if (counted.length === 0) return '';
  const sum = (field: keyof Measured) => counted.reduce((total, one) => total + one[field], 0);
  return `${sum('found')} of ${sum('columns')}${sum('wrong') > 0 ? `, ${sum('wrong')} wrong` : ''}`;
}
