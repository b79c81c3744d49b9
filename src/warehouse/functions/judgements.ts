/**
 * Judgement of a function of the pinned engine: what it can read or change besides its arguments. Every function of
 * `duckdb_functions()` is judged here once, by hand; `judgements.test.ts` fails where the engine has one that is not,
 * or lacks one that is.
 *
 * `pure`: the result depends only on the arguments, and there is no side effect. `chance`: it also depends on the clock
 * or on chance. `names`: it also depends on names of databases, schemas, tables, columns and types, and on the engine's
 * version. A statement of a project may call these. It may call no other.
 */
export type Judgement = 'pure' | 'chance' | 'names' | Refusal;

type Refusal = keyof typeof REFUSALS;

/** Why no statement of a project may call a function, as the end of the sentence `f() is refused: it …`. */
export const REFUSALS = {
  files: 'reads files',
  log: 'writes or reads the log of the engine, which is outside of every check',
  texts: 'shows or runs SQL as text, which no check follows and which may hold a secret',
  settings: 'reads or changes settings or variables of the session',
  secrets: 'reads secrets of the engine',
  state: 'changes the state of the engine or of a sequence',
  process: 'tells of the process and the machine: paths, memory, sessions',
  statistics: 'reads values of rows that the query does not',
  sleep: 'only waits',
  internal: 'is a part of the engine that is not made to be called, and may end the process',
} as const;

/** @returns why a call is refused; `undefined` where it is allowed */
export function refusalOf(judgement: Judgement): string | undefined {
  return judgement === 'pure' || judgement === 'chance' || judgement === 'names' ? undefined : REFUSALS[judgement];
}

