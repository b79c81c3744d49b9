import type { Location } from '../../location.ts';
import { sameName } from '../../name.ts';
import { didYouMean } from '../../nearest-name.ts';
import type { Mistake } from '../../user-error.ts';
import { BUILTIN_PACKAGE, type MacroLibrary } from '../context/macro-library.ts';
import { isPlainConstraint } from '../contract.ts';
import { isEphemeral } from '../ephemeral.ts';
import { type ExternalFile, isExternal } from '../external/external-file.ts';
import { readsExternal } from '../external/reads-external.ts';
import { hasHooks, isGrant, readOperations } from '../hooks.ts';
import { INCREMENTAL_STRATEGIES, incrementalStrategy, isIncremental, strategyMacro } from '../incremental-settings.ts';
import type { LoadedSource } from '../load/load-source.ts';
import type { Package } from '../load/packages.ts';
import { isTableNode, type Node, type Source } from '../node.ts';
import type { Target } from '../project.ts';
import type { UnresolvedNode } from '../refs/unresolved-node.ts';
import { SNAPSHOT_STRATEGIES, snapshotStrategy } from '../snapshots/snapshot-settings.ts';
import { UNSUPPORTED } from './features.ts';
import { findCalls } from './find-calls.ts';
import {
  type FoundUse,
  needsPackage,
  sortUses,
  type Unsupported,
  type UnsupportedCode,
  type UnsupportedUse,
} from './unsupported.ts';

/** A resource or block of a file: its name and its place. */
export interface Named {
  readonly name: string;
  readonly location: Location;
}

/** The enabled resources of a project and its macros, as far as its files could be read. */
export interface ProjectContents {
  readonly packages: readonly [Package, ...Package[]];
  readonly library: MacroLibrary;
  /** `{% materialization … %}` blocks in macro folders. */
  readonly materializations: readonly Named[];
  readonly sources: readonly LoadedSource[];
  readonly nodes: readonly UnresolvedNode[];
  /** The files of external models that are written, by unique id. */
  readonly externalFiles: ReadonlyMap<string, ExternalFile>;
  /** All sources, also the files that SQL of the project reads itself. */
  readonly readSources: readonly Source[];
  /** Absolute path of the project folder. */
  readonly directory: string;
  readonly target: Pick<Target, 'database'>;
  /** Uses that were found while the files were read, those of nodes excepted. */
  readonly found: readonly FoundUse[];
  /** Whether packages of the project are not installed. */
  readonly lacksPackages: boolean;
}

/** Finds each use of a feature that is not supported, in the order of the table `UNSUPPORTED`. */
export function findUnsupported(contents: ProjectContents): Unsupported {
  const codes = Object.keys(UNSUPPORTED).filter(isCode);
  return sortUses(codes.flatMap((code) => FINDERS[code](contents).map((use) => ({ code, use }))));
}

function isCode(key: string): key is UnsupportedCode {
  return Object.hasOwn(UNSUPPORTED, key);
}

/** The function that finds the uses of each feature in a project. */
const FINDERS: {
  readonly [code in UnsupportedCode]: (contents: ProjectContents) => readonly UnsupportedUse[];
} = {
  'python-models': (contents) => unbuiltThat(isPythonModel, contents),
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
  'own-strategies': ({ nodes, library }) =>
    nodes
      .map(({ node }) => node)
      .filter((node) => hasOwnStrategy(node, { library }))
      .map((node) => ({ ...useOf(node), unproven: [node.uniqueId] })),
  'incremental-strategies': ({ nodes, library }) =>
    nodes
      .filter(({ node }) => isIncremental(node) && !hasOwnStrategy(node, { library }))
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
  'other-databases': (contents) =>
    unbuiltThat((node) => needsPlace(node) && !sameName(node.database, contents.target.database), contents),
  'external-models': (contents) =>
    nodesThat((node) => isExternal(node) && !contents.externalFiles.has(node.uniqueId), contents),
  'external-sources': ({ readSources, externalFiles, directory }) =>
    readSources
      .filter((source) => readsExternal(source, externalFiles, directory))
      .map((source) => sourceUse({ source })),
  'own-materializations': ({ materializations, nodes }) =>
    materializations
      .filter(({ name }) => DBT_MATERIALIZATIONS.includes(name))
      .map((own) => ({ ...useOf(own), unproven: materializedAs(own.name, nodes) })),
  'build-macros': ({ library, nodes }) => {
    const grants = library.all.filter(grantsNothing).map(({ location }) => location);
    // All nodes with a table are unknown: dbt may call the macro for each of them, and it may write rows into the table.
    const unproven = nodes.filter(({ node }) => isTableNode(node)).map(({ node }) => node.uniqueId);
    return macrosNamed(BUILD_MACRO, library)
      .filter(({ location }) => !grants.includes(location))
      .map((use) => ({ ...use, unproven }));
  },
  'snapshot-macros': ({ library, nodes }) => {
    const unproven = nodes.filter(({ node }) => node.resourceType === 'snapshot').map(({ node }) => node.uniqueId);
    return unproven.length === 0 ? [] : macrosNamed(SNAPSHOT_MACRO, library).map((use) => ({ ...use, unproven }));
  },
  'sql-sources': ({ sources }) => sources.filter(isSql).map(sourceUse),
  'other-constraints': ({ nodes }) => nodes.flatMap(({ node }) => otherConstraints(node)),
  metrics: (contents) => callsOf('metric', 'metrics', contents),
  functions: (contents) => callsOf('function', 'functions', contents),
  'missing-packages': (contents) => [...foundUses('missing-packages', contents), ...lostMaterializations(contents)],
};

