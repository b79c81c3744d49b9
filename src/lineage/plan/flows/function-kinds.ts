import type { BoundFunction, BoundWindow, Expression, TypeKey } from '../read/expression.ts';

/**
 * How much the result of an aggregate shows of the values it reads. `keeps`: a value, all values, or a mixture from
 * which a value can be read. `keeps-first`: a value of the first argument, chosen by the order of the others.
 * `summarises`: a number about all values. `counts`: a count, where even the difference of two counts shows no value.
 * Each aggregate of DuckDB 1.5 was run over unique values to find its kind; an aggregate that is not listed `keeps`.
 */
export type AggregateKind = 'keeps' | 'keeps-first' | 'summarises' | 'counts';

export const AGGREGATES: ReadonlyMap<string, AggregateKind> = new Map([
  ...names(
    'keeps',
    `any_value approx_quantile approx_top_k arbitrary array_agg bit_and bit_or bit_xor bitstring_agg first group_concat
     histogram histogram_exact last list listagg max median min mode quantile quantile_cont quantile_disc
     reservoir_quantile string_agg`,
  ),
  ...names(
    'keeps-first',
    `arg_max arg_max_null arg_max_nulls_last arg_min arg_min_null arg_min_nulls_last argmax argmin max_by min_by`,
  ),
  ...names(
    'summarises',
    `avg bool_and bool_or corr covar_pop covar_samp entropy favg fsum kahan_sum kurtosis kurtosis_pop mad mean product
     regr_avgx regr_avgy regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy sem skewness stddev stddev_pop
     stddev_samp sum sum_no_overflow sumkahan var_pop var_samp variance`,
  ),
  ...names('counts', 'approx_count_distinct count count_if count_star countif regr_count'),
]);

/** Aggregates that keep values and do not depend on the order of rows, unless values that compare equal differ. */
const ORDERLESS: ReadonlySet<string> = new Set(
  words('bit_and bit_or bit_xor bitstring_agg max median min quantile quantile_cont quantile_disc'),
);

/** Aggregates of booleans: their result does not depend on the order of rows. */
const YES_OR_NO: ReadonlySet<string> = new Set(words('bool_and bool_or'));

export function isOrdered(name: string, children: readonly Expression[]): boolean {
  if (aggregateKind(name) === 'summarises') {
    return !YES_OR_NO.has(name) && children.some(({ valueType }) => FLOATS.has(valueType));
  }
  if (aggregateKind(name) === 'counts') return false;
  return !ORDERLESS.has(name) || children.some(({ valueType }) => haveSpellings(valueType));
}

/** Number types whose sum depends on the order of rows, in its last digits. */
const FLOATS: ReadonlySet<string> = new Set(['FLOAT', 'DOUBLE']);

/**
 * Whether values of a type compare equal and yet differ: a month and 30 days, letters in a collation without case. The
 * order of rows decides which of them a group shows.
 */
export function haveSpellings(type: TypeKey | undefined): boolean {
  return type !== undefined && /\bINTERVAL\b|\bVARIANT\b|"collation":"[^"]/.test(type);
}

/** {@link haveSpellings}, and for numbers whose zero has a sign. */
export function haveTwins(type: TypeKey | undefined): boolean {
  return haveSpellings(type) || type === undefined || /\b(FLOAT|DOUBLE|WITH TIME ZONE)\b/.test(type);
}

/** Window functions that give all peers the same result, so the order among peers does not matter. */
const PEERLESS: ReadonlySet<string> = new Set(
  words('WINDOW_CUME_DIST WINDOW_PERCENT_RANK WINDOW_RANK WINDOW_RANK_DENSE'),
);

/**
 * Whether a window's result depends on the order among peers, which comes from the rows below and from other windows of
 * the query.
 */
export function isOrderedWindow({ window, name, children, wholePeers }: BoundWindow): boolean {
  if (name !== undefined) return !wholePeers || isOrdered(name, children);
  return !PEERLESS.has(window);
}

