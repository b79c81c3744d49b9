import { hideSecrets } from '../hide-secrets.ts';
import { nameKey } from '../name.ts';
import type { Progress } from '../progress.ts';
import { type Answers, type BuiltText, noAnswers, rememberingAdapter } from '../project/context/answers.ts';
import { withoutWords } from '../project/context/watch-rows.ts';
import type { Node, QueryNode, Seed, Test } from '../project/node.ts';
import type { Adapter, CompiledNode, Project } from '../project/project.ts';
import type { Frame } from '../project/snapshots/snapshot-query.ts';
import { mistakeText, UserError } from '../user-error.ts';
import { requireOneQuery } from '../warehouse/one-query.ts';
import { identifier, projectSql, relation, sql } from '../warehouse/sql.ts';
import { SqlError } from '../warehouse/sql-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { warehouseAdapter } from './adapter.ts';
import { runTest, testStatement } from './data-test.ts';
import { incremental } from './incremental.ts';
import type { Materialization } from './materialization.ts';
import type { NodeResult } from './node-result.ts';
import { makeSchedule, runSchedule } from './schedule.ts';
import { loadSeed } from './seed.ts';
import { snapshot } from './snapshot.ts';
import { type Statement, sqlErrorText, wordsWithoutRows } from './statement.ts';
import { table } from './table.ts';
import { view } from './view.ts';

const MATERIALIZATIONS: readonly Materialization[] = [view, table, incremental];

