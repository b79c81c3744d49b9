import type { BoundWindow, Expression, TypeKey } from './expression.ts';

/**
 * How much an aggregate leaves of the values it reads: `keeps` gives a value (or all of them, or a mixture from which
 * one can be read), `keeps-first` only that of the first argument, by the order of the others; `summarises` gives a
 * number about all of them, and `counts` one that no difference of two gives a value away by. The kinds were found by
 * running each aggregate of DuckDB 1.5 over unique values; one that is not listed keeps.
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

/** Aggregates that keep values, whichever order the rows have, unless equal ones differ. */
const ORDERLESS: ReadonlySet<string> = new Set(
  words('bit_and bit_or bit_xor bitstring_agg max median min quantile quantile_cont quantile_disc'),
);

/** Aggregates of booleans, which no order of rows changes. */
const YES_OR_NO: ReadonlySet<string> = new Set(words('bool_and bool_or'));

export function isOrdered(name: string, children: readonly Expression[]): boolean {
  if (aggregateKind(name) === 'summarises') {
    return !YES_OR_NO.has(name) && children.some(({ valueType }) => FLOATS.has(valueType));
  }
  if (aggregateKind(name) === 'counts') return false;
  return !ORDERLESS.has(name) || children.some(({ valueType }) => haveSpellings(valueType));
}

/** Numbers of these types are added up in the order they come, which shows in the last digits. */
const FLOATS: ReadonlySet<string> = new Set(['FLOAT', 'DOUBLE']);

/**
 * Whether values of a type compare equal and yet differ: a month and 30 days, letters in a collation without case. Which
 * of them stands for all is a matter of order.
 */
export function haveSpellings(type: TypeKey | undefined): boolean {
  return type !== undefined && /\bINTERVAL\b|\bVARIANT\b|"collation":"[^"]/.test(type);
}

/** Window functions that give all peers the same result, in whatever order these come. */
const PEERLESS: ReadonlySet<string> = new Set(
  words('WINDOW_CUME_DIST WINDOW_PERCENT_RANK WINDOW_RANK WINDOW_RANK_DENSE'),
);

/**
 * Whether the order among peers shows in a window's result: it is the order of the rows before, and of other windows
 * beside it.
 */
export function isOrderedWindow({ window, name, children, wholePeers }: BoundWindow): boolean {
  if (name !== undefined) return !wholePeers || isOrdered(name, children);
  return !PEERLESS.has(window);
}

export function aggregateKind(name: string): AggregateKind {
  return AGGREGATES.get(name) ?? 'keeps';
}

/**
 * The kind of an aggregate over some of the rows. A frame moves on row by row, and the difference of two sums is a
 * value. A partition may have one row, and the rows of a partition are not counted as those of a group are.
 */
export function partialAggregateKind(name: string): AggregateKind {
  const kind = aggregateKind(name);
  return kind === 'summarises' ? 'keeps' : kind;
}

/**
 * `value` gives an argument of some row; `rank` only a place in the order. Aggregates over a window have an {@link
 * AggregateKind}.
 */
export type WindowKind = 'value' | 'rank';

export const WINDOWS: ReadonlyMap<string, WindowKind> = new Map([
  ...names(
    'value',
    'WINDOW_FIRST_VALUE WINDOW_LAST_VALUE WINDOW_NTH_VALUE WINDOW_LAG WINDOW_LEAD WINDOW_FILL WINDOW_NTILE',
  ),
  ...names('rank', 'WINDOW_ROW_NUMBER WINDOW_RANK WINDOW_RANK_DENSE WINDOW_PERCENT_RANK WINDOW_CUME_DIST'),
]);

/** Table functions whose columns come from their arguments alone. Any other may read what no plan shows. */
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

/** Table functions whose arguments say how many rows they give. */
export const ROW_MAKERS: ReadonlySet<string> = new Set(words('generate_series range repeat repeat_row'));

/** Scalar functions some of whose arguments, by their place, say how long the result is. */
export const SIZE_ARGUMENTS: ReadonlyMap<string, readonly number[]> = new Map<string, readonly number[]>([
  ...words('range generate_series').map((name) => [name, [0, 1, 2]] as const),
  ...words('array_resize bitstring left left_grapheme list_resize lpad repeat right right_grapheme rpad').map(
    (name) => [name, [1]] as const,
  ),
  ...words('array_slice list_slice substr substring substring_grapheme').map((name) => [name, [1, 2, 3]] as const),
]);

/** Aggregates that stay the same where a row comes twice. */
const UNCOUNTED: ReadonlySet<string> = new Set(
  words(`any_value arbitrary arg_max arg_max_null arg_max_nulls_last arg_min arg_min_null arg_min_nulls_last argmax argmin
     bit_and bit_or bool_and bool_or first last max max_by min min_by`),
);

/** Whether an aggregate tells how many rows it is of. */
export function countsRows(name: string): boolean {
  return !UNCOUNTED.has(name);
}

/**
 * Table functions over the catalog whose rows hold nothing but names that no data can become. Not among them:
 * settings, names of columns, which a PIVOT makes of data, the text of views, labels of an ENUM, and sizes of tables.
 */
export const CATALOG_FUNCTIONS: ReadonlySet<string> = new Set(
  words(`duckdb_databases duckdb_extensions duckdb_keywords duckdb_optimizers duckdb_schemas
     pragma_collations pragma_platform pragma_version`),
);

/**
 * The constant itself, also below the casts that the binder puts around a whole number. Any other cast may change it.
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
