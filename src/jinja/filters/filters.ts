import { prettyText } from '../python/pretty-text.ts';
import type { Meter } from '../values/meter.ts';
import { bindArguments } from '../values/native-function.ts';
import { printValue } from '../values/print-value.ts';
import { PythonError } from '../values/python-error.ts';
import { sizeOf } from '../values/size.ts';
import type { CallArguments, Value } from '../values/value.ts';
import { type Filter, type FilterEnvironment, filter } from './filter.ts';
import { ESCAPE, SAFE, STRIPTAGS, TOJSON, URLENCODE, URLIZE, XMLATTR } from './filter-html.ts';
import { type FilterName, isFilterName, noFilter } from './filter-names.ts';
import { ABS, FILESIZEFORMAT, FLOAT, INT, ROUND } from './filter-number.ts';
import { DICTSORT, GROUPBY, MAX, MIN, SORT, UNIQUE } from './filter-order.ts';
import { MAP, REJECT, REJECTATTR, SELECT, SELECTATTR } from './filter-select.ts';
import {
  ATTR,
  BATCH,
  DEFAULT,
  FIRST,
  ITEMS,
  JOIN,
  LAST,
  LENGTH,
  LIST,
  RANDOM,
  REVERSE,
  SLICE,
  SUM,
} from './filter-sequence.ts';
import {
  CAPITALIZE,
  CENTER,
  FORMAT,
  INDENT,
  LOWER,
  REPLACE,
  STRING,
  TITLE,
  TRIM,
  TRUNCATE,
  UPPER,
  WORDCOUNT,
  WORDWRAP,
} from './filter-text.ts';
import { applyTest } from './tests.ts';

/**
 * Applies a filter of Jinja 3.1 or of dbt.
 * @throws {PythonError} TemplateRuntimeError for an unknown name; otherwise what the filter raises
 */
export function applyFilter(name: string, input: Value, args: CallArguments, meter: Meter): Value {
  if (!isFilterName(name)) throw new PythonError('TemplateRuntimeError', noFilter(name));
  const { parameters, call } = FILTERS[name];
  meter.work(sizeOf(input));
  const bound = parameters === '*' ? args.positional : bindArguments(name, parameters, args);
  const result = call(input, bound, environmentOf(meter), args);
  meter.work(sizeOf(result));
  return result;
}

/** Whether a filter of that name exists. */
export function isFilter(name: string): boolean {
  return isFilterName(name);
}

function environmentOf(meter: Meter): FilterEnvironment {
  return {
    meter,
    applyFilter: (name, input, args) => applyFilter(printValue(name), input, args, meter),
    applyTest: (name, input, args) => applyTest(printValue(name), input, args, meter),
  };
}

/** dbt's `as_…` filters: in YAML they set the type of a rendered value (see `renderNative`), in SQL they give their input. */
const AS_IT_IS = filter('', (input) => input);

const FILTERS: { readonly [name in FilterName]: Filter } = {
  abs: ABS,
  as_bool: AS_IT_IS,
  as_native: AS_IT_IS,
  as_number: AS_IT_IS,
  as_text: AS_IT_IS,
  attr: ATTR,
  batch: BATCH,
  capitalize: CAPITALIZE,
  center: CENTER,
  count: LENGTH,
  d: DEFAULT,
  default: DEFAULT,
  dictsort: DICTSORT,
  e: ESCAPE,
  escape: ESCAPE,
  filesizeformat: FILESIZEFORMAT,
  first: FIRST,
  float: FLOAT,
  forceescape: ESCAPE,
  format: FORMAT,
  groupby: GROUPBY,
  indent: INDENT,
  int: INT,
  items: ITEMS,
  join: JOIN,
  last: LAST,
  length: LENGTH,
  list: LIST,
  lower: LOWER,
  map: MAP,
  max: MAX,
  min: MIN,
  pprint: filter('', (input, _, { meter }) => prettyText(input, meter)),
  random: RANDOM,
  reject: REJECT,
  rejectattr: REJECTATTR,
  replace: REPLACE,
  reverse: REVERSE,
  round: ROUND,
  safe: SAFE,
  select: SELECT,
  selectattr: SELECTATTR,
  slice: SLICE,
  sort: SORT,
  string: STRING,
  striptags: STRIPTAGS,
  sum: SUM,
  title: TITLE,
  tojson: TOJSON,
  trim: TRIM,
  truncate: TRUNCATE,
  unique: UNIQUE,
  upper: UPPER,
  urlencode: URLENCODE,
  urlize: URLIZE,
  wordcount: WORDCOUNT,
  wordwrap: WORDWRAP,
  xmlattr: XMLATTR,
};