export interface BuildOptions {
  readonly project: Project;
  readonly warehouse: Warehouse;
  readonly selected: ReadonlySet<string>;
  /** `test` runs the tests on what is built. */
  readonly kind: 'build' | 'test';
  /** Nodes at a time. */
  readonly threads: number;
  readonly fullRefresh: boolean;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Builds seeds, models and snapshots and runs tests in the order of the graph. What fails is a result, and what depends on it is
 * skipped. Gives the results in the order the nodes ended.
 */
export async function buildProject(options: BuildOptions): Promise<readonly NodeResult[]> {
  const { project, warehouse, selected, kind, threads, signal } = options;
  const schedule = makeSchedule(project, selected, kind);
  const nodes = [...schedule.keys()].flatMap((uniqueId) => project.nodes.get(uniqueId) ?? []);
  if (kind === 'build') await createSchemas(nodes, warehouse);
  const results: NodeResult[] = [];
  const compiled = new Map<string, string>();
  signal.throwIfAborted();
  const sessions = await Promise.all(Array.from({ length: threads }, () => warehouse.session()));
  // Closing a session interrupts what it runs.
  const close = () => Promise.all(sessions.map((session) => session[Symbol.asyncDispose]()));
  signal.addEventListener('abort', close, { once: true });
  try {
    await runSchedule(schedule, {
      workers: sessions,
      signal,
      async run(uniqueId, session) {
        const node = project.nodes.get(uniqueId);
        if (!node) throw new Error(`internal: ${uniqueId} is scheduled but not in the project`);
        const result = await runNode(node, session, compiled, options);
        // What an abort interrupted did not fail.
        signal.throwIfAborted();
        results.push(result);
        tell(node, result, options.progress);
        return result.status !== 'error' && result.status !== 'fail';
      },
      skip(uniqueId) {
        const node = project.nodes.get(uniqueId);
        if (!node) throw new Error(`internal: ${uniqueId} is scheduled but not in the project`);
        const result: NodeResult = {
          uniqueId,
          status: 'skipped',
          message: 'something it depends on failed',
          failures: undefined,
          rows: undefined,
          milliseconds: 0,
          compiledCode: undefined,
        };
        results.push(result);
        tell(node, result, options.progress);
      },
    });
  } finally {
    signal.removeEventListener('abort', close);
    await close();
  }
  return results;
}

async function createSchemas(nodes: readonly Node[], warehouse: Warehouse): Promise<void> {
  const built = nodes.filter(({ resourceType }) => resourceType !== 'test');
  const schemas = new Map(
    built.map(({ database, schema }) => [nameKey(database, schema), identifier(database, schema)]),
  );
  for (const schema of schemas.values()) await warehouse.run(sql`create schema if not exists ${schema}`);
}

async function runNode(
  node: Node,
  session: Warehouse,
  compiled: Map<string, string>,
  options: BuildOptions,
): Promise<NodeResult> {
  const started = performance.now();
  const asking: Asking = { answers: noAnswers(), text: undefined };
  const ended = (outcome: Omit<NodeResult, 'uniqueId' | 'milliseconds' | 'compiledCode' | 'builtText'>): NodeResult => {
    const milliseconds = Math.round(performance.now() - started);
    const message = outcome.message && hideSecrets(outcome.message, options.project.secrets);
    const builtText = asking.text && { builtText: asking.text };
    const compiledCode = compiled.get(node.uniqueId);
    return { uniqueId: node.uniqueId, milliseconds, compiledCode, ...builtText, ...outcome, message };
  };
  try {
    switch (node.resourceType) {
      case 'seed':
        return ended({
          status: 'success',
          message: undefined,
          failures: undefined,
          rows: await buildSeed(node, session, options),
        });
      case 'model':
      case 'snapshot':
        return ended({
          status: 'success',
          message: undefined,
          failures: undefined,
          rows: await buildModel(node, session, compiled, asking, options),
        });
      case 'test':
        return ended({ rows: undefined, ...(await judgeTest(node, session, compiled, options)) });
    }
  } catch (error) {
    return ended({ status: 'error', message: errorText(error), failures: undefined, rows: undefined });
  }
}

interface Asking {
  readonly answers: Answers;
  /** Once the node is rendered. */
  text: BuiltText | undefined;
}

/** @throws what is no mistake of the project */
function errorText(error: unknown): string {
  if (error instanceof NodeFailed) return error.message;
  if (error instanceof UserError) return error.mistakes.map(mistakeText).join('\n');
  // A statement of our own, on real rows: its words may quote them.
  if (error instanceof SqlError) return `${error.kind} error in the warehouse`;
  throw error;
}

/** The engine refused a node's SQL; the message is fit to be shown, what the engine said is its cause. */
class NodeFailed extends Error {}

async function buildSeed(seed: Seed, session: Warehouse, { project }: BuildOptions): Promise<number> {
  const table = project.readSeed(seed);
  return inTransaction(session, async () => {
    return loadSeed(seed, table, session, await adapterOf(session, project).relationType(seed.schema, seed.alias));
  });
}

async function buildModel(
  model: QueryNode,
  session: Warehouse,
  compiled: Map<string, string>,
  asking: Asking,
  { project, warehouse, fullRefresh }: BuildOptions,
): Promise<number | undefined> {
  const materialization =
    model.resourceType === 'snapshot'
      ? snapshot
      : MATERIALIZATIONS.find(({ name }) => name === model.config.materialized);
  if (!materialization) throw new Error(`internal: no materialization ${model.config.materialized}`);
  const adapter = adapterOf(session, project);
  const asked = rememberingAdapter(asking.answers, adapter);
  const isRefresh = model.config.fullRefresh ?? fullRefresh;
  const compiledModel = await project.compile(model, {
    adapter: asked,
    ...(isRefresh && { incremental: false }),
  });
  const { parts, readsRows } = compiledModel;
  asking.text = { parts, answers: asking.answers };
  if (!readsRows) compiled.set(model.uniqueId, hideSecrets(compiledModel.sql.text, project.secrets));
  const query = await requireQuery(compiledModel, session);
  const frame = (around: Frame) => requireQuery(compiledModel, session, around);
  await inTransaction(session, async () => {
    const existing = await adapter.relationType(model.schema, model.alias);
    const run = async (statement: Statement) => {
      await refusable(
        () => session.run(statement.sql),
        async (error) =>
          sqlErrorText(
            error,
            statement,
            compiledModel.sql,
            readsRows ? undefined : await wordsWithoutRows(query.sql, warehouse),
          ),
      );
    };
    await materialization.build({ model, query, frame, session, existing, fullRefresh: isRefresh, run });
  }).catch((error) => {
    // The columns it speaks of may be named by rows.
    throw readsRows && error instanceof UserError ? withoutWords(error) : error;
  });
  if (model.config.materialized === 'view') return undefined;
  const [row] = await session.rows(sql`select count(*) as count from ${relation(model)}`);
  return Number(row?.['count'] ?? 0);
}

async function judgeTest(
  test: Test,
  session: Warehouse,
  compiled: Map<string, string>,
  { project, warehouse }: BuildOptions,
) {
  const compiledTest = await project.compile(test, { adapter: adapterOf(session, project) });
  const { readsRows } = compiledTest;
  if (!readsRows) compiled.set(test.uniqueId, hideSecrets(compiledTest.sql.text, project.secrets));
  const statement = await testStatement(test, await requireQuery(compiledTest, session), session);
  return refusable(
    () => runTest(test, statement, session),
    async (error) =>
      sqlErrorText(
        error,
        statement,
        compiledTest.sql,
        readsRows ? undefined : await wordsWithoutRows(statement.sql, warehouse),
      ),
  );
}

/** @throws {NodeFailed} where the SQL, in the frame it stands in, does more than one query does */
function requireQuery(compiled: CompiledNode, session: Warehouse, frame?: Frame): Promise<Statement> {
  const { sql: own, readsRows } = compiled;
  const start = frame?.before.length ?? 0;
  const text = frame ? `${frame.before}${own.text}\n${frame.after}` : own.text;
  return refusable(
    async () => ({ sql: await requireOneQuery(projectSql(text), session), start }),
    // It is parsed and bound, and not run: only what its template read can be in the words.
    async (error) => sqlErrorText(error, { start }, own, readsRows ? undefined : error.message.split('\n')[0]),
  );
}

function adapterOf(session: Warehouse, project: Project): Adapter {
  return warehouseAdapter(session, project.target.database);
}

async function refusable<Result>(
  work: () => Promise<Result>,
  explain: (error: SqlError) => Promise<string>,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof SqlError) throw new NodeFailed(await explain(cause), { cause });
    throw cause;
  }
}

async function inTransaction<Result>(session: Warehouse, work: () => Promise<Result>): Promise<Result> {
  await session.run(sql`begin transaction`);
  try {
    const result = await work();
    await session.run(sql`commit`);
    return result;
  } catch (error) {
    // A closed session has rolled back already; what went wrong first is what counts.
    await session.run(sql`rollback`).catch(() => undefined);
    throw error;
  }
}

function tell(node: Node, { status, message, rows, milliseconds }: NodeResult, progress: Progress): void {
  const subject =
    node.resourceType === 'test' ? `test ${node.name}` : `${node.config.materialized} ${node.schema}.${node.alias}`;
  const count = rows === undefined ? '' : `, ${rows.toLocaleString('en-US')} rows`;
  const remark = message === undefined ? '' : `: ${message}`;
  progress({
    kind: 'step',
    stage: 'build',
    text: `${subject}${count}${remark} ${(milliseconds / 1000).toFixed(2)} s`,
    status: STEP_STATUS[status],
  });
}

const STEP_STATUS = { success: 'ok', pass: 'ok', warn: 'warn', fail: 'fail', error: 'fail', skipped: 'skip' } as const;
