import { randomBytes } from 'node:crypto';
import type { ContractConfig } from '../config/fenceline-config.ts';
import type { Lineage } from '../lineage/flow.ts';
import { sourceColumns } from '../lineage/source-columns.ts';
import type { TraceCache } from '../lineage/trace-cache.ts';
import { type TracedProject, traceProject } from '../lineage/trace-project.ts';
import type { Adapter, Project } from '../project/project.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

export interface StaticTrace {
  readonly project: Project;
  /** Where sources exist with their types; without one the types declared in YAML count. */
  readonly warehouse: Warehouse | undefined;
  readonly contract: ContractConfig;
  /** What templates may ask of the data; without one a model whose template asks is unknown. */
  readonly adapter: Adapter | undefined;
  /** Traces of the same project with other texts: what did not change is taken from it. */
  readonly cache?: TraceCache | undefined;
  readonly signal: AbortSignal;
}

/** @throws {UserError} for SQL the engine cannot bind, at its place in the template */
export async function traceStatically({
  project,
  warehouse,
  contract,
  adapter,
  cache,
  signal,
}: StaticTrace): Promise<TracedProject> {
  return traceProject({
    project,
    sourceColumns: await sourceColumns(project, warehouse),
    masks: contract.masks,
    // Nobody who writes a template can know it, so nobody can write a mark that looks like ours.
    nonce: randomBytes(12).toString('hex'),
    signal,
    ...(adapter && { adapter }),
    ...(cache && { cache }),
  });
}

export function isTraced(lineage: Lineage): boolean {
  return [...lineage.nodes.values()].every(({ status }) => status === 'traced');
}
