import type { Location } from '../../location.ts';
import { didYouMean } from '../../nearest-name.ts';
import type { Mistake } from '../../user-error.ts';
import { BUILTIN_PACKAGE, type MacroLibrary } from '../context/macro-library.ts';
import { isPlainConstraint } from '../contract.ts';
import { isEphemeral } from '../ephemeral.ts';
import { INCREMENTAL_STRATEGIES, incrementalStrategy, isIncremental } from '../incremental-settings.ts';
import type { LoadedSource } from '../load/load-source.ts';
import type { Package } from '../load/packages.ts';
import { isQueryNode, isTableNode, type Node, type Test } from '../node.ts';
import type { UnresolvedNode } from '../refs/unresolved-node.ts';
import { SNAPSHOT_STRATEGIES, snapshotStrategy } from '../snapshots/snapshot-settings.ts';
import { UNSUPPORTED } from './features.ts';
import { findCalls } from './find-calls.ts';
import { type UnsupportedCode, type UnsupportedUse, unsupported } from './unsupported.ts';

/** A name that a file gives something, and where. */
export interface Named {
  readonly name: string;
  readonly location: Location;
}

/** What a project holds, as far as it could be read, without what is disabled. */
export interface ProjectContents {
  readonly packages: readonly Package[];
  readonly library: MacroLibrary;
  /** Materializations that are written in macro folders. */
  readonly materializations: readonly Named[];
  readonly pythonModels: readonly Named[];
  readonly unitTests: readonly Named[];
  readonly defaultSelectors: readonly Named[];
  readonly sources: readonly LoadedSource[];
  readonly nodes: readonly UnresolvedNode[];
}

/** One mistake for each use of something that is not supported, in the order of the table. */
export function findUnsupported(contents: ProjectContents): readonly Mistake[] {
  return Object.keys(UNSUPPORTED)
    .filter(isCode)
    .flatMap((code) => FINDERS[code](contents).map((use) => unsupported(code, use)));
}

function isCode(key: string): key is UnsupportedCode {
  return Object.hasOwn(UNSUPPORTED, key);
}

/** How each entry of the table is found in a project. */
const FINDERS: {
  readonly [code in UnsupportedCode]: (contents: ProjectContents) => readonly UnsupportedUse[];
} = {
  'python-models': ({ pythonModels }) => pythonModels.map(useOf),
  'unit-tests': ({ unitTests }) => unitTests.map(useOf),
  hooks: (contents) => nodesThat(hasHooks, contents),
  'run-hooks': ({ packages }) => packages.flatMap(runHooksOf),
  'sql-headers': (contents) => nodesThat(hasSqlHeader, contents),
  'merge-clauses': (contents) => nodesThat(hasMergeClauses, contents),
  'incremental-predicates': (contents) => nodesThat(hasPredicates, contents),
  'incremental-strategies': ({ nodes }) =>
    nodes
      .filter(({ node }) => isIncremental(node))
      .flatMap(({ node }) => otherThan(INCREMENTAL_STRATEGIES, incrementalStrategy(node), node)),
  'snapshot-strategies': ({ nodes }) =>
    nodes
      .filter(({ node }) => node.resourceType === 'snapshot')
      .flatMap(({ node }) => otherThan(SNAPSHOT_STRATEGIES, snapshotStrategy(node) ?? 'check', node)),
  materializations: ({ nodes }) =>
    nodes
      .filter(({ node }) => node.resourceType === 'model')
      .flatMap(({ node }) => otherThan(MODEL_MATERIALIZATIONS, node.config.materialized, node)),
  'own-materializations': ({ materializations }) =>
    materializations.filter(({ name }) => DBT_MATERIALIZATIONS.includes(name)).map(useOf),
  'build-macros': ({ library }) => macrosNamed(BUILD_MACRO, library),
  'snapshot-macros': ({ library, nodes }) =>
    nodes.some(({ node }) => node.resourceType === 'snapshot') ? macrosNamed(SNAPSHOT_MACRO, library) : [],
  'default-selectors': ({ defaultSelectors }) => defaultSelectors.map(useOf),
  'sql-sources': ({ sources }) => sources.filter(isSql).map(sourceUse),
  'stored-failures': (contents) => nodesThat((node) => node.resourceType === 'test' && storesFailures(node), contents),
  'other-constraints': ({ nodes }) => nodes.flatMap(({ node }) => otherConstraints(node)),
  metrics: ({ nodes, library }) => nodes.flatMap((node) => findCalls('metric', node, library)),
  functions: ({ nodes, library }) => nodes.flatMap((node) => findCalls('function', node, library)),
};

