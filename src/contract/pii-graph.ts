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
  readonly columns: readonly PiiGraphColumn[];
  /** Name of the owner of an exposure, as the project declares it. */
  readonly owner?: string;
  /** Whether a finding says that a value reaches this node which its tier does not admit. */
  readonly leaks: boolean;
}

export interface PiiGraphColumn {
  readonly name: string;
  readonly state: State;
  /** Whether a finding says that the tier does not admit the column; absent where none does. */
  readonly leaks?: true;
}

/** Direct flows from one node to the next, with the strongest state among them. */
export interface PiiEdge {
  readonly from: string;
  readonly to: string;
  readonly state: State;
  /** Whether the edge lies on the path of a leak. */
  readonly leaks: boolean;
}