/** Judgements of the functions in expressions: scalar functions, aggregates, window functions and macros. */
export const EXPRESSION_FUNCTIONS: ReadonlyMap<string, Judgement> = judged(
  // Operators, and functions that the parser makes from syntax: `a[1]`, `x!`, `UNPIVOT`, `x LIKE y ESCAPE z`.
  [
    'pure',
    `!__postfix !~~ !~~* % & && * ** + - ->> / // <-> << <=> <@ >> @ @> ^ ^@ | || ~ ~~ ~~* ~~~ add constant_or_null divide
     ilike_escape like_escape multiply not_ilike_escape not_like_escape row subtract unnest unpivot_list xor`,
  ],
  // Numbers.
  [
    'pure',
    `abs acos acosh asin asinh atan atan2 atanh bin bit_count cbrt ceil ceiling cos cosh cot degrees even exp factorial
     fdiv floor fmod from_binary from_hex gamma gcd geomean geometric_mean greatest greatest_common_divisor hex isfinite
     isinf isnan lcm least least_common_multiple lgamma ln log log10 log2 mod nextafter pi pow power radians round
     round_even roundbankers sign signbit sin sinh sqrt tan tanh to_base to_binary to_hex trunc unbin unhex`,
  ],
  ['pure', 'bit_length bit_position bitstring get_bit octet_length set_bit'],
  // Text and binary.
  [
    'pure',
    `array_to_string array_to_string_comma_default ascii bar base64 char_length character_length chr concat concat_ws
     contains damerau_levenshtein decode editdist3 encode ends_with format format_bytes formatReadableDecimalSize
     formatReadableSize from_base64 hamming hash instr jaccard jaro_similarity jaro_winkler_similarity lcase left
     left_grapheme len length length_grapheme levenshtein lower lpad ltrim md5 md5_number md5_number_lower
     md5_number_upper mismatches nfc_normalize ord parse_dirname parse_dirpath parse_filename parse_formatted_bytes
     parse_path pg_size_pretty position prefix printf regexp_escape regexp_extract regexp_extract_all regexp_full_match
     regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table repeat replace reverse right
     right_grapheme rpad rtrim sha1 sha256 split split_part starts_with str_split str_split_regex string_split
     string_split_regex string_to_array strip_accents strlen strpos substr substring substring_grapheme suffix to_base64
     translate trim ucase unicode upper url_decode url_encode`,
  ],
  [
    'pure',
    `icu_sort_key ${[
      `af am ar ar_sa as az be bg bn bo br bs ca ceb chr cs cy da de de_at dsb dz ee el en en_us eo es et fa fa_af ff fi
       fil fo fr fr_ca fy ga gl gu ha haw he he_il hi hr hsb hu hy id id_id ig is it ja ka kk kl km kn ko kok ku ky lb lij
       lkt ln lo lt lv mk ml mn mr ms mt my nb nb_no ne nl nn noaccent nso om or pa pa_in pl ps pt ro ru sa se si sk sl
       smn sq sr sr_ba sr_me sr_rs st sv sw ta te th tk tn to tr ug uk ur uz vi wae wo xh yi yo yue yue_cn zh zh_cn zh_hk
       zh_mo zh_sg zh_tw zu`,
    ]
      .flatMap(words)
      .map((collation) => `icu_collate_${collation}`)
      .join(' ')}`,
  ],
  // Dates and times.
  [
    'pure',
    `age century date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname
     dayofmonth dayofweek dayofyear days_in_month decade epoch epoch_ms epoch_ns epoch_us era hour isodow isoyear julian
     last_day make_date make_time make_timestamp make_timestamp_ms make_timestamp_ns make_timestamptz microsecond
     millennium millisecond minute month monthname nanosecond normalized_interval quarter second strftime strptime
     time_bucket timezone timezone_hour timezone_minute to_centuries to_days to_decades to_hours to_microseconds
     to_millennia to_milliseconds to_minutes to_months to_quarters to_seconds to_timestamp to_weeks to_years try_strptime
     uuid_extract_timestamp uuid_extract_version week weekday weekofyear year yearweek`,
  ],
  [
    'chance',
    `ago current_date current_localtime current_localtimestamp gen_random_uuid get_current_time get_current_timestamp now
     pg_conf_load_time pg_postmaster_start_time random today transaction_timestamp uuid uuidv4 uuidv7`,
  ],
  // Lists, maps, structs, unions, enums.
  [
    'pure',
    `aggregate apply array_aggr array_aggregate array_append array_apply array_cat array_concat array_contains
     array_cosine_distance array_cosine_similarity array_cross_product array_distance array_distinct array_dot_product
     array_extract array_filter array_grade_up array_has array_has_all array_has_any array_indexof array_inner_product
     array_intersect array_length array_negative_dot_product array_negative_inner_product array_pop_back array_pop_front
     array_position array_prepend array_push_back array_push_front array_reduce array_resize array_reverse
     array_reverse_sort array_select array_slice array_sort array_transform array_unique array_value array_where
     array_zip cardinality element_at equi_width_bins filter flatten generate_series generate_subscripts grade_up
     is_histogram_other_bin list_aggr list_aggregate list_any_value list_append list_apply list_approx_count_distinct
     list_avg list_bit_and list_bit_or list_bit_xor list_bool_and list_bool_or list_cat list_concat list_contains
     list_cosine_distance list_cosine_similarity list_count list_distance list_distinct list_dot_product list_element
     list_entropy list_extract list_filter list_first list_grade_up list_has list_has_all list_has_any list_histogram
     list_indexof list_inner_product list_intersect list_kurtosis list_kurtosis_pop list_last list_mad list_max
     list_median list_min list_mode list_negative_dot_product list_negative_inner_product list_pack list_position
     list_prepend list_product list_reduce list_resize list_reverse list_reverse_sort list_select list_sem list_skewness
     list_slice list_sort list_stddev_pop list_stddev_samp list_string_agg list_sum list_transform list_unique
     list_value list_var_pop list_var_samp list_where list_zip map map_concat map_contains map_contains_entry
     map_contains_value map_entries map_extract map_extract_value map_from_entries map_keys map_values range reduce
     struct_concat struct_contains struct_extract struct_extract_at struct_has struct_indexof struct_insert struct_keys
     struct_pack struct_position struct_update struct_values union_extract union_tag union_value`,
  ],
  ['pure', 'enum_code enum_first enum_last enum_range enum_range_boundary'],
  [
    'pure',
    `array_to_json from_json from_json_strict json json_array json_array_length json_contains json_exists json_extract
     json_extract_path json_extract_path_text json_extract_string json_group_array json_group_object
     json_group_structure json_keys json_merge_patch json_object json_pretty json_quote json_structure json_transform
     json_transform_strict json_type json_valid json_value row_to_json to_json variant_extract variant_typeof`,
  ],
  ['pure', 'st_asbinary st_astext st_aswkb st_aswkt st_crs st_geomfromwkb st_intersects_extent st_setcrs'],
  // error() has no result: it ends the query, and its message is not shown.
  ['pure', 'error'],
  ['pure', 'can_cast_implicitly cast_to_type get_type make_type nullif replace_type switch typeof'],
  // Aggregates and windows.
  [
    'pure',
    `any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_max_nulls_last arg_min
     arg_min_null arg_min_nulls_last argmax argmin array_agg avg bit_and bit_or bit_xor bitstring_agg bool_and bool_or
     corr count count_if count_star countif covar_pop covar_samp entropy favg first fsum group_concat histogram
     histogram_exact kahan_sum kurtosis kurtosis_pop last list listagg mad max max_by mean median min min_by mode product
     quantile quantile_cont quantile_disc regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx
     regr_sxy regr_syy reservoir_quantile sem skewness stddev stddev_pop stddev_samp string_agg sum sumkahan var_pop
     var_samp variance wavg weighted_avg`,
  ],
  [
    'pure',
    'cume_dist dense_rank fill first_value lag last_value lead nth_value ntile percent_rank rank rank_dense row_number',
  ],
  // Constants for compatibility with Postgres.
  [
    'pure',
    `col_description current_role current_user format_pg_type has_any_column_privilege has_column_privilege
     has_database_privilege has_foreign_data_wrapper_privilege has_function_privilege has_language_privilege
     has_schema_privilege has_sequence_privilege has_server_privilege has_table_privilege has_tablespace_privilege
     inet_client_addr inet_client_port inet_server_addr inet_server_port map_to_pg_oid obj_description
     pg_collation_is_visible pg_conversion_is_visible pg_function_is_visible pg_get_expr pg_has_role
     pg_is_other_temp_schema pg_my_temp_schema pg_opclass_is_visible pg_operator_is_visible pg_opfamily_is_visible
     pg_table_is_visible pg_ts_config_is_visible pg_ts_dict_is_visible pg_ts_parser_is_visible
     pg_ts_template_is_visible pg_type_is_visible pg_typeof session_user shobj_description user`,
  ],
  ['names', 'current_catalog current_database current_schema current_schemas format_type in_search_path version'],
  ['log', 'parse_duckdb_log_message write_log'],
  // alias() gives the text of its argument, as in `alias(md5(email || 'salt'))`.
  [
    'texts',
    `alias current_query json_deserialize_sql json_serialize_plan json_serialize_sql pg_get_constraintdef pg_get_viewdef`,
  ],
  ['settings', 'current_setting getvariable'],
  ['state', 'currval nextval setseed'],
  ['process', 'current_connection_id current_query_id current_transaction_id get_block_size txid_current'],
  ['statistics', 'stats'],
  ['sleep', 'pg_sleep sleep_ms'],
  [
    'internal',
    `__internal_compress_integral_ubigint __internal_compress_integral_uinteger __internal_compress_integral_usmallint
     __internal_compress_integral_utinyint __internal_compress_string_hugeint __internal_compress_string_ubigint
     __internal_compress_string_uhugeint __internal_compress_string_uinteger __internal_compress_string_usmallint
     __internal_compress_string_utinyint __internal_decompress_integral_bigint __internal_decompress_integral_hugeint
     __internal_decompress_integral_integer __internal_decompress_integral_smallint
     __internal_decompress_integral_ubigint __internal_decompress_integral_uhugeint
     __internal_decompress_integral_uinteger __internal_decompress_integral_usmallint __internal_decompress_string
     combine create_sort_key finalize remap_struct sum_no_overflow timetz_byte_comparable variant_bytes_to_variant
     variant_normalize variant_to_parquet_variant vector_type`,
  ],
);

