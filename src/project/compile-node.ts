import { renderTemplate } from '../jinja/evaluate/render.ts';
import { parseTemplate } from '../jinja/syntax/parse-template.ts';
import { toValue } from '../jinja/values/plain-value.ts';
import type { Value } from '../jinja/values/value.ts';
import { sameName } from '../name.ts';
import { UserError } from '../user-error.ts';
import { configRecord } from './artifacts/config-record.ts';
import { exposureRecord, nodeRecord, sourceRecord } from './artifacts/manifest-node.ts';
import { openNodeContext, type Workspace } from './context/node-context.ts';
import type { TemplateContext } from './context/template-context.ts';
import { runtimeConfig } from './context/values/config-value.ts';
import { RelationValue } from './context/values/relation-value.ts';
import { watchRows, withoutWords } from './context/watch-rows.ts';
import { cteName, isEphemeral } from './ephemeral.ts';
import { replaceFileReads } from './file-reads/replace-file-reads.ts';
import { renderKwargs } from './generic-tests/load-generic-tests.ts';
import { endedNames, type Operation } from './hooks.ts';
import { type Cte, injectCtes } from './inject-ctes.ts';
import { keepRenderings, type RenderedNode, type RenderingScope, type RenderNode } from './keep-renderings.ts';
import type { Exposure, Model, Node, Placement, QueryNode, RefCall, Source, SourceCall, Test } from './node.ts';
import type { Adapter, CompiledNode, HookRendering, Project, Rendering } from './project.ts';
import { foundOrThrow } from './refs/resolve-nodes.ts';
import type { Resolver } from './refs/resolve-ref.ts';
import type { UnresolvedNode } from './refs/unresolved-node.ts';
import { type IsWritten, readWrittenNames } from './written-names.ts';

export interface CompilerOptions {
  readonly workspace: Workspace;
  readonly nodes: ReadonlyMap<string, UnresolvedNode>;
  /** Sources that YAML declares, by unique id. */
  readonly sources: ReadonlyMap<string, Source>;
  /** Sources for files that SQL reads itself, by the text of that part of the SQL. */
  readonly fileReads: ReadonlyMap<string, Source>;
  readonly exposures: readonly Exposure[];
  readonly resolver: Resolver;
  /** Unique ids of the nodes that the command selects. */
  readonly selectedResources: () => readonly string[];
}

/** Makes the function that turns a node's template into the SQL that runs (dbt: compilation). */
export function openCompiler(options: CompilerOptions): Project['compile'] {
  const render = keepRenderings((node, scope) => renderNode(node, scope, options));
  const watch = openRowWatcher(options);
  const assemble = keepAssembled();
  return (node, rendering) => compileNode(node, rendering, { ...options, watch, render, assemble });
}

interface Compiler extends CompilerOptions {
  readonly watch: (rendering: Rendering) => ReturnType<typeof watchRows>;
  readonly render: RenderNode;
  readonly assemble: Assemble;
}

/** Makes the function that watches whether templates of a project read rows. */
export function openRowWatcher({ nodes, sources, workspace: { library } }: CompilerOptions): Compiler['watch'] {
  let written: IsWritten | undefined;
  // The words of the whole project are collected once, and only for a template that reads columns from the adapter.
  const isWritten: IsWritten = (column) => {
    written ??= readWrittenNames({
      nodes: [...nodes.values()].map(({ node }) => node),
      sources: [...sources.values()],
      macros: library.all,
    });
    return written(column);
  };
  return (rendering) =>
    watchRows(rendering, (schema, name, columns) => {
      const isSource = [...sources.values()].some(
        (source) => sameName(source.schema, schema) && sameName(source.alias, name),
      );
      return !isSource && !columns.every(isWritten);
    });
}

