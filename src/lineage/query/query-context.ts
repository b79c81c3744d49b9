import type { BuiltText } from '../../project/context/answers.ts';
import { pathsIn } from '../../project/paths-in.ts';
import type { Adapter, Project } from '../../project/project.ts';
import type { Mistake } from '../../user-error.ts';
import type { ColumnRef, NodeLineage } from '../flow.ts';
import type { HookEffects } from '../hook-effects.ts';
import type { TraceContext } from '../plan/walk.ts';
import type { ModelLineage } from '../propagate/carried-flow.ts';
import type { QueryTrace } from '../query-trace.ts';
import type { ShadowSchema } from '../shadow/shadow-schema.ts';
import type { TraceCache } from '../trace-cache.ts';
import type { ExposedSecret, MaskSecrets } from './exposed-secrets.ts';
import { type Mask, MaskMarker } from './mask-marker.ts';

/**
 * State that the traces of all queries of a project share. Only the ledger and the tables of the shadow schema change.
 */
export interface QueryContext {
  readonly project: Project;
  readonly shadow: ShadowSchema;
  /** Answers the queries of templates. */
  readonly adapter: Adapter;
  /** Whether the adapter reads a warehouse, so that its answers may be rows of data. */
  readonly answersRows: boolean;
  /** Texts that the build ran, by unique id of the node. */
  readonly built: ReadonlyMap<string, BuiltText>;
  readonly masks: readonly Mask[];
  /** Output of the macros of each mask for one column, by the name of the mask. */
  readonly maskSamples: ReadonlyMap<string, readonly string[]>;
  readonly secrets: MaskSecrets;
  /** Part of each mark around a mask: random letters and digits that no author of a template can know. */
  readonly nonce: string;
  readonly isKey: (column: ColumnRef) => boolean;
  /** Whether lineage begins at a column (`Upstream.isOrigin`). */
  readonly isOrigin: (column: ColumnRef) => boolean;
  readonly hooks: HookEffects;
  readonly cache: ProjectCache | undefined;
  /** `TraceOptions.otherTables`, empty without a warehouse. */
  readonly otherTables: ReadonlySet<string>;
  /** `TraceOptions.mistaken` */
  readonly mistaken: 'unknown' | undefined;
  /** The relations that templates find; absent for those of the adapter. */
  readonly world?: RelationWorld;
  readonly ledger: Ledger;
}

/**
 * A possible state of the warehouse: for each relation that a template asks about, whether it is a table, a view, or
 * missing.
 */
export interface RelationWorld {
  /** The adapter, with the relations of this world in place of its own. */
  over(adapter: Adapter): Adapter;
}

export interface ProjectCache {
  readonly traces: TraceCache;
  /** Part of each cache key: the versions of Fenceline and DuckDB, and all relation names. */
  readonly surroundings: string;
}

/** The results of a trace, node by node in DAG order. Keys and members are unique ids. */
export interface Ledger {
  readonly nodes: Map<string, NodeLineage>;
  /** Lineage of models and snapshots, for the nodes after them. Seeds are not in it: they are roots, as sources are. */
  readonly models: Map<string, ModelLineage>;
  readonly queries: Map<string, QueryTrace>;
  /** Texts that each node's own template printed, without those of ephemeral models. */
  readonly texts: Map<string, Set<string>>;
  /** Nodes whose templates read rows: the message of an error may quote these rows. */
  readonly rowReaders: Set<string>;
  /**
   * Models with a PIVOT over the data, traced with the columns of the declared values. The data may have other values.
   */
  readonly filledPivots: Set<string>;
  /** Nodes that are left out of the lineage: their SQL has an error, or an input's has. */
  readonly skipped: Set<string>;
  readonly mistakes: Mistake[];
  readonly exposed: ExposedSecret[];
}

export function emptyLedger(): Ledger {
  return {
    nodes: new Map(),
    models: new Map(),
    queries: new Map(),
    texts: new Map(),
    rowReaders: new Set(),
    filledPivots: new Set(),
    skipped: new Set(),
    mistakes: [],
    exposed: [],
  };
}

/** The context of a walk over a plan of this project. */
export function traceContext(
  marker: MaskMarker,
  { shadow, project }: Pick<QueryContext, 'shadow' | 'project'>,
): TraceContext {
  return { ownerOf: (table) => shadow.ownerOf(table), pathsOf: pathsIn(project), marks: marker.marks() };
}

/** The marker for one rendering of a node: it marks the output of each mask, so that the plan shows where masks are. */
export function newMarker({ masks, nonce, maskSamples }: QueryContext): MaskMarker {
  return new MaskMarker(masks, nonce, maskSamples);
}