/** Judgements of the functions in FROM: table functions and table macros. */
export const TABLE_FUNCTIONS: ReadonlyMap<string, Judgement> = judged(
  ['pure', 'generate_series json_each json_tree range repeat repeat_row summary unnest'],
  ['chance', 'pg_timezone_names'],
  [
    'names',
    `duckdb_columns duckdb_constraints duckdb_coordinate_systems duckdb_dependencies duckdb_indexes duckdb_keywords
     duckdb_optimizers duckdb_schemas duckdb_secret_types duckdb_sequences duckdb_tables duckdb_types icu_calendar_names
     pragma_collations pragma_show pragma_table_info pragma_version`,
  ],
  [
    'files',
    `glob parquet_bloom_probe parquet_file_metadata parquet_full_metadata parquet_kv_metadata parquet_metadata parquet_scan
     parquet_schema read_blob read_csv read_csv_auto read_duckdb read_json read_json_auto read_json_objects
     read_json_objects_auto read_ndjson read_ndjson_auto read_ndjson_objects read_parquet read_text sniff_csv`,
  ],
  ['log', 'disable_logging duckdb_log_contexts duckdb_logs duckdb_logs_parsed enable_logging truncate_duckdb_logs'],
  [
    'texts',
    `duckdb_functions duckdb_prepared_statements duckdb_views histogram histogram_values json_execute_serialized_sql query
     query_table sql_auto_complete`,
  ],
  ['settings', 'duckdb_profiling_settings duckdb_settings duckdb_variables'],
  ['secrets', 'duckdb_secrets which_secret'],
  [
    'state',
    'check_peg_parser checkpoint disable_peg_parser disable_profiling enable_peg_parser enable_profiling force_checkpoint',
  ],
  [
    'process',
    `duckdb_approx_database_count duckdb_connection_count duckdb_databases duckdb_extensions duckdb_external_file_cache
     duckdb_memory duckdb_temporary_files pragma_database_size pragma_metadata_info pragma_platform pragma_user_agent`,
  ],
  ['statistics', 'duckdb_table_sample pragma_storage_info'],
  ['internal', 'arrow_scan arrow_scan_dumb seq_scan test_all_types test_vector_types'],
);