/** The materializations of models that are built. */
const MODEL_MATERIALIZATIONS = ['view', 'table', 'incremental', 'ephemeral'];

/** A materialization of one of these names takes the place of dbt's, for every node that has it. */
const DBT_MATERIALIZATIONS = [...MODEL_MATERIALIZATIONS, 'seed', 'snapshot', 'test'];

/** dbt builds views, tables, seeds and tests with these macros; a project's own could write anything. */
const BUILD_MACRO =
  /^(?:default__|duckdb__)?(?:create_(?:table|view)_as|get_create_(?:table|view)_as_sql|create_csv_table|load_csv_rows|get_(?:merge|delete_insert_merge|insert_overwrite_merge|incremental_\w+)_sql|run_hooks|apply_grants|persist_docs|create_schema|create_indexes|drop_relation|rename_relation|truncate_relation|get_test_sql)$/;

/** dbt builds snapshots with these macros; a project's own would make other tables than the proven ones. */
const SNAPSHOT_MACRO =
  /^(?:default__|duckdb__)?(?:snapshot_\w+_strategy|strategy_dispatch|snapshot_hash_arguments|snapshot_get_time|snapshot_staging_table|build_snapshot_\w+|snapshot_merge_sql|snapshot_check_all_get_existing_columns)$/;

function useOf({ name, location }: Named): UnsupportedUse {
  return { subject: name, location };
}

function sourceUse({ source: { sourceName, name, location } }: LoadedSource): UnsupportedUse {
  return { subject: `source('${sourceName}', '${name}')`, location };
}

function nodesThat(claim: (node: Node) => boolean, { nodes }: ProjectContents): readonly UnsupportedUse[] {
  return nodes
    .map(({ node }) => node)
    .filter(claim)
    .map(useOf);
}

function otherThan(supported: readonly string[], written: string, node: Node): readonly UnsupportedUse[] {
  if (supported.includes(written)) return [];
  const hint = didYouMean(written, supported);
  return [{ subject: `'${written}' of ${node.name}`, location: node.location, hint }];
}

/** dbt runs hooks around what it builds: a test has none, and an ephemeral model is only a part of other queries. */
function hasHooks(node: Node): boolean {
  const { preHook, postHook } = node.config;
  return isTableNode(node) && !isEphemeral(node) && preHook.length + postHook.length > 0;
}

function runHooksOf({ config: { onRunStart, onRunEnd, locate } }: Package): readonly UnsupportedUse[] {
  return [...(onRunStart.length > 0 ? ['on-run-start'] : []), ...(onRunEnd.length > 0 ? ['on-run-end'] : [])].map(
    (key) => ({ subject: key, location: locate([key], 'key') }),
  );
}

/** dbt puts `sql_header` before the statement of a view or table that it makes of a query. */
function hasSqlHeader(node: Node): boolean {
  return isQueryNode(node) && !isEphemeral(node) && hasKey(node, 'sql_header');
}

/** dbt-duckdb puts SQL of the project into its MERGE. */
function hasMergeClauses(node: Node): boolean {
  return isIncremental(node) && MERGE_CLAUSES.some((key) => hasKey(node, key));
}

const MERGE_CLAUSES = [
  'merge_clauses',
  'merge_update_condition',
  'merge_insert_condition',
  'merge_update_set_expressions',
  'merge_on_using_columns',
  'merge_returning_columns',
];

function hasPredicates(node: Node): boolean {
  return isIncremental(node) && (hasKey(node, 'incremental_predicates') || hasKey(node, 'predicates'));
}

function hasKey({ config }: Node, key: string): boolean {
  return (config.other[key] ?? '') !== '';
}

/** A foreign key would keep the table it names from being built anew; the words of the others go into SQL as they are. */
function otherConstraints(node: Node): readonly UnsupportedUse[] {
  if (node.resourceType !== 'model') return [];
  const constraints = node.contract?.constraints ?? [];
  return constraints
    .filter((constraint) => !isPlainConstraint(constraint))
    .map(({ type, location }) => ({ subject: `${type} of ${node.name}`, location }));
}

function isSql({ source: { file } }: LoadedSource): boolean {
  return file?.kind === 'sql';
}

/** dbt: TestConfig; `store_failures_as` counts before `store_failures`. */
function storesFailures({ config }: Test): boolean {
  const as = config.other['store_failures_as'] ?? undefined;
  return as === undefined ? config.storeFailures : as !== 'ephemeral';
}

function macrosNamed(pattern: RegExp, { all }: MacroLibrary): readonly UnsupportedUse[] {
  return all.filter(({ packageName, name }) => packageName !== BUILTIN_PACKAGE && pattern.test(name)).map(useOf);
}
