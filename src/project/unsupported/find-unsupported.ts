import type { Location } from '../../location.ts';
import { didYouMean } from '../../nearest-name.ts';
import type { Mistake } from '../../user-error.ts';
import { BUILTIN_PACKAGE, type MacroLibrary } from '../context/macro-library.ts';
import { isPlainConstraint } from '../contract.ts';
import { hasHooks, isGrant, readOperations } from '../hooks.ts';
import { INCREMENTAL_STRATEGIES, incrementalStrategy, isIncremental } from '../incremental-settings.ts';
import type { LoadedSource } from '../load/load-source.ts';
import type { Package } from '../load/packages.ts';
import { isTableNode, type Node, type Test } from '../node.ts';
import type { UnresolvedNode } from '../refs/unresolved-node.ts';
import { SNAPSHOT_STRATEGIES, snapshotStrategy } from '../snapshots/snapshot-settings.ts';
import { UNSUPPORTED } from './features.ts';
import { findCalls } from './find-calls.ts';
import { sortUses, type Unsupported, type UnsupportedCode, type UnsupportedUse } from './unsupported.ts';

/** A name that a file gives something, and where. */
export interface Named {
  readonly name: string;
  readonly location: Location;
}

/** Contents of a project, as far as it could be read, without what is disabled. */
export interface ProjectContents {
  readonly packages: readonly [Package, ...Package[]];
  readonly library: MacroLibrary;
  /** Materializations that are written in macro folders. */
  readonly materializations: readonly Named[];
  readonly unitTests: readonly Named[];
  readonly sources: readonly LoadedSource[];
  readonly nodes: readonly UnresolvedNode[];
}

/** Every use of something that is not supported, in the order of the table. */
export function findUnsupported(contents: ProjectContents): Unsupported {
  const codes = Object.keys(UNSUPPORTED).filter(isCode);
  return sortUses(codes.flatMap((code) => FINDERS[code](contents).map((use) => ({ code, use }))));
}

function isCode(key: string): key is UnsupportedCode {
  return Object.hasOwn(UNSUPPORTED, key);
}

/** How each entry of the table is found in a project. */
const FINDERS: {
  readonly [code in UnsupportedCode]: (contents: ProjectContents) => readonly UnsupportedUse[];
} = {
  'python-models': (contents) => unbuiltThat(isPythonModel, contents),
  'unit-tests': ({ unitTests }) => unitTests.map(useOf),
  'grant-hooks': ({ nodes, packages }) => [
    ...nodes
      .map(({ node }) => node)
      .filter(hasGrant)
      .map(useOf),
    ...readOperations(packages)
      .filter(({ sql }) => isGrant(sql))
      .map(({ when, location }) => ({ subject: when, location })),
  ],
  'merge-clauses': (contents) => unbuiltThat(hasMergeClauses, contents),
  'incremental-predicates': (contents) => unbuiltThat(hasPredicates, contents),
  'incremental-strategies': ({ nodes }) =>
    nodes
      .filter(({ node }) => isIncremental(node))
      .flatMap(({ node }) => otherThan(INCREMENTAL_STRATEGIES, incrementalStrategy(node), node)),
  'snapshot-strategies': ({ nodes }) =>
    nodes
      .filter(({ node }) => node.resourceType === 'snapshot')
      .flatMap(({ node }) => otherThan(SNAPSHOT_STRATEGIES, snapshotStrategy(node) ?? 'check', node)),
  materializations: ({ nodes, materializations }) =>
    nodes
      .filter(({ node }) => node.resourceType === 'model' && !isPythonModel(node))
      .filter(({ node }) => isKnownMaterialization(node.config.materialized, materializations))
      .flatMap(({ node }) => otherThan([...MODEL_MATERIALIZATIONS, EXTERNAL], node.config.materialized, node)),
  'external-models': (contents) =>
    nodesThat(({ resourceType, config }) => resourceType === 'model' && config.materialized === EXTERNAL, contents),
  'own-materializations': ({ materializations, nodes }) =>
    materializations
      .filter(({ name }) => DBT_MATERIALIZATIONS.includes(name))
      .map((own) => ({ ...useOf(own), unproven: materializedAs(own.name, nodes) })),
  'build-macros': ({ library }) => macrosNamed(BUILD_MACRO, library),
  'snapshot-macros': ({ library, nodes }) =>
    nodes.some(({ node }) => node.resourceType === 'snapshot') ? macrosNamed(SNAPSHOT_MACRO, library) : [],
  'sql-sources': ({ sources }) => sources.filter(isSql).map(sourceUse),
  'stored-failures': (contents) => nodesThat((node) => node.resourceType === 'test' && storesFailures(node), contents),
  'other-constraints': ({ nodes }) => nodes.flatMap(({ node }) => otherConstraints(node)),
  metrics: ({ nodes, library }) => nodes.flatMap((node) => findCalls('metric', node, library)),
  functions: ({ nodes, library }) => nodes.flatMap((node) => findCalls('function', node, library)),
};

