/**
 * Parts of the measured columns. The detector was written while only `first` was looked at, and then mended by what it missed
 * in `later`. `fresh` was only measured.
 */
export const PARTS = ['first', 'later', 'fresh'] as const;
export type Part = (typeof PARTS)[number];

/** Counts for one kind of column: how many a detector found, and how many it mistook for this kind. */
export interface Measured {
  readonly columns: number;
  /** Columns of this kind to which the detector gave this kind. */
  readonly found: number;
  /** Columns of another kind, or of none, to which the detector gave this kind. */
  readonly wrong: number;
}

/** The names that a detector sees. `telling`: those of the column and its table. `bare`: `c17` in a table `t`. */
export type Naming = 'telling' | 'bare';

/** Counts by kind, for each part of the columns, with telling and with bare names. */
export type Parts = {
  readonly [part in Part]: {
    readonly [naming in Naming]: { readonly [kind: string]: Measured };
  };
};

/** All that the benchmark measures, as results.json has it. */
export interface Results {
  /** By the name of the detector. */
  readonly detectors: { readonly [label: string]: Parts };
  /** Counts by kind of the names of columns, by part. */
  readonly names: { readonly [part: string]: { readonly [kind: string]: Measured } };
  /** Spellings of values, by locale. */
  readonly spellings: { readonly [locale: string]: readonly FoundSpelling[] };
  readonly unrelated: UnrelatedResult;
}

/** How many columns that have nothing to do with people were searched, and in which an error was found all the same. */
export interface UnrelatedResult {
  readonly kinds: number;
  readonly columns: number;
  /** `locale rows kind: personal column`. */
  readonly errors: readonly string[];
}

export interface FoundSpelling {
  readonly spelling: string;
  readonly isFound: boolean;
}

/** The kinds that count for recall and precision: without telling names, those without a form do not. */
export function countedKinds(kinds: { readonly [kind: string]: Measured }, naming: Naming) {
  return Object.entries(kinds).filter(([kind]) => kind !== '-' && (naming === 'telling' || !FORMLESS.has(kind)));
}

/** Recall and precision of the kinds together, with three digits. */
export function recallAndPrecision(kinds: readonly (readonly [string, Measured])[]): string {
  const sum = (field: keyof Measured) => kinds.reduce((total, [, measured]) => total + measured[field], 0);
  const recall = (sum('found') / sum('columns')).toFixed(3);
  const precision = (sum('found') / Math.max(1, sum('found') + sum('wrong'))).toFixed(3);
  return `recall ${recall}, precision ${precision}`;
}

/** Kinds whose values have no form, so that only the name of a column shows them. */
const FORMLESS: ReadonlySet<string> = new Set(['name', 'address', 'birth_date']);
