import { hideSecrets } from '../hide-secrets.ts';
import { nameKey } from '../name.ts';
import type { BuiltText } from '../project/context/answers.ts';
import { isQueryNode, isTableNode, type Node, type QueryNode } from '../project/node.ts';
import type { Adapter, Project } from '../project/project.ts';
import { unreachable } from '../unreachable.ts';
import { UserError } from '../user-error.ts';
import type { ParseCache } from '../warehouse/parse-cache.ts';
import type { ColumnType } from '../warehouse/warehouse.ts';
import type { ColumnRef } from './flow.ts';
import { readHookEffects } from './hook-effects.ts';
import { keepTraces, type TraceBefore } from './keep-traces.ts';
import type { CarriedLineage, ModelLineage, Upstream } from './propagate/carried-flow.ts';
import { lineageOf } from './propagate/node-lineage.ts';
import { propagate, propagateNames } from './propagate/propagate.ts';
import { noteExposedByHooks } from './query/exposed-by-hooks.ts';
import { noteExposedByTest } from './query/exposed-by-test.ts';
import { readMaskSecrets } from './query/exposed-secrets.ts';
import type { Mask } from './query/mask-marker.ts';
import { mergeQueries } from './query/merge-queries.ts';
import { emptyLedger, type QueryContext } from './query/query-context.ts';
import { traceInWorlds } from './query/relation-worlds.ts';
import { requireBuiltText } from './query/render-query.ts';
import { withReplacement } from './query/replacement.ts';
import { requireInputs } from './query/require-inputs.ts';
import { sampleMasks } from './query/sample-masks.ts';
import { traceHookWrite } from './query/trace-hook.ts';
import type { QueryTrace } from './query-trace.ts';
import { ShadowSchema } from './shadow/shadow-schema.ts';
import { surroundingsOf, type TraceCache } from './trace-cache.ts';
import type { TracedProject } from './traced-project.ts';
import { isUniqueKeyIn } from './unique-keys.ts';
import { UnknownFlow } from './unknown-flow.ts';

export interface TraceOptions {
  readonly project: Project;
  /** Columns of sources and seeds by unique id. A model that reads a source or seed without columns is unknown. */
  readonly sourceColumns: ReadonlyMap<string, readonly ColumnType[]>;
  /** Macros that mask their argument; one that is given by its name only yields `pseudonymous`. */
  readonly masks: readonly (Mask | string)[];
  /** Answers the queries of templates; without one, a model whose template queries the data is unknown. */
  readonly adapter?: Adapter;
  /** Part of the marks around masks: random letters and digits that no author of a template can know. */
  readonly nonce: string;
  /** Cache of parse trees, shared by all traces of a run. */
  readonly parses?: ParseCache;
  /** Texts that the build ran, by unique id: a node is unknown if its template now prints another text. */
  readonly built?: ReadonlyMap<string, BuiltText>;
  /** Cache of query traces, shared by all traces of a run. */
  readonly traces?: TraceCache;
  /**
   * Keys of the names of the warehouse's tables, also of those that no source names. Absent if there is no warehouse.
   */
  readonly otherTables?: ReadonlySet<string>;
  /** `unknown`: a model whose SQL has a mistake is unknown, and the trace goes on; absent: each mistake is an error. */
  readonly mistaken?: 'unknown';
  /** Trace of the same project before some nodes changed. Only these and the nodes that depend on them are traced again. */
  readonly before?: TraceBefore;
  readonly signal?: AbortSignal;
}

/**
 * The column lineage of every model, from the plans that DuckDB makes of its SQL over empty tables. No row is read,
 * except by the queries of templates.
 *
 * @throws {UserError} with every mistake in the SQL and templates of the project, each at its place
 */
export async function traceProject(options: TraceOptions): Promise<TracedProject> {
  const { project, signal } = options;
  await using shadow = await ShadowSchema.open(project, options.sourceColumns, options.parses);
  const context = await queryContext(options, shadow);
  const { nodes, models, queries, texts, filledPivots, mistakes, exposed } = context.ledger;
  const kept = options.before ? keepTraces(options.before, context) : new Set();
  for (const uniqueId of project.order) {
    signal?.throwIfAborted();
    const node = kept.has(uniqueId) ? undefined : project.nodes.get(uniqueId);
    const lineage = node && (await traceNode(node, options.sourceColumns, context));
    if (!lineage) continue;
    nodes.set(uniqueId, lineage.status === 'unknown' ? lineage : lineageOf(lineage));
    if (isQueryNode(node)) models.set(uniqueId, lineage);
  }
  await noteExposedByHooks(context);
  if (mistakes.length > 0) throw new UserError(mistakes);
  const declaredColumns = new Map([...filledPivots].map((id) => [id, shadow.columnsOf(id) ?? []]));
  const traced = [...models].map(
    ([uniqueId, lineage]) => [uniqueId, { lineage, columns: shadow.columnsOf(uniqueId) }] as const,
  );
  const sourceColumns = new Map([...options.sourceColumns.keys()].map((id) => [id, shadow.columnsOf(id) ?? []]));
  return { nodes, queries, texts, sourceColumns, declaredColumns, models: new Map(traced), exposedSecrets: exposed };
}