/** Uses of a feature that were found while the files were read; one of a node means that the node is not built. */
function foundUses(code: UnsupportedCode, { found, nodes }: ProjectContents): readonly UnsupportedUse[] {
  const ofNodes = nodes.flatMap(({ node, unsupported = [] }) =>
    unsupported.map((use) => ({ ...use, unbuilt: node.uniqueId })),
  );
  return [...found, ...ofNodes].filter((use) => use.code === code);
}

/** Calls of a function in templates, also in branches that are not rendered while the project is loaded. */
function callsOf(name: string, code: UnsupportedCode, contents: ProjectContents): readonly UnsupportedUse[] {
  const { nodes, library } = contents;
  const uses = [
    ...nodes.flatMap((node) => findCalls(name, node, library).map((use) => ({ ...use, unbuilt: node.node.uniqueId }))),
    ...foundUses(code, contents),
  ];
  const key = ({ subject, location: { file, line, column } }: UnsupportedUse) =>
    JSON.stringify([subject, file, line, column]);
  return [...new Map(uses.map((use) => [key(use), use])).values()];
}

/** Models whose materialization nobody here has: a package that is not installed may have it. */
function lostMaterializations({ nodes, materializations, lacksPackages }: ProjectContents): readonly UnsupportedUse[] {
  if (!lacksPackages) return [];
  return nodes
    .map(({ node }) => node)
    .filter((node) => node.resourceType === 'model' && !isPythonModel(node))
    .filter(({ config: { materialized } }) => !isKnownMaterialization(materialized, materializations))
    .map((node) => ({
      ...useOf(node),
      unbuilt: node.uniqueId,
      reason: needsPackage(`'${node.config.materialized}' of ${node.name} is no materialization`),
    }));
}

/** Whether a materialization exists: dbt has it, or the project defines it in Jinja. */
export function isKnownMaterialization(written: string, own: readonly Named[]): boolean {
  return [
    ...MODEL_MATERIALIZATIONS,
    EXTERNAL,
    'materialized_view',
    'table_function',
    ...own.map(({ name }) => name),
  ].includes(written);
}

/** The mistake of a model whose materialization does not exist. */
export function unknownMaterialization({ name, location, config: { materialized } }: Node): Mistake {
  return {
    code: 'unknown-materialization',
    message: `'${materialized}' of ${name} is no materialization.${didYouMean(materialized, MODEL_MATERIALIZATIONS)}`,
    location,
    fix: "set materialized to 'view', 'table', 'incremental' or 'ephemeral'",
  };
}

/** Whether a build makes a table or view for a node. */
function needsPlace(node: Node): boolean {
  return isTableNode(node) ? !isEphemeral(node) : node.config.storedAs !== undefined;
}

/** The materialization of dbt-duckdb that writes a file, and makes a view of it. */
const EXTERNAL = 'external';

/** The supported materializations of models. */
const MODEL_MATERIALIZATIONS = ['view', 'table', 'incremental', 'ephemeral'];

/** Names of dbt's materializations. One of the project with such a name replaces dbt's for all nodes that use it. */
const DBT_MATERIALIZATIONS = [...MODEL_MATERIALIZATIONS, 'seed', 'snapshot', 'test'];

/** Unique ids of the nodes that use a materialization, without tests, which make no table. */
function materializedAs(name: string, nodes: ProjectContents['nodes']): readonly string[] {
  return nodes
    .filter(({ node }) => isTableNode(node))
    .filter(({ node }) => (node.resourceType === 'model' ? node.config.materialized : node.resourceType) === name)
    .map(({ node }) => node.uniqueId);
}