async function compileNode(
  node: QueryNode | Test,
  rendering: Rendering,
  { workspace, watch, render, assemble }: Compiler,
): Promise<CompiledNode> {
  const watched = watch(rendering);
  const { adapter, wrapMacro, standIns } = watched.rendering;
  const scope = {
    adapter,
    wrapMacro,
    standIns,
    isIncremental: (of: Node) => isIncremental(of, watched.rendering, shouldFullRefresh(of, { workspace })),
  };
  try {
    const own = await render(node, scope);
    const ctes = rendering.ephemeral === 'named' ? [] : await cteChain(own.ephemeral, scope, render, []);
    return assemble(node, own, ctes, watched.hasRead());
  } catch (error) {
    throw watched.hasRead() && error instanceof UserError ? withoutWords(error) : error;
  }
}

type Assemble = (
  node: QueryNode | Test,
  own: RenderedNode,
  ctes: readonly ModelCte[],
  readsRows: boolean,
) => CompiledNode;

/**
 * Makes the function that puts the text of a node together. The same renderings give the same value, so that the stages of
 * a run share it.
 */
function keepAssembled(): Assemble {
  const kept = new WeakMap<RenderedNode, { readonly ctes: readonly ModelCte[]; readonly compiled: CompiledNode }[]>();
  return (node, own, ctes, readsRows) => {
    const earlier = kept.get(own) ?? [];
    const same = earlier.find(
      (one) =>
        one.ctes.length === ctes.length && one.ctes.every(({ rendered }, index) => rendered === ctes[index]?.rendered),
    );
    if (same) return same.compiled;
    const compiled = {
      node,
      sql: injectCtes(own.sql, ctes, node.location),
      parts: new Map([[node.uniqueId, own.sql.text], ...ctes.map((cte) => [cte.uniqueId, cte.sql.text] as const)]),
      readsRows,
      variablesRead: new Set(
        [own, ...ctes.map(({ rendered }) => rendered)].flatMap(({ variablesRead }) => [...variablesRead]),
      ),
    };
    kept.set(own, [...earlier, { ctes, compiled }]);
    return compiled;
  };
}

/** The CTEs of ephemeral models, each after the CTEs that it reads. */
async function cteChain(
  models: readonly Model[],
  scope: RenderingScope,
  render: RenderNode,
  before: readonly ModelCte[],
): Promise<readonly ModelCte[]> {
  let chain = before;
  for (const model of models) {
    const name = cteName(model);
    if (chain.some((cte) => cte.name === name)) continue;
    const rendered = await render(model, scope);
    const own = { name, sql: rendered.sql, uniqueId: model.uniqueId, rendered };
    chain = [...(await cteChain(rendered.ephemeral, scope, render, chain)), own];
  }
  return chain;
}

interface ModelCte extends Cte {
  readonly uniqueId: string;
  readonly rendered: RenderedNode;
}

async function renderNode(
  node: QueryNode | Test,
  scope: RenderingScope,
  options: CompilerOptions,
): Promise<RenderedNode> {
  const loaded = options.nodes.get(node.uniqueId);
  if (!loaded?.template) throw new Error(`internal: ${node.uniqueId} has no template`);
  const ephemeral = new Set<Model>();
  const variablesRead = new Set<string>();
  const context = openContextOf(node, scope, { ephemeral, variablesRead }, options);
  if (loaded.kwargs)
    context.define('_dbt_generic_test_kwargs', await renderKwargs(loaded.kwargs, context, node.location));
  const sql = replaceFileReads(await renderTemplate(loaded.template, context), options.fileReads);
  return { sql, ephemeral: [...ephemeral], variablesRead };
}