export function aggregateKind(name: string): AggregateKind {
  return AGGREGATES.get(name) ?? 'keeps';
}

/**
 * The kind of an aggregate over some of the rows. A sum there may show a value: two frames may differ by one row, and a
 * partition may have only one row: no check counts its rows as it counts those of a group.
 */
export function partialAggregateKind(name: string): AggregateKind {
  const kind = aggregateKind(name);
  return kind === 'summarises' ? 'keeps' : kind;
}

/**
 * How much a window function shows: `value` gives an argument of some row, `rank` only a position in the order.
 * Aggregates over a window have an {@link AggregateKind}.
 */
export type WindowKind = 'value' | 'rank';

export const WINDOWS: ReadonlyMap<string, WindowKind> = new Map([
  ...names(
    'value',
    'WINDOW_FIRST_VALUE WINDOW_LAST_VALUE WINDOW_NTH_VALUE WINDOW_LAG WINDOW_LEAD WINDOW_FILL WINDOW_NTILE',
  ),
  ...names('rank', 'WINDOW_ROW_NUMBER WINDOW_RANK WINDOW_RANK_DENSE WINDOW_PERCENT_RANK WINDOW_CUME_DIST'),
]);

/**
 * Table functions whose columns come only from their arguments. Any other one may read data that the plan does not
 * show.
 */
export const TABLE_FUNCTIONS: ReadonlySet<string> = new Set([
  'generate_series',
  'json_each',
  'json_tree',
  'range',
  'repeat',
  'repeat_row',
  'summary',
  'unnest',
]);

/** Table functions whose arguments set the number of rows. */
export const ROW_MAKERS: ReadonlySet<string> = new Set(words('generate_series range repeat repeat_row'));

/** Scalar functions with arguments that set the length of the result, and the positions of these arguments, from 0. */
export const SIZE_ARGUMENTS: ReadonlyMap<string, readonly number[]> = new Map<string, readonly number[]>([
  ...words('range generate_series').map((name) => [name, [0, 1, 2]] as const),
  ...words('array_resize bitstring left left_grapheme list_resize lpad repeat right right_grapheme rpad').map(
    (name) => [name, [1]] as const,
  ),
  ...words('array_slice list_slice substr substring substring_grapheme').map((name) => [name, [1, 2, 3]] as const),
]);

/** Aggregates whose result does not change if a row is repeated. */
const UNCOUNTED: ReadonlySet<string> = new Set(
  words(`any_value arbitrary arg_max arg_max_null arg_max_nulls_last arg_min arg_min_null arg_min_nulls_last argmax argmin
     bit_and bit_or bool_and bool_or first last max max_by min min_by`),
);

/** Whether the result of an aggregate depends on the number of rows. */
export function countsRows(name: string): boolean {
  return !UNCOUNTED.has(name);
}

/**
 * Scalar functions whose result is NULL only if an argument is. Any other one may tell by NULL what its argument is.
 */
