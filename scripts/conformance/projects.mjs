/**
 * How a public project was run for its golden: dbt's commands in their order, and what it needs beside its repository.
 * A project with a profile of its own for DuckDB has no `profile`.
 *
 * @typedef {{
 *   readonly steps: readonly (readonly string[])[],
 *   readonly profile?: string,
 *   readonly subfolder?: string,
 *   readonly tables?: { readonly schema: string, readonly folder: string, readonly files: { readonly [table: string]: string } },
 *   readonly files?: { readonly [path: string]: string },
 * }} ConformanceProject
 */

/** @type {{ readonly [name: string]: ConformanceProject }} */
export const PROJECTS = {
  jsd: { steps: [['build']] },
  'jaffle-shop-classic': { steps: [['build']], profile: 'jaffle_shop' },
  jaffle_shop: {
    steps: [
      ['seed', '--vars', 'load_source_data: true'],
      ['build', '--vars', 'load_source_data: true'],
    ],
    profile: 'default',
  },
  olist: {
    steps: [['build']],
    profile: 'olist_dbt',
    tables: {
      schema: 'raw',
      folder: 'data_sample',
      files: {
        orders: 'olist_orders_dataset.csv',
        order_items: 'olist_order_items_dataset.csv',
        order_payments: 'olist_order_payments_dataset.csv',
        customers: 'olist_customers_dataset.csv',
        sellers: 'olist_sellers_dataset.csv',
        products: 'olist_products_dataset.csv',
        reviews: 'olist_order_reviews_dataset.csv',
        geolocation: 'olist_geolocation_dataset.csv',
      },
    },
  },
  'dbt-duckdb-analytics-kit': { steps: [['build']], profile: 'dbt_duckdb_analytics_kit' },
  dbt_date_it: { steps: [['build']] },
  dbt_expectations_it: { steps: [['build']], profile: 'integration_tests' },
  dbt_utils_it: { steps: [['build']], profile: 'integration_tests' },
  audit_helper_it: { steps: [['build']], profile: 'integration_tests' },
  evaluator_it: { steps: [['build']], profile: 'integration_tests' },
  bouncer: { steps: [['build']], subfolder: 'dbt_project' },
  synthea: { steps: [['seed'], ['build']], profile: 'synthea_omop_etl' },
  tuva_it: {
    steps: [
      ['compile', '--exclude', 'package:elementary'],
      ['seed', '--exclude', 'package:elementary'],
      ['build', '--resource-type', 'model', '--exclude', 'package:elementary'],
    ],
    profile: 'default',
    files: {
      'macros/duckdb_load_seed.sql':
        '{% macro duckdb__load_seed(uri,pattern,compression,headers,null_marker) %}{% endmacro %}\n',
    },
  },
};
