import type { Location } from '../location.ts';
import { didYouMean } from '../nearest-name.ts';
import { type Answers, type BuiltText, noAnswers, rememberingAdapter } from '../project/context/answers.ts';
import { cteName } from '../project/ephemeral.ts';
import { isQueryNode, type Node, type Placement, type QueryNode, type Seed } from '../project/node.ts';
import type { Adapter, CompiledNode, Project } from '../project/project.ts';
import { firstSnapshot, laterSnapshot } from '../project/snapshots/snapshot-query.ts';
import { type Mistake, UserError } from '../user-error.ts';
import { VERSION } from '../version.ts';
import { SqlError } from '../warehouse/sql-error.ts';
import type { ColumnType, PlanAnswer } from '../warehouse/warehouse.ts';
import type { ColumnRef, Lineage, NodeLineage } from './flow.ts';
import { hiddenReads } from './hidden-reads.ts';
import { hookEffects } from './hook-effects.ts';
import { type Mask, MaskMarker } from './mask-marker.ts';
import { MASKED_COLUMN } from './mask-shape.ts';
import { declaredIn, declaredValues } from './pivots/declared-values.ts';
import { bearsNameOf, locateNames, mentionedTexts, tracePivots } from './pivots/pivot-names.ts';
import { openPivots, withLists } from './pivots/pivot-text.ts';
import { probePivots, refusedDeclaration } from './pivots/probe-pivots.ts';
import { NAMES, ROWS } from './plan/flow-set.ts';
import { readPlan } from './plan/read-plan.ts';
import { type Trace, type TraceContext, tracePlan } from './plan/trace-operator.ts';
import { UnknownFlow } from './plan/unknown-flow.ts';
import { type Known, propagate, propagateNames } from './propagate.ts';
import type { QueryNames, QueryTrace } from './query-trace.ts';
import { ShadowSchema } from './shadow/shadow-schema.ts';
import { namesOfAnswer, type TemplateAnswer } from './template-answer.ts';
import { type TraceCache, traceKey } from './trace-cache.ts';
import { locateTrace, mergeQueries, withReplacedRows } from './trace-model.ts';

export interface TraceOptions {
  readonly project: Project;
  /** Columns of sources and seeds by unique id; one that is missing makes what reads it unknown. */
  readonly sourceColumns: ReadonlyMap<string, readonly ColumnType[]>;
  /** Macros that mask; a plain name yields `pseudonymous`. */
  readonly masks: readonly (Mask | string)[];
  /** Answers templates that ask the data; without one a model whose template asks is unknown. */
  readonly adapter?: Adapter;
  /** Letters and digits nobody who writes a template can know: makes the marks of masks. */
  readonly nonce: string;
  /** How nodes were rendered when they were built: what is traced must be that text. */
  readonly built?: ReadonlyMap<string, BuiltText>;
  /** Traces from the run before. */
  readonly cache?: TraceCache;
  readonly signal?: AbortSignal;
}

export interface TracedProject extends Lineage {
  /** What each traced model does with its direct inputs, by unique id. */
  readonly queries: ReadonlyMap<string, QueryTrace>;
  /** The texts that were traced of each node, without those of ephemeral models. */
  readonly texts: ReadonlyMap<string, ReadonlySet<string>>;
  /** Columns of the models that pivot over the data, as they are if it has all declared values and no other. */
  readonly declaredColumns: ReadonlyMap<string, readonly ColumnType[]>;
}

/**
 * The column lineage of every model, from what DuckDB makes of its SQL on empty tables. Reads no data.
 *
 * @throws {UserError} with every mistake in the SQL and templates of the project, each at its place
 */
export async function traceProject(options: TraceOptions): Promise<TracedProject> {
  await using shadow = await ShadowSchema.open(options.project, options.sourceColumns);
  return await new ProjectTrace(options, shadow).run();
}