/** Makes the function that renders hooks, in the context of their node or of their package. */
export function openHookRenderer(options: CompilerOptions): Project['renderHook'] {
  const { nodes, workspace } = options;
  const watch = openRowWatcher(options);
  return async (owner, sql, { onLog, ...given }) => {
    const watched = onLog && watch(given);
    const rendering = { ...given, adapter: watched?.rendering.adapter ?? given.adapter };
    const say = onLog && ((line: string) => onLog(watched?.hasRead() ? undefined : line));
    const recordOf = (uniqueId: string) => {
      const node = nodes.get(uniqueId)?.node;
      return node ? nodeRecord(node) : {};
    };
    const late = rendering.ended ? endedNames(rendering.ended, recordOf) : new Map();
    const context =
      'when' in owner
        ? openOperationContext(owner, { ...rendering, onLog: say }, late, options)
        : openHookContext(owner, rendering, options);
    const rendered = await renderTemplate(parseTemplate({ file: owner.location.file, text: sql }), context);
    return rendered.text;
  };

  function openHookContext(
    node: Node,
    { adapter, wrapMacro, standIns }: HookRendering,
    of: CompilerOptions,
  ): TemplateContext {
    const scope = {
      adapter,
      wrapMacro,
      standIns,
      isIncremental: (one: Node) => isIncremental(one, { adapter }, shouldFullRefresh(one, { workspace })),
    };
    return openContextOf(node, scope, { ephemeral: new Set(), variablesRead: new Set() }, of);
  }
}

interface OperationRendering extends Omit<HookRendering, 'onLog'> {
  readonly onLog: ((line: string) => void) | undefined;
}

/**
 * The context of `on-run-start` and `on-run-end` hooks. Their refs may name any node, since they run outside of the
 * graph.
 */
function openOperationContext(
  { packageName, name, uniqueId, sql, location }: Operation,
  { adapter, wrapMacro, standIns, onLog }: OperationRendering,
  late: ReadonlyMap<string, () => Value>,
  options: CompilerOptions,
): TemplateContext {
  const { workspace, resolver, nodes, sources } = options;
  const relation = (placement: Placement | undefined) => {
    if (!placement) throw new Error(`internal: a hook of ${uniqueId} was resolved to a node that is not in the graph`);
    return relationOf(placement);
  };
  const { database, schema } = workspace.surroundings.target;
  return openNodeContext({
    workspace,
    packageName,
    ref: (call) => relation(nodes.get(foundOrThrow(resolver.ref(call, packageName)).uniqueId)?.node),
    source: (call) => relation(sources.get(foundOrThrow(resolver.source(call, packageName)).uniqueId)),
    config: runtimeConfig({}),
    this: new RelationValue({ database, schema }),
    model: {
      name,
      unique_id: uniqueId,
      package_name: packageName,
      resource_type: 'operation',
      raw_code: sql,
      original_file_path: location.file,
    },
    graph: () => graphValue(options),
    selectedResources: () => toValue(options.selectedResources()),
    execute: true,
    adapter,
    isIncremental: () => false,
    late,
    wrapMacro,
    standIns,
    onLog,
  });
}

function openContextOf(
  node: Node,
  { adapter, isIncremental, wrapMacro, standIns }: RenderingScope,
  { ephemeral, variablesRead }: { readonly ephemeral: Set<Model>; readonly variablesRead: Set<string> },
  options: CompilerOptions,
): TemplateContext {
  return openNodeContext({
    workspace: options.workspace,
    packageName: node.packageName,
    ref(call) {
      const target = readNode(node, call, options);
      if (!isEphemeral(target)) return readRelation(target, adapter, options);
      ephemeral.add(target);
      return relationOf(target).with({ literal: cteName(target), type: 'cte' });
    },
    source: (call) => emptied(relationOf(readSource(node, call, options)), options),
    config: runtimeConfig(configRecord(node)),
    this: relationOf(node),
    model: nodeRecord(node),
    graph: () => graphValue(options),
    selectedResources: () => toValue(options.selectedResources()),
    shouldFullRefresh: shouldFullRefresh(node, options),
    execute: adapter !== undefined,
    adapter,
    isIncremental: () => isIncremental(node),
    wrapMacro,
    standIns,
    onVariable: (variable) => variablesRead.add(variable),
  });
}