/** Whether dbt has a materialization, or the project writes it in Jinja. */
export function isKnownMaterialization(written: string, own: readonly Named[]): boolean {
  return [...MODEL_MATERIALIZATIONS, EXTERNAL, 'materialized_view', ...own.map(({ name }) => name)].includes(written);
}

/** The mistake of a model whose materialization there is not. */
export function unknownMaterialization({ name, location, config: { materialized } }: Node): Mistake {
  return {
    code: 'unknown-materialization',
    message: `'${materialized}' of ${name} is no materialization.${didYouMean(materialized, MODEL_MATERIALIZATIONS)}`,
    location,
    fix: "set materialized to 'view', 'table', 'incremental' or 'ephemeral'",
  };
}

/** dbt-duckdb: a model that is a file, and a view of it. */
const EXTERNAL = 'external';

/** The materializations of models that are built. */
const MODEL_MATERIALIZATIONS = ['view', 'table', 'incremental', 'ephemeral'];

/** A materialization of one of these names takes the place of dbt's, for every node that has it. */
const DBT_MATERIALIZATIONS = [...MODEL_MATERIALIZATIONS, 'seed', 'snapshot', 'test'];

/** Unique ids of the nodes that a materialization makes. A test makes no table. */
function materializedAs(name: string, nodes: ProjectContents['nodes']): readonly string[] {
  return nodes
    .filter(({ node }) => isTableNode(node))
    .filter(({ node }) => (node.resourceType === 'model' ? node.config.materialized : node.resourceType) === name)
    .map(({ node }) => node.uniqueId);
}

/** dbt builds views, tables, seeds and tests with these macros; a project's own could write anything. */
const BUILD_MACRO =
  /^(?:default__|duckdb__)?(?:create_(?:table|view)_as|get_create_(?:table|view)_as_sql|create_csv_table|load_csv_rows|get_(?:merge|delete_insert_merge|insert_overwrite_merge|incremental_(?:default|append|delete_insert|merge|insert_overwrite|microbatch))_sql|run_hooks|apply_grants|persist_docs|create_schema|create_indexes|drop_relation|rename_relation|truncate_relation|get_test_sql)$/;

/** dbt builds snapshots with these macros; a project's own would make other tables than the proven ones. */
const SNAPSHOT_MACRO =
  /^(?:default__|duckdb__)?(?:snapshot_\w+_strategy|strategy_dispatch|snapshot_hash_arguments|snapshot_get_time|snapshot_staging_table|build_snapshot_\w+|snapshot_merge_sql|snapshot_check_all_get_existing_columns)$/;

function useOf({ name, location }: Named): UnsupportedUse {
  return { subject: name, location };
}

function sourceUse({ source: { uniqueId, sourceName, name, location } }: LoadedSource): UnsupportedUse {
  return { subject: `source('${sourceName}', '${name}')`, location, unproven: [uniqueId] };
}

function nodesThat(claim: (node: Node) => boolean, { nodes }: ProjectContents): readonly UnsupportedUse[] {
  return nodes
    .map(({ node }) => node)
    .filter(claim)
    .map(useOf);
}

/** Nodes that are not as the project means them without it, and so are not built. */
function unbuiltThat(claim: (node: Node) => boolean, { nodes }: ProjectContents): readonly UnsupportedUse[] {
  return nodes
    .map(({ node }) => node)
    .filter(claim)
    .map((node) => ({ ...useOf(node), unbuilt: node.uniqueId }));
}

function isPythonModel({ resourceType, originalFilePath }: Node): boolean {
  return resourceType === 'model' && originalFilePath.endsWith('.py');
}

function otherThan(supported: readonly string[], written: string, node: Node): readonly UnsupportedUse[] {
  if (supported.includes(written)) return [];
  const hint = didYouMean(written, supported);
  return [{ subject: `'${written}' of ${node.name}`, location: node.location, hint, unbuilt: node.uniqueId }];
}

/** DuckDB has no users, and so no rights. */
function hasGrant(node: Node): boolean {
  return hasHooks(node) && [...node.config.preHook, ...node.config.postHook].some(({ sql }) => isGrant(sql));
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
