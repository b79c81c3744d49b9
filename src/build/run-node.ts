import { hideSecrets } from '../hide-secrets.ts';
import { type BuiltText, type HookTexts, noAnswers } from '../project/context/answers.ts';
import { type EndedRun, hasHooks, type Operation } from '../project/hooks.ts';
import type { Node, QueryNode, Seed, Test, UnitTest } from '../project/node.ts';
import type { CompiledNode, CompiledUnitTest, Project } from '../project/project.ts';
import { unreachable } from '../unreachable.ts';
import { mistakeText, UserError } from '../user-error.ts';
import { ownWords, SqlError } from '../warehouse/sql-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { warehouseAdapter } from './adapter.ts';
import { buildModel } from './build-model.ts';
import { runTest, type TestOutcome, testStatement } from './data-test.ts';
import { runHooks, runHooksInside, runHooksOutside } from './hooks.ts';
import { NodeFailed, requireNodeQuery, runExplained } from './node-query.ts';
import type { NodeResult } from './node-result.ts';
import { persistDocs } from './persist-docs.ts';
import { loadSeed } from './seed.ts';
import type { ShownCounts } from './shown-counts.ts';
import { dropStored, storingStatement } from './stored-failures.ts';
import { inTransaction } from './transaction.ts';
import { runUnitTest, unitTestStatement } from './unit-test.ts';

/** The values that all nodes of a build share. */
export interface NodeRun {
  readonly project: Project;
  readonly warehouse: Warehouse;
  readonly fullRefresh: boolean;
  /** Decides which counts are shown. Absent: all, for a user who may see the data. */
  readonly counts?: ShownCounts;
}

type Outcome = Pick<NodeResult, 'status' | 'message' | 'failures' | 'rows'>;

/** The texts of a rendered node, which its result keeps also if the node then fails. */
interface Rendered {
  compiledCode: string | undefined;
  builtText: BuiltText | undefined;
}

/** A node, or a test of its model's query that is no node of the graph. */
export type RunnableNode = Node | UnitTest;

/**
 * Builds a node, or runs it if it is a test. A mistake of the project becomes a result with status `error`.
 * @throws any error that is no mistake of the project
 */
export async function runNode(node: RunnableNode, session: Warehouse, run: NodeRun): Promise<NodeResult> {
  const started = performance.now();
  const rendered: Rendered = { compiledCode: undefined, builtText: undefined };
  const outcome = await outcomeOf(node, session, run, rendered).catch(failure);
  const { compiledCode, builtText } = rendered;
  return {
    uniqueId: node.uniqueId,
    milliseconds: Math.round(performance.now() - started),
    compiledCode,
    ...(builtText && { builtText }),
    ...outcome,
    message: outcome.message && hideSecrets(outcome.message, run.project.secrets),
  };
}

async function outcomeOf(node: RunnableNode, session: Warehouse, run: NodeRun, rendered: Rendered): Promise<Outcome> {
  const { project } = run;
  const [tested] = node.resourceType === 'unit_test' ? node.dependsOn.nodes : [];
  const unproven = project.unproven.get(tested ?? node.uniqueId);
  if (unproven && !unproven.isBuilt) {
    return { status: 'skipped', message: unproven.reason, failures: undefined, rows: undefined };
  }
  const adapter = warehouseAdapter(session, project.target.database);
  const keepCode = ({ sql, readsRows }: Pick<CompiledNode, 'sql' | 'readsRows'>) => {
    if (!readsRows) rendered.compiledCode = hideSecrets(sql.text, project.secrets);
  };
  switch (node.resourceType) {
    case 'seed':
      return success(await buildSeed(node, session, run, rendered));
    case 'model':
    case 'snapshot':
      return modelOutcome(
        node,
        await buildModel({
          ...run,
          model: node,
          adapter,
          session,
          onRendered(compiled, text) {
            rendered.builtText = text;
            keepCode(compiled);
          },
        }),
        run,
      );
    case 'test': {
      const compiled = await project.compile(node, { adapter });
      keepCode(compiled);
      return { rows: undefined, ...(await judgeTest(node, compiled, session, run)) };
    }
    case 'unit_test': {
      const compiled = await project.compileUnitTest(node, adapter);
      keepCode(compiled);
      return { rows: undefined, ...(await judgeUnitTest(node, compiled, session, run)) };
    }
    default:
      return unreachable(node);
  }
}