/** Judgements of the engine's own views. Those of `information_schema` have the schema in their key. */
export const SYSTEM_VIEWS: ReadonlyMap<string, Judgement> = judged(
  [
    'names',
    `information_schema.character_sets information_schema.columns information_schema.constraint_column_usage
     information_schema.constraint_table_usage information_schema.key_column_usage
     information_schema.referential_constraints information_schema.schemata information_schema.table_constraints
     information_schema.tables`,
  ],
  ['names', 'duckdb_columns duckdb_constraints duckdb_indexes duckdb_schemas duckdb_tables duckdb_types'],
  [
    'names',
    `pg_am pg_attribute pg_class pg_collation pg_constraint pg_database pg_depend pg_description pg_enum pg_index
     pg_namespace pg_proc pg_sequence pg_sequences pg_tables pg_tablespace pg_type`,
  ],
  ['log', 'duckdb_logs'],
  [
    'texts',
    `duckdb_views information_schema.check_constraints information_schema.views pg_attrdef pg_indexes
     pg_prepared_statements pg_views sqlite_master sqlite_schema sqlite_temp_master sqlite_temp_schema`,
  ],
  ['settings', 'pg_settings'],
  ['process', 'duckdb_databases pragma_database_list'],
);

/** Forms of `SHOW …` without a table that list only names; all others are refused. */
export const SHOWN_NAMES: ReadonlySet<string> = new Set([
  '"databases"',
  '"schemas"',
  '"tables"',
  '__show_tables_expanded',
]);

function judged(...groups: readonly (readonly [Judgement, string])[]): ReadonlyMap<string, Judgement> {
  return new Map(
    groups.flatMap(([judgement, names]) => words(names).map((name) => [name.toLowerCase(), judgement] as const)),
  );
}

function words(names: string): readonly string[] {
  return names.trim().split(/\s+/);
}
