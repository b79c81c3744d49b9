import { didYouMean } from '../../nearest-name.ts';

/** The names of all filters: those of Jinja 3.1, and dbt's `as_bool`, `as_native`, `as_number` and `as_text`. */
export const FILTER_NAMES = [
  'abs',
  'as_bool',
  'as_native',
  'as_number',
  'as_text',
  'attr',
  'batch',
  'capitalize',
  'center',
  'count',
  'd',
  'default',
  'dictsort',
  'e',
  'escape',
  'filesizeformat',
  'first',
  'float',
  'forceescape',
  'format',
  'groupby',
  'indent',
  'int',
  'items',
  'join',
  'last',
  'length',
  'list',
  'lower',
  'map',
  'max',
  'min',
  'pprint',
  'random',
  'reject',
  'rejectattr',
  'replace',
  'reverse',
  'round',
  'safe',
  'select',
  'selectattr',
  'slice',
  'sort',
  'string',
  'striptags',
  'sum',
  'title',
  'tojson',
  'trim',
  'truncate',
  'unique',
  'upper',
  'urlencode',
  'urlize',
  'wordcount',
  'wordwrap',
  'xmlattr',
] as const;

export type FilterName = (typeof FILTER_NAMES)[number];

const NAMES: ReadonlySet<string> = new Set(FILTER_NAMES);

export function isFilterName(name: string): name is FilterName {
  return NAMES.has(name);
}

/** The error message for a filter that does not exist, with the nearest name. */
export function noFilter(name: string): string {
  return `No filter named '${name}'.${didYouMean(name, FILTER_NAMES)}`;
}
