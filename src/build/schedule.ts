import { isEphemeral } from '../project/ephemeral.ts';
import { isTest, type Node } from '../project/node.ts';
import { parentsOf, reachable } from '../project/order.ts';
import type { Project } from '../project/project.ts';

/** Unique id of each node that runs → unique ids of the nodes that must end before it starts; in the order of the graph. */
export type Schedule = ReadonlyMap<string, readonly string[]>;

/**
 * The nodes that run, and their order (dbt: `dbt build`): a node runs after the selected nodes it reads, also through nodes
 * that are not selected or are ephemeral, and after every test whose nodes all run before it. The unit tests of a model run
 * just before it, one after another, so that one that fails skips the rest. Without their model they do not run.
 */
export function makeSchedule(project: Project, selected: ReadonlySet<string>, kind: 'build' | 'test'): Schedule {
  const parents = parentsOf(project.nodes);
  const nodes = project.order.flatMap((uniqueId) => {
    const node = project.nodes.get(uniqueId);
    return node && selected.has(uniqueId) && isRun(node, kind) ? [node] : [];
  });
  const runs = new Set(nodes.map(({ uniqueId }) => uniqueId));
  const before = new Map(nodes.map(({ uniqueId }) => [uniqueId, reachable([uniqueId], parents)]));
  const tests = nodes.filter(isTest);
  const unitTests = [...project.unitTests.values()].filter(({ uniqueId }) => selected.has(uniqueId));
  const schedule = new Map<string, readonly string[]>();
  if (kind === 'test') for (const { uniqueId } of unitTests) schedule.set(uniqueId, []);
  const lastUnitTest = new Map<string, string>();
  for (const uniqueId of kind === 'build' ? project.order : runs) {
    const node = project.nodes.get(uniqueId);
    const own = kind === 'build' ? unitTests.filter(({ dependsOn }) => dependsOn.nodes[0] === uniqueId) : [];
    if (!node || !selected.has(uniqueId) || !(runs.has(uniqueId) || own.length > 0)) continue;
    const ancestors = before.get(uniqueId) ?? reachable([uniqueId], parents);
    const gates = isTest(node) ? [] : tests.filter((test) => isAfter(ancestors, test));
    const waitsFor = [
      ...[...ancestors].filter((id) => runs.has(id)),
      ...[...ancestors].flatMap((id) => lastUnitTest.get(id) ?? []),
      ...gates.map((test) => test.uniqueId),
    ];
    for (const unitTest of own) {
      schedule.set(unitTest.uniqueId, waitsFor.concat(lastUnitTest.get(uniqueId) ?? []));
      lastUnitTest.set(uniqueId, unitTest.uniqueId);
    }
    const gate = lastUnitTest.get(uniqueId) ?? [];
    if (runs.has(uniqueId)) schedule.set(uniqueId, waitsFor.concat(gate));
  }
  return schedule;
}

/** Whether all nodes that a test reads are among the ancestors. A test that reads no node holds up no node. */
function isAfter(ancestors: ReadonlySet<string>, { dependsOn: { nodes } }: Node): boolean {
  return nodes.length > 0 && nodes.every((id) => ancestors.has(id));
}

function isRun(node: Node, kind: 'build' | 'test'): boolean {
  return isTest(node) || (kind === 'build' && !isEphemeral(node));
}

interface RunOptions<Worker> {
  /** One worker for each node that may run at a time. */
  readonly workers: readonly Worker[];
  readonly signal: AbortSignal;
  /** Runs one node; gives whether the nodes that depend on it may run. */
  run(uniqueId: string, worker: Worker): Promise<boolean>;
  /** Called with a node that does not run, since a node that it depends on has failed. */
  skip(uniqueId: string): void;
}

/**
 * Runs the nodes of a schedule, each after the nodes it waits for. Nodes that are ready start in the order of the
 * schedule.
 */
export async function runSchedule<Worker>(schedule: Schedule, options: RunOptions<Worker>): Promise<void> {
  const ended = new Map<string, boolean>();
  const waiting = new Set(schedule.keys());
  const idle = [...options.workers];
  const running = new Set<Promise<void>>();
  while (waiting.size > 0 || running.size > 0) {
    if (options.signal.aborted) await Promise.allSettled(running);
    options.signal.throwIfAborted();
    for (const uniqueId of waiting) {
      const before = schedule.get(uniqueId) ?? [];
      if (before.some((id) => ended.get(id) === false)) {
        waiting.delete(uniqueId);
        ended.set(uniqueId, false);
        options.skip(uniqueId);
        continue;
      }
      const worker = before.every((id) => ended.has(id)) ? idle.pop() : undefined;
      if (worker === undefined) continue;
      waiting.delete(uniqueId);
      const work = options.run(uniqueId, worker).then((endedWell) => {
        ended.set(uniqueId, endedWell);
        idle.push(worker);
        running.delete(work);
      });
      running.add(work);
    }
    if (running.size > 0) await Promise.race(running);
  }
}
