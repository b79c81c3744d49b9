import type { State } from '../lineage/flow.ts';

/** Only what personal data touches: for the diagram on the pull request. */
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
  /** The columns that carry personal data, strongest state first; those of an exposure are its models', as `model.column`. */
  readonly columns: readonly { readonly name: string; readonly state: State }[];
  /** An error finding is about this node. */
  readonly leaks: boolean;
}

/** Direct flows from one node to the next; the strongest state among them. */
export interface PiiEdge {
  readonly from: string;
  readonly to: string;
  readonly state: State;
  /** Lies on the path of an error finding. */
  readonly leaks: boolean;
}
