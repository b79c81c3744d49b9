import { nameKey } from '../name.ts';
import type { Progress } from '../progress.ts';
import type { EndedRun, Operation } from '../project/hooks.ts';
import { isTableNode, isTest, type Placement, type TableNode, type Test } from '../project/node.ts';
import { identifier, sql } from '../sql.ts';
import { requireHarmlessObjects } from '../warehouse/functions/own-objects.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { buildStep } from './build-step.ts';
import type { NodeResult } from './node-result.ts';
import { type NodeRun, type RunnableNode, runNode, runOperation } from './run-node.ts';
import { makeSchedule, runSchedule } from './schedule.ts';

export interface BuildOptions extends NodeRun {
  readonly selected: ReadonlySet<string>;
  /** `test` runs only the data tests, on tables of an earlier build. */
  readonly kind: 'build' | 'test';
  /** Number of nodes that run at a time. */
  readonly threads: number;
  /** Whether no other node starts after one has failed (dbt: `--fail-fast`). */
  readonly failFast?: boolean;
  /** Whether a test that warns fails (dbt: `--warn-error`). */
  readonly warnError?: boolean;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Builds seeds, models and snapshots and runs tests in the order of the graph. A node that fails gives a result with status
 * `error` or `fail`, and the nodes that depend on it are skipped. Gives the results in the order in which the nodes ended.
 */
export async function buildProject(options: BuildOptions): Promise<readonly NodeResult[]> {
  const { project, warehouse, selected, kind, threads, progress, signal } = options;
  const schedule = makeSchedule(project, selected, kind);
  const node = (uniqueId: string) => {
    const found = project.nodes.get(uniqueId) ?? project.unitTests.get(uniqueId);
    if (!found) throw new Error(`internal: ${uniqueId} is scheduled but not in the project`);
    return found;
  };
  await requireHarmlessObjects(warehouse);
  const scheduled = [...schedule.keys()].map(node);
  const tables = scheduled.filter(isTable);
  const isBuilt = ({ uniqueId }: RunnableNode) => project.unproven.get(uniqueId)?.isBuilt !== false;
  const places = [...(kind === 'build' ? tables : []), ...scheduled.filter(isStored)];
  await createSchemas(places.filter(isBuilt), warehouse);
  const results: NodeResult[] = [];
  let hasFailed = false;
  const keep = (result: NodeResult) => {
    results.push(result);
    progress(buildStep(node(result.uniqueId), result));
  };
  const runHooksOfRun = async (
    when: Operation['when'],
    session: Warehouse | undefined,
    ended?: EndedRun,
  ): Promise<void> => {
    if (schedule.size === 0 || !session) return;
    let isStopped = false;
    for (const operation of project.operations.filter((one) => one.when === when)) {
      const result: NodeResult = isStopped
        ? skipped(operation.uniqueId, 'a hook before it failed')
        : await runOperation(operation, session, options, ended);
      signal.throwIfAborted();
      isStopped ||= result.status === 'error';
      results.push(result);
      progress(buildStep(operation, result));
    }
  };
  signal.throwIfAborted();
  const sessions = await Promise.all(Array.from({ length: threads }, () => warehouse.session()));
  // Closing a session interrupts its running statement.
  const close = () => Promise.all(sessions.map((session) => session[Symbol.asyncDispose]()));
  signal.addEventListener('abort', close, { once: true });
  try {
    await runHooksOfRun('on-run-start', sessions[0]);
    const before = results.length;
    await runSchedule(schedule, {
      workers: sessions,
      signal,
      async run(uniqueId, session) {
        if (hasFailed && options.failFast) {
          keep(skipped(uniqueId, 'another node failed, and --fail-fast ends the run'));
          return false;
        }
        const result = judged(await runNode(node(uniqueId), session, options), options);
        // An aborted node throws here, so that it is not reported as failed.
        signal.throwIfAborted();
        keep(result);
        const isGood = result.status !== 'error' && result.status !== 'fail' && result.status !== 'skipped';
        hasFailed ||= result.status === 'error' || result.status === 'fail';
        return isGood;
      },
      skip: (uniqueId) => keep(skipped(uniqueId, 'something it depends on failed')),
    });
    await runHooksOfRun('on-run-end', sessions[0], {
      results: results.slice(before),
      schemas: [
        ...new Map(tables.map(({ database, schema }) => [nameKey(database, schema), { database, schema }])).values(),
      ],
    });
  } finally {
    signal.removeEventListener('abort', close);
    await close();
  }
  return results;
}

function judged(result: NodeResult, { warnError }: BuildOptions): NodeResult {
  return warnError && result.status === 'warn' ? { ...result, status: 'fail' } : result;
}

function skipped(uniqueId: string, message: string): NodeResult {
  return {
    uniqueId,
    status: 'skipped',
    message,
    failures: undefined,
    rows: undefined,
    milliseconds: 0,
    compiledCode: undefined,
  };
}

function isTable(node: RunnableNode): node is TableNode {
  return node.resourceType !== 'unit_test' && isTableNode(node);
}

/** Whether a node is a test that keeps its failures in a relation. */
function isStored(node: RunnableNode): node is Test {
  return node.resourceType !== 'unit_test' && isTest(node) && node.config.storedAs !== undefined;
}

async function createSchemas(
  nodes: readonly Pick<Placement, 'database' | 'schema'>[],
  warehouse: Warehouse,
): Promise<void> {
  const schemas = new Map(
    nodes.map(({ database, schema }) => [nameKey(database, schema), identifier(database, schema)]),
  );
  for (const schema of schemas.values()) await warehouse.run(sql`create schema if not exists ${schema}`);
}