function modelOutcome(model: QueryNode, rows: number | undefined, { counts }: NodeRun): Outcome {
  return success(counts?.ofRows(model) === false ? undefined : rows);
}

function success(rows: number | undefined): Outcome {
  return { status: 'success', message: undefined, failures: undefined, rows };
}

function failure(error: unknown): Outcome {
  return { status: 'error', message: errorText(error), failures: undefined, rows: undefined };
}

/** The message of a node's result. @throws an error that is no mistake of the project */
function errorText(error: unknown): string {
  if (error instanceof NodeFailed) return error.message;
  if (error instanceof UserError) return error.mistakes.map(mistakeText).join('\n');
  // This statement is ours and ran on real rows: its error message may quote them.
  if (error instanceof SqlError) return ownWords(error) ?? `${error.kind} error in the warehouse`;
  throw error;
}

async function buildSeed(seed: Seed, session: Warehouse, { project }: NodeRun, rendered: Rendered): Promise<number> {
  const table = project.readSeed(seed);
  const adapter = warehouseAdapter(session, project.target.database);
  const hooks: HookTexts = { statements: [], readsRows: false };
  const around = { owner: seed, project, adapter, session, texts: hooks };
  if (hasHooks(seed)) rendered.builtText = { parts: new Map(), answers: noAnswers(), hooks };
  await runHooksOutside(seed.config.preHook, around);
  const rows = await inTransaction(session, async () => {
    await runHooksInside(seed.config.preHook, around);
    const loaded = await loadSeed(seed, table, session, await adapter.relationType(seed.schema, seed.alias));
    await runHooksInside(seed.config.postHook, around);
    await persistDocs(seed, 'table', session, project.secrets);
    return loaded;
  });
  await runHooksOutside(seed.config.postHook, around);
  return rows;
}

/** Runs an `on-run-start` or `on-run-end` hook. Gives a result as for a node. */
export async function runOperation(
  operation: Operation,
  session: Warehouse,
  run: NodeRun,
  ended?: EndedRun,
): Promise<NodeResult> {
  const started = performance.now();
  const { project } = run;
  const adapter = warehouseAdapter(session, project.target.database);
  const hooks: HookTexts = { statements: [], readsRows: false };
  const outcome = await inTransaction(session, () =>
    runHooks([operation], { owner: operation, project, adapter, session, texts: hooks, ...(ended && { ended }) }),
  ).then(() => success(undefined), failure);
  return {
    uniqueId: operation.uniqueId,
    milliseconds: Math.round(performance.now() - started),
    compiledCode: undefined,
    builtText: { parts: new Map(), answers: noAnswers(), hooks },
    ...outcome,
    message: outcome.message && hideSecrets(outcome.message, project.secrets),
  };
}

/** Runs a test, and keeps its failures in a table if it is configured so and no personal data is in them. */
async function judgeTest(test: Test, compiled: CompiledNode, session: Warehouse, run: NodeRun): Promise<TestOutcome> {
  const { warehouse, counts, project } = run;
  const query = await requireNodeQuery(compiled, session);
  const statement = await testStatement(test, query, session);
  const running = { compiled, statement, planned: statement, warehouse };
  const outcome = await runExplained(() => runTest(test, statement, session, counts), running);
  if (test.config.storedAs === undefined) return outcome;
  if ((await counts?.ofQuery(query.sql, session)) === false) {
    await dropStored(test, session);
    const remark = 'its failures are not stored, since personal data has a part in them';
    return { ...outcome, message: outcome.message === undefined ? remark : `${outcome.message}; ${remark}` };
  }
  const isSecret = hideSecrets(compiled.sql.text, project.secrets) !== compiled.sql.text;
  const stored = storingStatement(test, query, isSecret ? 'table' : test.config.storedAs);
  await dropStored(test, session);
  await runExplained(() => session.run(stored.sql), { ...running, statement: stored, planned: query });
  return outcome;
}

async function judgeUnitTest(
  unitTest: UnitTest,
  compiled: CompiledUnitTest,
  session: Warehouse,
  { warehouse, project }: NodeRun,
) {
  const query = await requireNodeQuery(compiled, session);
  const statement = await unitTestStatement(unitTest, query, session);
  const running = { compiled, statement, planned: statement, warehouse };
  return runExplained(() => runUnitTest(compiled, statement, session, project.secrets), running);
}