const NULL_ONLY_FOR_NULL: ReadonlySet<string> = new Set(
  words(`+ - * & | xor << >> ~ ^ ** || @ !~~ !~~* ~~ ~~* ~~~ ^@ abs add subtract multiply ceil ceiling floor round trunc
     truncate sign signbit even exp power pow cbrt sin cos tan degrees radians bit_count bit_length
     ascii ord unicode chr lower lcase upper ucase initcap length len char_length character_length length_grapheme strlen
     octet_length trim ltrim rtrim lpad rpad left left_grapheme right right_grapheme substr substring substring_grapheme
     replace translate reverse repeat concat concat_ws contains prefix suffix starts_with ends_with instr position strpos
     strip_accents nfc_normalize format printf encode decode hex to_hex to_base64 base64 url_encode url_decode md5
     md5_number sha1 sha256 hash levenshtein editdist3 damerau_levenshtein hamming mismatches jaccard jaro_similarity
     jaro_winkler_similarity regexp_matches regexp_full_match regexp_replace regexp_extract regexp_extract_all regexp_escape
     string_split str_split split string_to_array string_split_regex str_split_regex regexp_split_to_array array_to_string
     like_escape ilike_escape not_like_escape not_ilike_escape greatest least isnan isinf isfinite
     date_part datepart date_trunc datetrunc date_diff datediff date_sub datesub date_add age strftime make_date
     make_timestamp make_time year month day quarter week hour minute second millisecond microsecond nanosecond dayofweek
     dayofmonth dayofyear isodow isoyear weekday weekofyear yearweek decade century millennium era epoch epoch_ms epoch_us
     epoch_ns last_day dayname monthname to_days to_hours to_minutes to_months to_seconds to_weeks to_years time_bucket
     timezone struct_pack struct_extract struct_extract_at struct_insert struct_update struct_concat row list_value
     array_value unpivot_list list_concat array_slice list_slice list_contains list_has list_transform list_apply
     array_transform array_apply apply list_filter array_filter filter list_sort list_distinct array_distinct list_unique
     range generate_series to_json json_object json_array json_quote array_to_json row_to_json map map_keys map_values
     map_entries cardinality flatten list_aggregate`),
);

/** Functions of division, whose result is NULL for a divisor of zero. */
const DIVISIONS: ReadonlySet<string> = new Set(words('/ // % divide mod fmod'));

/** Whether a function may give NULL for arguments that are not. */
export function givesNull({ name, children: [, divisor] }: BoundFunction): boolean {
  if (DIVISIONS.has(name)) return divisor !== undefined && !isConstant(divisor);
  return !NULL_ONLY_FOR_NULL.has(name);
}

function isConstant(expression: Expression): boolean {
  return expression.type === 'BOUND_CAST' ? isConstant(expression.child) : expression.type === 'BOUND_CONSTANT';
}

/**
 * Table functions over the catalog whose rows have only names, and only names that cannot come from data. So these are
 * left out: settings, column names (a PIVOT makes them from data), the SQL of views, labels of an ENUM, and sizes of
 * tables.
 */
export const CATALOG_FUNCTIONS: ReadonlySet<string> = new Set(
  words(`duckdb_databases duckdb_extensions duckdb_keywords duckdb_optimizers duckdb_schemas
     pragma_collations pragma_platform pragma_version`),
);

/**
 * The value of a constant; `undefined` for any other expression. The binder puts casts around whole numbers, so it
 * looks through those. Any other cast may change the value.
 */
export function constantOf(expression: Expression): string | number | undefined {
  if (expression.type === 'BOUND_CAST') {
    const isSame = WHOLE_NUMBERS.has(expression.valueType) && WHOLE_NUMBERS.has(expression.child.valueType);
    return isSame ? constantOf(expression.child) : undefined;
  }
  return expression.type === 'BOUND_CONSTANT' ? expression.value : undefined;
}

const WHOLE_NUMBERS: ReadonlySet<string> = new Set(words('TINYINT SMALLINT INTEGER BIGINT HUGEINT INTEGER_LITERAL'));

function names<Kind extends string>(kind: Kind, list: string): readonly (readonly [string, Kind])[] {
  return words(list).map((name) => [name, kind] as const);
}

/** The words of a text. */
export function words(list: string): readonly string[] {
  return list.trim().split(/\s+/);
}

/** Whether a call counts the elements of a list or JSON array, and does not look at them. */
export function isLength({ name, children }: BoundFunction): boolean {
  const [list, ...others] = children;
  // The second argument of `json_array_length` leads to an array inside.
  if (!list || others.length > 0) return false;
  return name === 'json_array_length' || (LENGTHS.has(name) && list.valueType.startsWith('LIST'));
}

const LENGTHS: ReadonlySet<string> = new Set(['array_length', 'len', 'length']);
