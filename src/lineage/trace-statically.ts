import { hideInMistakes } from '../hide-secrets.ts';
import { nameKey } from '../name.ts';
import type { BuiltText } from '../project/context/answers.ts';
import { withoutWords } from '../project/context/watch-rows.ts';
import type { Adapter, Project } from '../project/project.ts';
import { UserError } from '../user-error.ts';
import { readCatalog } from '../warehouse/catalog.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import type { Lineage } from './flow.ts';
import { hideRows } from './hide-rows.ts';
import type { TraceBefore } from './keep-traces.ts';
import type { Mask } from './query/mask-marker.ts';
import type { RunTexts } from './run-texts.ts';
import { sourceColumns } from './shadow/source-columns.ts';
import { traceProject } from './trace-project.ts';
import type { TracedProject } from './traced-project.ts';

export interface StaticTrace {
  readonly project: Project;
  /** Warehouse with the tables of the sources; without one, the types that YAML declares count. */
  readonly warehouse: Warehouse | undefined;
  /** Macros that mask, as the contract lists them. */
  readonly masks: readonly Mask[];
  readonly runTexts: RunTexts;
  /** Answers the queries of templates; without one, a model whose template queries the data is unknown. */
  readonly adapter: Adapter | undefined;
  /** Texts that the build ran, by unique id. */
  readonly built?: ReadonlyMap<string, BuiltText>;
  /** `TraceOptions.mistaken` */
  readonly mistaken?: 'unknown' | undefined;
  /** Trace of the project before some nodes changed (`TraceOptions.before`). */
  readonly before?: TraceBefore | undefined;
  readonly signal: AbortSignal;
}

/**
 * Traces a project. Neither the lineage nor the message of an error contains rows that templates read.
 *
 * @throws {UserError} for SQL that the engine cannot bind, at its place in the template
 */
export async function traceStatically({
  project,
  warehouse,
  masks,
  runTexts,
  adapter,
  built,
  mistaken,
  before,
  signal,
}: StaticTrace): Promise<TracedProject> {
  const reading = new Set<string>();
  const watched: Project = {
    ...project,
    async compile(node, rendering) {
      const compiled = await project.compile(node, rendering);
      // Without an adapter, templates see the empty tables of the shadow schema: no row is read.
      if (adapter && compiled.readsRows) reading.add(node.uniqueId);
      return compiled;
    },
  };
  const columns = await sourceColumns(project, warehouse);
  const tables = warehouse ? (await readCatalog(warehouse)).tables : [];
  try {
    const traced = await traceProject({
      project: watched,
      sourceColumns: columns,
      otherTables: new Set(tables.map(({ alias }) => nameKey(alias))),
      masks,
      ...runTexts,
      signal,
      ...(adapter && { adapter }),
      ...(built && { built }),
      ...(mistaken && { mistaken }),
      ...(before && { before }),
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
 * Traces a project again after its build, if need be. Returns `traced` if it is complete and the build ran the same texts; else a new
 * trace, in which templates get the answers that they got during the build.
 */
export async function traceBuilt(
  traced: TracedProject,
  results: readonly { readonly uniqueId: string; readonly builtText?: BuiltText }[],
  statically: StaticTrace,
): Promise<TracedProject> {
  const built = new Map(
    results.flatMap(({ uniqueId, builtText }) => (builtText ? [[uniqueId, builtText] as const] : [])),
  );
  const hasRunHooks = [...built.values()].some(({ hooks }) => hooks !== undefined);
  const isSame =
    !hasRunHooks &&
    [...built.values()].every(({ parts }) =>
      [...parts].every(([uniqueId, text]) => traced.texts.get(uniqueId)?.has(text)),
    );
  return isSame && isTraced(traced) ? traced : traceStatically({ ...statically, built });
}
