/** A feature of dbt that this version of Fenceline does not support. Texts are Markdown on one line. */
interface Feature {
  /** Name of the feature, a plural, as in "… are not supported". */
  readonly what: string;
  /** The place in a project where the feature is used, with an example. */
  readonly found: string;
  /**
   * The effect on a project that uses the feature. `leave-out`: the use is skipped and counted. `unknown`: the same, and the
   * nodes that depend on it are unknown. `unfollowed`: it is built, and is unknown.
   */
  readonly effect: 'leave-out' | 'unknown' | 'unfollowed';
  /** Name of one use, a singular, for the count "1 …". */
  readonly one?: string;
  /** One sentence that says what to do. It leads to no other entry of this table. */
  readonly fix: string;
}

/**
 * Features of dbt that are not supported, by the code of their mistake. Every command looks for all of them while it loads
 * the project, so that no command starts where another would refuse; `find-unsupported.ts` has the finder of each entry.
 * `scripts/docs.mjs` writes the table into docs/limits.md.
 */
export const UNSUPPORTED = {
  'python-models': {
    what: 'Python models',
    found: 'a `.py` file below `model-paths`: `models/churn.py`',
    effect: 'unknown',
    one: 'Python model',
    fix: 'write the model as SQL, or disable it with +enabled: false in dbt_project.yml',
  },
  'grant-hooks': {
    what: 'rights that a hook grants',
    found: '`grant` or `revoke` in a hook: `on-run-end: ["grant select on orders to reporter"]`; DuckDB has no users',
    effect: 'leave-out',
    one: 'hook that grants rights',
    fix: 'remove the hook',
  },
  'merge-clauses': {
    what: 'merge clauses of your own',
    found: '`merge_clauses`, `merge_on_using_columns` or `merge_returning_columns` of an incremental model',
    effect: 'unknown',
    one: 'merge clause',
    fix: 'remove the clause: the strategy merge then updates and inserts rows by unique_key',
  },
  'own-strategies': {
    what: 'incremental strategies of the project',
    found: '`incremental_strategy` of an incremental model, with a macro of its name: `get_incremental_mine_sql`',
    effect: 'unfollowed',
    fix: "set incremental_strategy to 'delete+insert', 'append' or 'merge'",
  },
  'incremental-strategies': {
    what: "incremental strategies other than 'delete+insert', 'append', 'merge' and those of the project",
    found: '`incremental_strategy` of an incremental model: `microbatch`',
    effect: 'unknown',
    one: 'incremental strategy',
    fix: "set incremental_strategy to 'delete+insert', 'append' or 'merge'",
  },
  'snapshot-strategies': {
    what: "snapshot strategies other than 'timestamp' and 'check'",
    found: '`strategy` of a snapshot',
    effect: 'unknown',
    one: 'snapshot strategy',
    fix: "set strategy to 'timestamp' with updated_at, or to 'check' with check_cols",
  },
  materializations: {
    what: "materializations other than 'view', 'table', 'incremental', 'ephemeral' and 'external'",
    found: '`materialized` of a model: `materialized_view`, `table_function`, or one that is written in Jinja',
    effect: 'unknown',
    one: 'materialization',
    fix: "set materialized to 'view', 'table', 'incremental' or 'ephemeral'",
  },
  'other-databases': {
    what: 'tables in attached databases',
    found: "`database` of a model, seed, snapshot or test: `database='lake'`, an alias under `attach:` of the profile",
    effect: 'unknown',
    one: 'table in an attached database',
    fix: 'remove the configuration database, so that the table is in the warehouse of the target',
  },
  'external-models': {
    what: 'files of external models on another machine, outside of the project, or with other options of COPY',
    found: "`location` or `options` of a model with `materialized: external`: `location='s3://bucket/orders.parquet'`",
    effect: 'leave-out',
    one: 'file of an external model',
    fix: 'write a location below the project folder, without options that docs/configuration.md does not list',
  },
  'external-sources': {
    what: 'sources over the file of an external model',
    found: "`external_location` of a source that a model with `materialized: external` writes: `'out/orders.parquet'`",
    effect: 'unknown',
    one: 'source over the file of an external model',
    fix: 'put ref() of the model in its place, so that the marks of its inputs go along',
  },
  'own-materializations': {
    what: 'materializations in the place of those of dbt',
    found: '`{% materialization table, adapter="duckdb" %}` in a macro folder',
    effect: 'unknown',
    one: 'materialization in the place of one of dbt',
    fix: 'remove the materialization',
  },
  'build-macros': {
    what: 'macros in the place of those that dbt builds with',
    found: 'a macro with the name of such a one: `duckdb__create_table_as`, `get_merge_sql`, `run_hooks`',
    effect: 'unknown',
    one: 'macro in the place of one that dbt builds with',
    fix: 'remove the macro, or give it another name',
  },
  'snapshot-macros': {
    what: 'macros in the place of those that dbt builds snapshots with',
    found: 'a macro with the name of such a one in a project with snapshots: `snapshot_merge_sql`',
    effect: 'unknown',
    one: 'macro in the place of one that dbt builds snapshots with',
    fix: 'remove the macro, or give it another name',
  },
  'sql-sources': {
    what: 'sources that are SQL',
    found: '`external_location` of a source that is a query: `(select * from read_csv(...))`',
    effect: 'unknown',
    one: 'source that is SQL',
    fix: 'write one path, or one call of a function that reads files: read_csv(...)',
  },
  'other-constraints': {
    what: 'foreign keys, constraints of type custom, and words behind other constraints than check',
    found:
      '`constraints` of a model with an enforced contract: `{type: foreign_key, to: ref("people"), to_columns: [id]}`',
    effect: 'unknown',
    one: 'constraint',
    fix: 'remove the constraint, or put a test in its place, such as relationships',
  },
  metrics: {
    what: 'metrics',
    found: "`metric('x')` in a template, or in `depends_on` of an exposure",
    effect: 'unknown',
    one: 'use of metric()',
    fix: 'remove the call',
  },
  functions: {
    what: 'functions as resources',
    found: "`function('x')` in a template",
    effect: 'unknown',
    one: 'use of function()',
    fix: 'remove the call',
  },
  'missing-packages': {
    what: 'models and tests that need a package which is not installed',
    found:
      'a macro, test, model or source of a package of `packages.yml` that is not in `dbt_packages/`: `dbt_utils.star()`. Commands of dbt, such as build and test, stop there, as in dbt',
    effect: 'unknown',
    one: 'resource that needs a missing package',
    fix: 'put the packages into dbt_packages/ with fenceline deps',
  },
} as const satisfies { readonly [code: string]: Feature };
