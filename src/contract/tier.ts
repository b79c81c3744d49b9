import type { State } from '../lineage/flow.ts';

/** A set of models and the strongest state of personal data they may hold. */
export interface Tier {
  readonly name: string;
  /** Folder below a model folder: `marts/safe`. */
  readonly path: string;
  readonly allow: State;
}