async function queryContext(options: TraceOptions, shadow: ShadowSchema): Promise<QueryContext> {
  const { project, adapter, built, nonce, traces } = options;
  // The hooks come before `surroundingsOf`: the cache keys contain the macros that hooks create.
  const hooks = await readHookEffects(project, built ?? new Map(), shadow);
  const masks = options.masks.map((mask) =>
    typeof mask === 'string' ? ({ macro: mask, yields: 'pseudonymous' } as const) : mask,
  );
  return {
    project,
    shadow,
    adapter: adapter ?? shadow.adapter(),
    answersRows: adapter !== undefined,
    built: built ?? new Map(),
    masks,
    maskSamples: await sampleMasks(masks, project),
    secrets: await readMaskSecrets(masks, project.name, project.macroCaller),
    nonce,
    otherTables: options.otherTables ?? new Set(),
    mistaken: options.mistaken,
    cache: traces && { traces, surroundings: await surroundingsOf(project, shadow.warehouse) },
    isKey: isUniqueKeyIn(project),
    isOrigin: isDescribedIn(project),
    hooks,
    ledger: emptyLedger(),
  };
}

/** The lineage of a node; `undefined` for a test, and for a node that is skipped. */
async function traceNode(
  node: Node,
  sourceColumns: TraceOptions['sourceColumns'],
  context: QueryContext,
): Promise<ModelLineage | undefined> {
  const unproven = context.project.unproven.get(node.uniqueId);
  if (unproven && isTableNode(node)) {
    const { reason, fix } = unproven;
    return { status: 'unknown', reason, advice: fix, location: node.location };
  }
  const changed = context.hooks.changed.get(node.uniqueId);
  if (changed !== undefined && isTableNode(node)) {
    return { status: 'unknown', reason: changed, location: node.location };
  }
  switch (node.resourceType) {
    case 'test':
      await noteExposedByTest(node, context);
      return undefined;
    case 'seed':
      return traceSeed(sourceColumns.get(node.uniqueId) ?? []);
    case 'model':
    case 'snapshot':
      return await traceQueryNode(node, context);
    default:
      return unreachable(node);
  }
}

function traceSeed(columns: readonly ColumnType[]): CarriedLineage {
  const withoutFlows = columns.map((column) => ({ ...column, flows: [], compared: [] }));
  return { status: 'traced', columns: withoutFlows, dataset: [], size: { flows: [], compared: [] } };
}

async function traceQueryNode(node: QueryNode, context: QueryContext): Promise<ModelLineage | undefined> {
  const { ledger } = context;
  const { uniqueId, location } = node;
  if (node.dependsOn.nodes.some((input) => ledger.skipped.has(input))) {
    ledger.skipped.add(uniqueId);
    return undefined;
  }
  try {
    requireInputs(node, context);
    const query = await withHooks(node, await traceQueries(node, context), context);
    requireBuiltText(node, context);
    ledger.queries.set(uniqueId, query);
    return propagate(uniqueId, query, upstreamOf(context));
  } catch (cause) {
    if (cause instanceof UnknownFlow) {
      const names = propagateNames(uniqueId, cause.names, upstreamOf(context));
      const advice = cause.advice === undefined ? {} : { advice: cause.advice };
      return { status: 'unknown', reason: cause.reason, ...advice, location: cause.location ?? location, ...names };
    }
    if (!(cause instanceof UserError)) throw cause;
    // The message of the mistake may quote rows that the template read.
    if (ledger.rowReaders.has(uniqueId)) {
      return { status: 'unknown', reason: 'its template makes invalid SQL from the rows that it reads', location };
    }
    const [first] = cause.mistakes;
    if (first && context.mistaken === 'unknown') {
      return {
        status: 'unknown',
        reason: `its SQL has an error: ${hideSecrets(first.message, context.project.secrets)}`,
        advice: first.fix ?? 'correct its SQL',
        location: first.location ?? location,
      };
    }
    ledger.mistakes.push(...cause.mistakes);
    ledger.skipped.add(uniqueId);
    return undefined;
  }
}

/** Trace of all queries that fill a node's table, merged into one. */
async function traceQueries(node: QueryNode, context: QueryContext): Promise<QueryTrace> {
  const first = await traceInWorlds(node, 'first', context);
  switch (node.resourceType) {
    case 'snapshot':
      return mergeQueries(first, await traceInWorlds(node, 'later', context));
    case 'model':
      if (node.config.materialized !== 'incremental') return first;
      return withReplacement(mergeQueries(first, await traceInWorlds(node, 'later', context)), node);
    default:
      return unreachable(node);
  }
}

/** Adds the rows that hooks of the node write into its own table. */
async function withHooks(node: QueryNode, query: QueryTrace, context: QueryContext): Promise<QueryTrace> {
  let merged = query;
  for (const write of context.hooks.ownWrites.get(node.uniqueId) ?? []) {
    merged = mergeQueries(merged, await traceHookWrite(node, write, context));
  }
  return merged;
}

function upstreamOf({ ledger, isOrigin, isKey }: QueryContext): Upstream {
  return { models: ledger.models, isOrigin, isKey };
}

/** Whether YAML gives a column tags or meta. Only the contract knows which of them mark it as personal. */
function isDescribedIn({ nodes }: Project): (column: ColumnRef) => boolean {
  const described = new Set(
    [...nodes.values()].flatMap(({ uniqueId, columns }) =>
      [...columns.values()]
        .filter(({ tags, meta }) => tags.length > 0 || Object.keys(meta).length > 0)
        .map(({ name }) => nameKey(uniqueId, name)),
    ),
  );
  return ({ uniqueId, column }) => described.has(nameKey(uniqueId, column));
}