/** Matches the macros by which dbt builds views, tables, seeds and tests. One of the project could write any rows. */
const BUILD_MACRO =
  /^(?:default__|duckdb__)?(?:create_(?:table|view)_as|get_create_(?:table|view)_as_sql|create_csv_table|load_csv_rows|get_(?:merge|delete_insert_merge|insert_overwrite_merge|incremental_(?:default|append|delete_insert|merge|insert_overwrite|microbatch))_sql|run_hooks|apply_grants|persist_docs|create_schema|create_indexes|drop_relation|rename_relation|truncate_relation|get_test_sql)$/;

/** Matches the macros by which dbt builds snapshots. One of the project could make another table than the proven one. */
const SNAPSHOT_MACRO =
  /^(?:default__|duckdb__)?(?:snapshot_\w+_strategy|strategy_dispatch|snapshot_hash_arguments|snapshot_get_time|snapshot_staging_table|build_snapshot_\w+|snapshot_merge_sql|snapshot_check_all_get_existing_columns)$/;

function useOf({ name, location }: Named): UnsupportedUse {
  return { subject: name, location };
}

function sourceUse({ source: { uniqueId, sourceName, name, location } }: Pick<LoadedSource, 'source'>): UnsupportedUse {
  return { subject: `source('${sourceName}', '${name}')`, location, unproven: [uniqueId] };
}

function nodesThat(claim: (node: Node) => boolean, { nodes }: ProjectContents): readonly UnsupportedUse[] {
  return nodes
    .map(({ node }) => node)
    .filter(claim)
    .map(useOf);
}

/** Uses of a feature by nodes that would have other rows without it. Such nodes are not built. */
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

/** Whether a hook of a node grants rights: DuckDB has no users, and so no rights. */
function hasGrant(node: Node): boolean {
  return hasHooks(node) && [...node.config.preHook, ...node.config.postHook].some(({ sql }) => isGrant(sql));
}

/** Whether a model has SQL of its own for the MERGE of dbt-duckdb. */
function hasMergeClauses(node: Node): boolean {
  return isIncremental(node) && MERGE_CLAUSES.some((key) => hasKey(node, key));
}

const MERGE_CLAUSES = ['merge_clauses', 'merge_on_using_columns', 'merge_returning_columns'];

/** Whether the incremental strategy of a node is the project's own. A macro that replaces one of dbt's is in `build-macros`. */
function hasOwnStrategy(node: Node, { library }: Pick<ProjectContents, 'library'>): boolean {
  if (!isIncremental(node) || [...INCREMENTAL_STRATEGIES, 'microbatch'].includes(incrementalStrategy(node)))
    return false;
  return (
    /^[\w+]+$/.test(incrementalStrategy(node)) && library.find(strategyMacro(node), node.packageName) !== undefined
  );
}

function hasKey({ config }: Node, key: string): boolean {
  return (config.other[key] ?? '') !== '';
}

/**
 * Uses of unsupported constraints, which the table does not get. A foreign key would block a new build of the table it
 * names; others hold raw SQL of the project.
 */
function otherConstraints(node: Node): readonly UnsupportedUse[] {
  if (node.resourceType !== 'model') return [];
  const constraints = node.contract?.constraints ?? [];
  return constraints
    .filter((constraint) => !isPlainConstraint(constraint))
    .map(({ type, location }) => ({
      subject: `${type} of ${node.name}`,
      location,
      // A foreign key changes no row. Any other word may: it can make a column of its own, or another order of texts.
      ...(type !== 'foreign_key' && { unproven: [node.uniqueId] }),
    }));
}

function isSql({ source: { file } }: LoadedSource): boolean {
  return file?.kind === 'sql';
}

/**
 * Whether a macro in the place of `apply_grants` runs no statement itself. It is not called, since DuckDB has no rights to
 * grant.
 */
function grantsNothing({ name, rawCode }: MacroLibrary['all'][number]): boolean {
  if (!/^(?:default__|duckdb__)?apply_grants$/.test(name)) return false;
  const code = rawCode.replaceAll(/\{#[\s\S]*?#\}/g, '');
  const dispatched = code.replaceAll(/adapter\.dispatch\(\s*["']apply_grants["']/g, '');
  return !/run_query|statement|adapter|execute|call_|hooks/.test(dispatched);
}

function macrosNamed(pattern: RegExp, { all }: MacroLibrary): readonly UnsupportedUse[] {
  return all.filter(({ packageName, name }) => packageName !== BUILTIN_PACKAGE && pattern.test(name)).map(useOf);
}