class ProjectTrace {
  readonly #options: TraceOptions;
  readonly #shadow: ShadowSchema;
  readonly #masks: readonly Mask[];
  readonly #nodes = new Map<string, NodeLineage>();
  readonly #models = new Map<string, NodeLineage>();
  readonly #queries = new Map<string, QueryTrace>();
  readonly #texts = new Map<string, Set<string>>();
  /** Models whose templates asked the data. */
  readonly #asking = new Set<string>();
  readonly #mistakes: Mistake[] = [];
  /** Models whose columns are those that YAML or a type declares: the data may have others. */
  readonly #resolved = new Set<string>();
  /** Models with a mistake, and what reads them: nothing more is said about these. */
  readonly #failed = new Set<string>();
  readonly #hookEffects: ReadonlyMap<string, string>;
  /** What every trace depends on. */
  #surroundings = '';
  /** What the macros of each mask print for one column. */
  #tried: ReadonlyMap<string, readonly string[]> = new Map();

  constructor(options: TraceOptions, shadow: ShadowSchema) {
    this.#options = options;
    this.#shadow = shadow;
    this.#hookEffects = hookEffects(options.project);
    this.#masks = options.masks.map((mask) =>
      typeof mask === 'string' ? { macro: mask, yields: 'pseudonymous' } : mask,
    );
  }

  async run(): Promise<TracedProject> {
    if (this.#options.cache) this.#surroundings = await this.#readSurroundings();
    this.#tried = await this.#tryMasks();
    for (const uniqueId of this.#options.project.order) {
      this.#options.signal?.throwIfAborted();
      const node = this.#options.project.nodes.get(uniqueId);
      if (!node || node.resourceType === 'test') continue;
      const lineage = await this.#traceNode(node);
      if (!lineage) continue;
      this.#nodes.set(uniqueId, lineage);
      if (isQueryNode(node)) this.#models.set(uniqueId, lineage);
    }
    if (this.#mistakes.length > 0) throw new UserError(this.#mistakes);
    const declaredColumns = new Map([...this.#resolved].map((id) => [id, this.#shadow.columnsOf(id) ?? []]));
    return { nodes: this.#nodes, queries: this.#queries, texts: this.#texts, declaredColumns };
  }

  /** As the contract tries them. */
  async #tryMasks(): Promise<ReadonlyMap<string, readonly string[]>> {
    const { macros, macroCaller } = this.#options.project;
    const tried = new Map<string, readonly string[]>();
    for (const macro of macros.values()) {
      if (!this.#masks.some((mask) => mask.macro === macro.name)) continue;
      try {
        const printed = await macroCaller.call(macro, [MASKED_COLUMN], new Map());
        tried.set(macro.name, [...(tried.get(macro.name) ?? []), printed]);
      } catch (cause) {
        // It cannot be tried, which is a finding of its own.
        if (!(cause instanceof UserError)) throw cause;
      }
    }
    return tried;
  }

  async #traceNode(node: Exclude<Node, { resourceType: 'test' }>): Promise<NodeLineage | undefined> {
    if (node.resourceType === 'seed') return this.#seed(node);
    if (node.dependsOn.nodes.some((input) => this.#failed.has(input))) {
      this.#failed.add(node.uniqueId);
      return undefined;
    }
    try {
      this.#requireKnownInputs(node);
      const query = await this.#traceModel(node);
      this.#requireBuiltText(node);
      this.#queries.set(node.uniqueId, query);
      return propagate(node.uniqueId, query, this.#known());
    } catch (cause) {
      if (cause instanceof UnknownFlow) return this.#unknown(node, cause);
      if (!(cause instanceof UserError)) throw cause;
      // Its words may quote what the template got.
      if (this.#asking.has(node.uniqueId)) {
        return { status: 'unknown', reason: 'what its template asked of the data is no SQL', location: node.location };
      }
      this.#mistakes.push(...cause.mistakes);
      this.#failed.add(node.uniqueId);
      return undefined;
    }
  }

  /** All that was built with a node's text in it: itself, or what an ephemeral model is part of. */
  #builtWith(uniqueId: string): readonly BuiltText[] {
    return [...(this.#options.built?.values() ?? [])].filter(({ parts }) => parts.has(uniqueId));
  }

  /** A template may print something else than when it was traced: at another time, or of tables that are there now. */
  #requireBuiltText({ uniqueId }: QueryNode): void {
    const traced = this.#texts.get(uniqueId);
    if (this.#builtWith(uniqueId).every(({ parts }) => traced?.has(parts.get(uniqueId) ?? ''))) return;
    throw new UnknownFlow('it was built with another text than its template gives now');
  }

  #unknown({ uniqueId, location }: QueryNode, { reason, names }: UnknownFlow): NodeLineage {
    return { status: 'unknown', reason, location, ...propagateNames(uniqueId, names, this.#known()) };
  }

  #known(): Known {
    return { models: this.#models, isOrigin: (column) => this.#isDescribed(column) };
  }

  /** Tags and meta can call a column personal; who reads them is the contract's business. */
  #isDescribed({ uniqueId, column }: ColumnRef): boolean {
    const columns = this.#options.project.nodes.get(uniqueId)?.columns.values() ?? [];
    return [...columns].some(
      ({ name, tags, meta }) =>
        name.toLowerCase() === column.toLowerCase() && (tags.length > 0 || Object.keys(meta).length > 0),
    );
  }

  #seed({ uniqueId, location }: Seed): NodeLineage {
    const hook = this.#hookEffects.get(uniqueId);
    if (hook !== undefined) return { status: 'unknown', reason: hook, location };
    const columns = this.#options.sourceColumns.get(uniqueId) ?? [];
    return { status: 'traced', columns: columns.map((column) => ({ ...column, flows: [] })), dataset: [] };
  }

  #requireKnownInputs(node: QueryNode): void {
    const hook = this.#hookEffects.get(node.uniqueId);
    if (hook !== undefined) throw new UnknownFlow(hook);
    for (const input of node.dependsOn.nodes) {
      this.#requireKnown(input);
      const name = this.#options.project.nodes.get(input)?.name ?? input;
      const isRoot = input.startsWith('source.') || input.startsWith('seed.');
      if (isRoot && !this.#shadow.columnsOf(input))
        throw new UnknownFlow(`it reads ${name}, whose columns nobody knows`);
    }
  }

  /** Also of a table that a query names without ref(). */
  #requireKnown(input: string): void {
    const hook = this.#hookEffects.get(input);
    if (hook !== undefined && input.startsWith('source.')) throw new UnknownFlow(hook);
    const lineage = this.#nodes.get(input);
    const name = this.#options.project.nodes.get(input)?.name ?? input;
    if (lineage?.status === 'unknown') throw new UnknownFlow(`it reads ${name}, which is unknown: ${lineage.reason}`);
  }

  async #traceModel(node: QueryNode): Promise<QueryTrace> {
    const first = await this.#traceQuery(node, false);
    if (node.resourceType === 'snapshot') return mergeQueries(first, await this.#traceQuery(node, true));
    if (node.config.materialized !== 'incremental') return first;
    return withReplacedRows(mergeQueries(first, await this.#traceQuery(node, true)), uniqueKey(node));
  }

  async #traceQuery(node: QueryNode, incremental: boolean): Promise<QueryTrace> {
    const marker = new MaskMarker(this.#masks, this.#options.nonce, this.#tried);
    const compiled = await this.#compile(node, incremental, marker);
    const written = marker.isUsed ? await this.#compile(node, incremental, undefined) : compiled;
    const texts = { marked: compiled.sql, plain: written.sql };
    const { marked, plain } = await this.#withPivotLists(node, texts, marker);
    const key =
      this.#options.cache && written.answers.length === 0
        ? this.#keyOf(node, incremental, plain.text, marker.fingerprint(marked.text))
        : undefined;
    const cached = key === undefined ? undefined : this.#options.cache?.get(key);
    if (cached) {
      if (!incremental) this.#shadow.declare(this.#placeOf(node), cached.columns);
      return cached.query;
    }
    await this.#shadow.ready();
    const read = new Set<string>();
    // The plain text first: its mistakes are the user's, those of the marked one could be ours.
    const { trace, plan } = await this.#planned(node, plain, read);
    const columns = incremental ? await this.#describe(plain.text) : await this.#create(node, plain.text);
    const flows = marker.isUsed
      ? locateTrace(await this.#traceMarked(trace, marked, plain, marker), marked, columns, node.location)
      : locateTrace(trace, plain, columns, node.location);
    const names = [
      ...(await this.#pivotedNames(marked, marker, columns)),
      ...(await this.#answeredNames(node, compiled.answers, written.answers, marker, columns)),
      ...this.#inheritedNames(node, read, flows, plan),
    ];
    const located = names.length > 0 ? { ...flows, names } : flows;
    // The key knows the columns of declared inputs, and of no table that a query names without ref().
    const isDeclared = [...read].every((id) => id === node.uniqueId || node.dependsOn.nodes.includes(id));
    if (key !== undefined && isDeclared) this.#options.cache?.put(key, { query: located, columns });
    return located;
  }

  async #traceMarked(
    trace: Trace,
    marked: CompiledNode['sql'],
    plain: CompiledNode['sql'],
    marker: MaskMarker,
  ): Promise<Trace> {
    await marker.verify(marked.text, plain.text, this.#shadow.warehouse);
    const markedTrace = await this.#plannedMarked(marked, marker);
    if (!haveSameTypes(trace, markedTrace)) throw new UnknownFlow('a mask that changes what type a column has');
    return markedTrace;
  }

  /** The engine, and all names that a query could find: a new table may change what an old query reads. */
  async #readSurroundings(): Promise<string> {
    const [engine] = await this.#shadow.warehouse.rows('select version() as version');
    const { sources, nodes, target } = this.#options.project;
    const names = [...sources.values(), ...nodes.values()].map(({ uniqueId, database, schema, alias }) =>
      [uniqueId, database, schema, alias].join('\u0000'),
    );
    return traceKey([VERSION, engine?.['version'], target.database, target.schema, names.sort()]);
  }

  #keyOf(node: QueryNode, incremental: boolean, plain: string, marked: readonly unknown[]): string | undefined {
    if (plain.includes('\u0000')) return undefined;
    // What names the columns of an input is not in the key.
    if (node.dependsOn.nodes.some((input) => this.#nodes.get(input)?.names)) return undefined;
    const inputs = [...node.dependsOn.nodes, ...(incremental ? [node.uniqueId] : [])].map((id) => [
      id,
      this.#shadow.columnsOf(id) ?? null,
    ]);
    const { uniqueId, rawCode, location, config } = node;
    const own = [uniqueId, rawCode, location, config.materialized, incremental];
    return traceKey([this.#surroundings, own, plain, marked, inputs]);
  }

  async #compile(node: QueryNode, incremental: boolean, marker: MaskMarker | undefined): Promise<Compiled> {
    const known = rememberingAdapter(this.#answersOf(node), this.#options.adapter ?? this.#shadow.adapter());
    const asked = askedOnce(known, () => this.#asking.add(node.uniqueId));
    try {
      const rendering = {
        adapter: asked.adapter,
        incremental,
        ephemeral: 'named',
        ...(marker && { wrapMacro: marker.wrap }),
      } as const;
      const { sql, parts } = await this.#options.project.compile(node, rendering);
      if (!marker?.isUsed) this.#noteText(node, parts);
      const { answers } = asked;
      if (node.resourceType !== 'snapshot') return { sql, answers };
      const snapshot = incremental
        ? laterSnapshot(node, sql, this.#shadow.columnsOf(node.uniqueId) ?? [])
        : firstSnapshot(node, sql);
      return { sql: snapshot, answers };
    } catch (cause) {
      // However the template's own error wraps it.
      if (asked.refusal) throw asked.refusal;
      throw cause;
    }
  }

  #noteText({ uniqueId }: QueryNode, parts: CompiledNode['parts']): void {
    const texts = this.#texts.get(uniqueId) ?? new Set();
    this.#texts.set(uniqueId, texts.add(parts.get(uniqueId) ?? ''));
  }

  /** What it was told when it was built; an ephemeral model was told it while something else was. */
  #answersOf({ uniqueId }: QueryNode): Answers {
    const answers = noAnswers();
    for (const { answers: told } of this.#builtWith(uniqueId)) {
      for (const [key, answer] of told.queries) answers.queries.set(key, answer);
      for (const [key, answer] of told.types) answers.types.set(key, answer);
      for (const [key, answer] of told.columns) answers.columns.set(key, answer);
    }
    return answers;
  }

  /** @param read gets the tables that the query reads */
  async #planned(
    node: QueryNode,
    sql: CompiledNode['sql'],
    read: Set<string>,
  ): Promise<{ readonly trace: Trace; readonly plan: unknown }> {
    const hidden = await hiddenReads(sql.text, this.#shadow.warehouse);
    if (hidden !== undefined) throw new UnknownFlow(hidden);
    const answer = await this.#shadow.warehouse.plan(sql.text);
    if (!answer.ok) throw this.#refused(node, sql, answer);
    const [plan, ...others] = answer.plans;
    if (plan === undefined || others.length > 0) throw new UserError(notOneQuery(node, answer.plans.length));
    const trace = tracePlan(readPlan(plan), { ownerOf: this.#reader(read), marks: new Map() });
    for (const owner of read) this.#requireKnown(owner);
    return { trace, plan };
  }

  /** The texts with the values of every PIVOT that leaves them to the data, where they are declared. */
  async #withPivotLists(node: QueryNode, texts: Texts, marker: MaskMarker): Promise<Texts> {
    const open = mayPivot(texts.marked.text) ? openPivots(texts.marked.text) : [];
    if (open.length === 0) return texts;
    await this.#shadow.ready();
    const declarations = {
      nodes: this.#options.project.nodes,
      queries: this.#queries,
      columnsOf: (uniqueId: string) => this.#shadow.columnsOf(uniqueId),
    };
    const probe = await probePivots(texts.marked, open, {
      declared: declaredIn(node.dependsOn.nodes, declarations),
      session: this.#shadow.pivots,
      context: this.#context(marker),
      nonce: this.#options.nonce,
    });
    // What cannot be planned with lists either is told of as it was written.
    if (!probe) return texts;
    const lists = probe.columns.map((column) => column && declaredValues(column, declarations));
    const names = await locateNames(probe.traced, probe.sql, [], this.#shadow.warehouse);
    const openPlain = openPivots(texts.plain.text);
    const known = lists.filter((list) => list !== undefined);
    if (known.length < open.length || openPlain.length !== open.length) throw new UnknownFlow(FROM_DATA, names);
    const refusal = refusedDeclaration(node, probe);
    if (refusal !== undefined) throw new UnknownFlow(refusal, names);
    this.#resolved.add(node.uniqueId);
    return { marked: withLists(texts.marked, open, known), plain: withLists(texts.plain, openPlain, known) };
  }

  async #pivotedNames(
    marked: CompiledNode['sql'],
    marker: MaskMarker,
    columns: readonly ColumnType[],
  ): Promise<readonly QueryNames[]> {
    if (!mayPivot(marked.text)) return [];
    const traced = await tracePivots(marked.text, this.#shadow.pivots, this.#context(marker));
    if (!traced) throw new UnknownFlow('a PIVOT that cannot be followed');
    return locateNames(traced, marked, columns, this.#shadow.warehouse);
  }

  /** What a template asked of the data it may write anywhere. */
  async #answeredNames(
    node: QueryNode,
    marked: readonly TemplateAnswer[],
    plain: readonly TemplateAnswer[],
    marker: MaskMarker,
    columns: readonly ColumnType[],
  ): Promise<readonly QueryNames[]> {
    const names: QueryNames[] = [];
    for (const [index, answer] of plain.entries()) {
      const sql = marked[index]?.sql;
      if (sql === undefined || marked.length !== plain.length) {
        throw new UnknownFlow('a template that asks otherwise where a mask is marked');
      }
      if (marker.isUsed) await marker.verify(sql, answer.sql, this.#shadow.warehouse);
      const trace = await this.#plannedAnswer(sql, marker);
      names.push(namesOfAnswer(answer, trace, columns, node.location));
    }
    return names;
  }

  async #plannedAnswer(sql: string, marker: MaskMarker): Promise<Trace> {
    const hidden = await hiddenReads(sql, this.#shadow.warehouse);
    const answer = await this.#shadow.warehouse.plan(sql);
    if (hidden !== undefined || !answer.ok || answer.plans.length !== 1) {
      throw new UnknownFlow('a template that asks what cannot be traced');
    }
    const read = new Set<string>();
    const ownerOf = this.#reader(read);
    const trace = tracePlan(readPlan(answer.plans[0]), { ...this.#context(marker), ownerOf });
    for (const owner of read) this.#requireKnown(owner);
    return trace;
  }

  /** Names go on where a query keeps them, or where they become values. */
  #inheritedNames(
    { uniqueId, location, dependsOn }: QueryNode,
    read: ReadonlySet<string>,
    { columns }: QueryTrace,
    plan: unknown,
  ): readonly QueryNames[] {
    // A template may write what it only knows from ref().
    const inputs = [...new Set([...read, ...dependsOn.nodes])].filter(
      (input) => input !== uniqueId && this.#nodes.get(input)?.names,
    );
    if (inputs.length === 0) return [];
    const mentioned = mentionedTexts(plan);
    return inputs.flatMap((input) =>
      (this.#nodes.get(input)?.names ?? []).flatMap((named): readonly QueryNames[] => {
        const bears = named.columns.length > 0 ? bearsNameOf(named.values) : () => false;
        const borne = columns.map(({ name }) => name).filter(bears);
        const becomeValues = named.columns.some((name) => mentioned.has(name.toLowerCase()));
        const inValues = becomeValues || (named.inValues && readsValues(columns, input));
        const source = { uniqueId: input, column: NAMES };
        const kind = { type: 'DIRECT', subtype: 'IDENTITY', state: 'clear', masking: false, masks: [] } as const;
        const inherited = { columns: borne, values: named.values, inValues };
        return borne.length > 0 || inValues
          ? [{ ...inherited, flows: [{ ...kind, source, location, expression: NAMES }] }]
          : [];
      }),
    );
  }

  /** @param read gets the tables that are asked for */
  #reader(read: Set<string>): TraceContext['ownerOf'] {
    return (table) => {
      const owner = this.#shadow.ownerOf(table);
      if (owner !== undefined) read.add(owner);
      return owner;
    };
  }

  #context(marker: MaskMarker): TraceContext {
    return { ownerOf: (table) => this.#shadow.ownerOf(table), marks: marker.marks() };
  }

  async #plannedMarked(sql: CompiledNode['sql'], marker: MaskMarker): Promise<Trace> {
    const answer = await this.#shadow.warehouse.plan(sql.text);
    if (!answer.ok || answer.plans.length !== 1) throw new UnknownFlow('a mask in a place where it cannot be followed');
    return tracePlan(readPlan(answer.plans[0]), this.#context(marker));
  }

  #create(node: QueryNode, query: string): Promise<readonly ColumnType[]> {
    return unknownWhereRefused(this.#shadow.create(this.#placeOf(node), query));
  }

  #placeOf(node: QueryNode): Placement & Pick<QueryNode, 'uniqueId'> {
    if (node.config.materialized !== 'ephemeral') return node;
    const { database } = this.#options.project.target;
    return { ...node, database, schema: 'main', alias: cteName(node) };
  }

  #describe(query: string): Promise<readonly ColumnType[]> {
    return unknownWhereRefused(this.#shadow.warehouse.describe(query));
  }

  /** Functions that hooks create are not in the shadow schema: what they read nobody can tell from here. */
  #createsFunctions(): boolean {
    const { macros, nodes } = this.#options.project;
    const hooks = [...nodes.values()].flatMap(({ config }) => [...config.preHook, ...config.postHook]);
    const texts = [...[...macros.values()].map(({ rawCode }) => rawCode), ...hooks.map(({ sql }) => sql)];
    return texts.some((text) => /\bcreate\s+(or\s+replace\s+)?(temp(orary)?\s+)?(macro|function)\b/i.test(text));
  }

  #refused(
    node: QueryNode,
    sql: CompiledNode['sql'],
    { kind, message, offset }: Extract<PlanAnswer, { ok: false }>,
  ): Error {
    if (!MISTAKES.has(kind)) return new UnknownFlow(unplannable(kind, message));
    const missing = /^(?:Scalar |Table |Aggregate )?Function with name (\S+) does not exist/.exec(message)?.[1];
    if (missing !== undefined && this.#createsFunctions()) {
      return new UnknownFlow(`${missing}(), which the engine lacks until a hook of the project creates it`);
    }
    const origin = sql.origin(offset ?? 0);
    const calls = origin.calls.map(calledAt);
    return new UserError({
      code: `sql-${kind}`,
      message: `${node.name}: ${sentence(message, this.#shadow.tableNames())}`,
      location: offset === undefined ? node.location : origin.location,
      ...(calls.length > 0 && { detail: calls.join('\n') }),
      fix: 'Correct the SQL; `fenceline compile` shows it as the engine sees it.',
    });
  }
}

/** A query in both renderings: with marks around what masks print, and as it runs. */
interface Texts {
  readonly marked: CompiledNode['sql'];
  readonly plain: CompiledNode['sql'];
}

function readsValues(columns: QueryTrace['columns'], input: string): boolean {
  return columns.some(({ flows }) =>
    flows.some(({ type, source }) => type === 'DIRECT' && source.uniqueId === input && source.column !== ROWS),
  );
}

function mayPivot(sql: string): boolean {
  return /pivot/i.test(sql);
}

function haveSameTypes(a: Trace, b: Trace): boolean {
  return a.columns.length === b.columns.length && a.columns.every(({ type }, index) => type === b.columns[index]?.type);
}

/** dbt: `unique_key`, a column or a list of them; nothing is replaced without one, and by `append`. */
function uniqueKey({ config }: QueryNode): readonly string[] {
  if (config.other['incremental_strategy'] === 'append') return [];
  return [config.other['unique_key'] ?? []].flat().map(String);
}

/** Errors of the engine that are mistakes in SQL. Others say that this statement, right or wrong, cannot be planned here. */
const MISTAKES: ReadonlySet<string> = new Set([
  'parser',
  'syntax',
  'binder',
  'catalog',
  'conversion',
  'mismatch type',
  'invalid type',
  'out of range',
]);

function unplannable(kind: string, message: string): string {
  if (kind === 'not implemented' && message.includes('MULTI')) {
    return FROM_DATA;
  }
  return `the engine cannot plan it without running it (${kind}: ${oneLine(message)})`;
}

const FROM_DATA =
  "a PIVOT whose columns depend on the data; list the values: PIVOT … ON … IN ('a', 'b'), or declare them by accepted_values";

function sentence(message: string, tables: readonly string[]): string {
  const missing = /^Table with name (\S+) does not exist/.exec(message)?.[1];
  if (missing === undefined) return oneLine(message);
  return `table ${missing} does not exist.${didYouMean(missing, tables)}`;
}

function oneLine(message: string): string {
  return message.replaceAll(/\s+/g, ' ').trim();
}

function calledAt({ file, line, column }: Location): string {
  return `  called at ${file}:${line}:${column}`;
}

function notOneQuery(node: QueryNode, count: number): Mistake {
  return {
    code: 'not-one-query',
    message: count === 0 ? `${node.name} has no SQL` : `${node.name} has ${count} statements; a model is one query`,
    location: node.location,
    fix: 'Leave one SELECT in the model; other statements belong into a hook.',
  };
}

/** The engine planned a query and then refused to make a table of it: a gap of ours, not the user's mistake. */
async function unknownWhereRefused<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof SqlError)
      throw new UnknownFlow(`the engine cannot make a table of it (${cause.kind}: ${oneLine(cause.message)})`);
    throw cause;
  }
}

interface Compiled {
  readonly sql: CompiledNode['sql'];
  readonly answers: readonly TemplateAnswer[];
}

interface Asked {
  readonly adapter: Adapter;
  /** To the queries of the template, in their order. */
  readonly answers: TemplateAnswer[];
  refusal: UnknownFlow | undefined;
}

/** Remembers what was asked, and that the adapter refused, since a template engine may wrap what it threw. */
function askedOnce(adapter: Adapter, onAsked: () => void): Asked {
  const asked: Asked = {
    answers: [],
    refusal: undefined,
    adapter: {
      ...adapter,
      query: async (sql) => {
        try {
          const result = await adapter.query(sql);
          onAsked();
          asked.answers.push({ sql, result });
          return result;
        } catch (cause) {
          if (cause instanceof UnknownFlow) asked.refusal = cause;
          throw cause;
        }
      },
    },
  };
  return asked;
}