async function isIncremental(
  { config, schema, alias }: Node,
  { adapter, incremental }: Rendering,
  isRefresh: boolean,
): Promise<boolean> {
  if (config.materialized !== 'incremental') return false;
  if (incremental !== undefined) return incremental;
  return !isRefresh && (await adapter?.relationType(schema, alias)) === 'table';
}

/** dbt: should_full_refresh. The config of a node overrides the flag of the command. */
function shouldFullRefresh({ config }: Node, { workspace }: Pick<CompilerOptions, 'workspace'>): boolean {
  return config.fullRefresh ?? workspace.surroundings.command.fullRefresh;
}

function readNode(reader: Node, call: RefCall, { resolver, nodes }: CompilerOptions): Node {
  const { uniqueId } = foundOrThrow(resolver.ref(call, reader.packageName));
  requireEdge(reader, uniqueId, `ref('${call.name}')`, call);
  const target = nodes.get(uniqueId)?.node;
  if (!target) throw new Error(`internal: ${uniqueId} was resolved but is not in the graph`);
  return target;
}

function readSource(reader: Node, call: SourceCall, { resolver, sources }: CompilerOptions): Source {
  const { uniqueId } = foundOrThrow(resolver.source(call, reader.packageName));
  const source = sources.get(uniqueId);
  if (!source) throw new Error(`internal: ${uniqueId} was resolved but is not in the graph`);
  // A source that no node builds needs no edge in the graph to be there, as in dbt; lineage finds it in the query plan.
  if (source.node !== undefined) {
    requireEdge(reader, uniqueId, `source('${call.sourceName}', '${call.tableName}')`, call);
  }
  return source;
}

/**
 * Fails for a ref or source without an edge in the graph, since it was not called while the project was parsed: its table
 * may not be built yet, and lineage would miss it.
 */
function requireEdge(reader: Node, uniqueId: string, written: string, { location }: RefCall | SourceCall): void {
  if (reader.dependsOn.nodes.includes(uniqueId)) return;
  throw new UserError({
    code: 'hidden-dependency',
    message: `${written} is reached only while ${reader.name} is compiled, so its table may not be built before.`,
    location,
    fix: `write -- depends_on: {{ ${written} }} at the top of ${reader.originalFilePath}`,
  });
}

/**
 * The relation that a ref prints: that of the node, or, where the command defers, that of an earlier run (dbt:
 * `--defer`).
 */
function readRelation(
  target: Node,
  adapter: Adapter | undefined,
  options: CompilerOptions,
): RelationValue | Promise<RelationValue> {
  const { deferral } = options.workspace.surroundings.command;
  const own = emptied(relationOf(target), options);
  const earlier = deferral?.relations.get(target.uniqueId);
  if (!earlier || !adapter) return own;
  const { database, schema, alias } = earlier;
  const deferred = own.with({ database, schema, identifier: alias });
  if (deferral?.isFavored && !options.selectedResources().includes(target.uniqueId)) return deferred;
  return adapter.relationType(target.schema, target.alias).then((type) => (type === undefined ? deferred : own));
}

function emptied(relation: RelationValue, { workspace }: CompilerOptions): RelationValue {
  return workspace.surroundings.command.empty ? relation.with({ isEmptied: true }) : relation;
}

function relationOf({ database, schema, alias, quoting }: Placement): RelationValue {
  return new RelationValue({ database, schema, identifier: alias, ...(quoting && { quote: quoting }) });
}

/** The value of `graph` in templates (dbt: flat_graph). Each template gets a new one, since templates may change it. */
export function graphValue({ nodes, sources, exposures }: CompilerOptions): Value {
  return toValue({
    exposures: Object.fromEntries(exposures.map((exposure) => [exposure.uniqueId, exposureRecord(exposure)])),
    functions: {},
    groups: {},
    metrics: {},
    nodes: Object.fromEntries([...nodes].map(([id, { node }]) => [id, nodeRecord(node)])),
    sources: Object.fromEntries([...sources].map(([id, source]) => [id, sourceRecord(source)])),
    semantic_models: {},
    saved_queries: {},
  });
}
