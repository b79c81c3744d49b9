import { randomBytes } from 'node:crypto';
import { hideInMistakes } from '../hide-secrets.ts';
import type { BuiltText } from '../project/context/answers.ts';
import { withoutWords } from '../project/context/watch-rows.ts';
import type { Adapter, Project } from '../project/project.ts';
import { UserError } from '../user-error.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { Lineage } from './flow.ts';
import { hideRows } from './hide-rows.ts';
import type { Mask } from './query/mask-marker.ts';
import { sourceColumns } from './shadow/source-columns.ts';
import type { TraceCache } from './trace-cache.ts';
import { type TracedProject, traceProject } from './trace-project.ts';

export interface StaticTrace {
  readonly project: Project;
  /** Where sources exist with their types; without one the types declared in YAML count. */
  readonly warehouse: Warehouse | undefined;
  /** Macros that mask, as the contract names them. */
  readonly masks: readonly Mask[];
  /** What templates may ask of the data; without one a model whose template asks is unknown. */
  readonly adapter: Adapter | undefined;
  /** How nodes were rendered when they were built. */
  readonly built?: ReadonlyMap<string, BuiltText>;
  /** Traces of the same project with other texts: what did not change is taken from it. */
  readonly cache?: TraceCache | undefined;
  readonly signal: AbortSignal;
}

/**
 * What templates read of the data is not in the lineage, nor in the words of an error.
 * @throws {UserError} for SQL the engine cannot bind, at its place in the template
 */
export async function traceStatically({
  project,
  warehouse,
  masks,
  adapter,
  built,
  cache,
  signal,
}: StaticTrace): Promise<TracedProject> {
  const reading = new Set<string>();
  const watched: Project = {
    ...project,
    async compile(node, rendering) {
      const compiled = await project.compile(node, rendering);
      // Without an adapter the columns it asks of come from empty tables.
      if (adapter && compiled.readsRows) reading.add(node.uniqueId);
      return compiled;
    },
  };
  const columns = await sourceColumns(project, warehouse);
  try {
    const traced = await traceProject({
      project: watched,
      sourceColumns: columns,
      masks,
      // Nobody who writes a template can know it, so nobody can write a mark that looks like ours.
      nonce: randomBytes(12).toString('hex'),
      signal,
      ...(adapter && { adapter }),
      ...(built && { built }),
      ...(cache && { cache }),
    });
    return hideRows(traced, { project, reading });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw reading.size > 0 ? withoutWords(error) : hideInMistakes(error, project.secrets, error);
  }
}

export function isTraced(lineage: Lineage): boolean {
  return [...lineage.nodes.values()].every(({ status }) => status === 'traced');
}

/**
 * The lineage of what was built: `traced`, where all of it was traced before and is the text that ran; else traced again
 * with what templates were told while they were built.
 */
export async function traceBuilt(
  traced: TracedProject,
  results: readonly { readonly uniqueId: string; readonly builtText?: BuiltText }[],
  statically: StaticTrace,
): Promise<TracedProject> {
  const built = new Map(
    results.flatMap(({ uniqueId, builtText }) => (builtText ? [[uniqueId, builtText] as const] : [])),
  );
  const isSame = [...built.values()].every(({ parts }) =>
    [...parts].every(([uniqueId, text]) => traced.texts.get(uniqueId)?.has(text)),
  );
  return isSame && isTraced(traced) ? traced : traceStatically({ ...statically, built });
}
