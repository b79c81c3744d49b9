import type { BuiltText } from '../../project/context/answers.ts';
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
  /** Whether its answers may be rows; without a warehouse there are none. */
  readonly answersRows: boolean;
  /** How nodes were rendered when they were built, by unique id. */
  readonly built: ReadonlyMap<string, BuiltText>;
  readonly masks: readonly Mask[];
  /** Texts that the macros of each mask print for one column, by the name of the mask. */
  readonly maskSamples: ReadonlyMap<string, readonly string[]>;
  readonly secrets: MaskSecrets;
  /** Part of each mark around a mask: letters and digits that nobody who writes a template can know. */
  readonly nonce: string;
  readonly isKey: (column: ColumnRef) => boolean;
  readonly hooks: HookEffects;
  readonly cache: ProjectCache | undefined;
  /** As in `TraceOptions`. */
  readonly otherTables: ReadonlySet<string>;
  readonly mustBind: ReadonlySet<string> | undefined;
  /** Which relations templates find; absent: those of the adapter. */
  readonly world?: RelationWorld;
  readonly ledger: Ledger;
}

/** A warehouse as a template may find it: what each relation is that it asks about. */
export interface RelationWorld {
  /** The same adapter, but for which relations are there. */
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
  /** Lineage for the nodes after each one that a query fills: seeds are roots, as sources are. */
  readonly models: Map<string, ModelLineage>;
  readonly queries: Map<string, QueryTrace>;
  /** The texts that a node's own template gave, without those of ephemeral models. */
  readonly texts: Map<string, Set<string>>;
  /** Nodes whose templates got rows: the words of an error may quote them. */
  readonly rowReaders: Set<string>;
  /** Models with a PIVOT over the data, whose columns are those of the declared values: the data may have others. */
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
export function traceContext(marker: MaskMarker, { shadow }: Pick<QueryContext, 'shadow'>): TraceContext {
  return { ownerOf: (table) => shadow.ownerOf(table), marks: marker.marks() };
}

export function newMarker({ masks, nonce, maskSamples }: QueryContext): MaskMarker {
  return new MaskMarker(masks, nonce, maskSamples);
}
