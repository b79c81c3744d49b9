import type { State } from '../lineage/flow.ts';

/** The part of a project that personal data passes through, for the diagram on the pull request. */
export interface PiiGraph {
  readonly nodes: readonly PiiNode[];
  readonly edges: readonly PiiEdge[];
}

export interface PiiNode {
  readonly uniqueId: string;
  readonly name: string;
  readonly layer: 'source' | 'model' | 'exposure';
  /** The tier it is in, if any. */
  readonly tier: string | undefined;
  /** Columns that carry personal data, strongest state first; an exposure has those of its models, as `model.column`. */
  readonly columns: readonly { readonly name: string; readonly state: State }[];
  /** A finding says that a value reaches this node which its tier does not admit. */
  readonly leaks: boolean;
}

/** Direct flows from one node to the next, with the strongest state among them. */
export interface PiiEdge {
  readonly from: string;
  readonly to: string;
  readonly state: State;
  /** Lies on the path of a leak. */
  readonly leaks: boolean;
}
