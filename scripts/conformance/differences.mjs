/**
 * The named reasons for which a build may differ from a golden, and where each holds: the rules `same-day` and `sum-order`
 * are found by themselves. docs/conformance.md is written from this table.
 *
 * @typedef {object} Rule
 * @property {string} why
 * @property {readonly { readonly project: string, readonly what: 'text' | 'status' | 'table', readonly name: RegExp }[]} found
 */

/** @type {{ readonly [name: string]: Rule }} */
export const RULES = {
  'same-day': {
    why: 'The text or the rows depend on the day of the run. A run of dbt on the same day gives what Fenceline gives.',
    found: [],
  },
  withheld: {
    why: 'The template reads rows of a table, so that values may stand in its SQL. It is built, and its SQL is written nowhere. The same holds for the number of a test whose `fail_calc` may be a value.',
    found: [{ project: 'dbt_utils_it', what: 'text', name: /\.test_equal_column_subset$/ }],
  },
  clock: {
    why: 'The rows, or a text made from them, hold the time of the run, or of the moment in which they are read.',
    found: [
      { project: 'dbt-duckdb-analytics-kit', what: 'table', name: /^snapshots\./ },
      { project: 'dbt_utils_it', what: 'table', name: /^main\.recency_time_included$/ },
      { project: 'audit_helper_it', what: 'table', name: /^main\.unit_test_model_[ab]$/ },
      {
        project: 'evaluator_it',
        what: 'table',
        name: /^main\.(fct_documentation_coverage|fct_test_coverage|all_days)$/,
      },
      { project: 'audit_helper_it', what: 'text', name: /\.compare_and_classify_query_results$/ },
    ],
  },
  'left-out': {
    why: 'It is left out by name: a Python model.',
    found: [
      { project: 'bouncer', what: 'text', name: /\.py_order_stats$/ },
      { project: 'bouncer', what: 'status', name: /\.py_order_stats$/ },
    ],
  },
  hook: {
    why: 'dbt counts a failing hook of the run as one failure and keeps its text; Fenceline shows its place.',
    found: [
      { project: 'bouncer', what: 'text', name: /^operation\./ },
      { project: 'bouncer', what: 'status', name: /^operation\./ },
    ],
  },
  'set-order': {
    why: 'The text lists the members of a Python set, whose order is another in each run of dbt.',
    found: [{ project: 'evaluator_it', what: 'text', name: /\.int_all_graph_resources$/ }],
  },
  chance: {
    why: 'The rows hold random numbers, and the test judges these.',
    found: [
      { project: 'dbt_expectations_it', what: 'table', name: /\.timeseries_/ },
      { project: 'dbt_expectations_it', what: 'status', name: /_moving_stdevs_timeseries_/ },
    ],
  },
  'sum-order': {
    why: 'DuckDB adds floating-point numbers in the order its threads deliver them. The rows are equal to nine digits.',
    found: [],
  },
};

/**
 * @param {string} project
 * @param {import('./compare.mjs').Difference} difference
 * @returns {string | undefined} the name of the rule
 */
export function ruleOf(project, { what, name, rule }) {
  const named = Object.entries(RULES).find(([, { found }]) =>
    found.some((place) => place.project === project && place.what === what && place.name.test(name)),
  );
  return rule ?? named?.[0];
}
