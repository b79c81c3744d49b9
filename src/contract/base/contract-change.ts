import type { ContractConfig, SyncConfig } from '../../config/fenceline-config.ts';
import type { Lineage } from '../../lineage/flow.ts';
import type { Location } from '../../location.ts';
import type { Project } from '../../project/project.ts';
import type { ContractChange, Severity } from '../finding.ts';

/** The contract where the work began: what it says, and the project whose tags it went by. */
export interface BaseSide {
  readonly contract: ContractConfig;
  readonly sync: SyncConfig;
  /** `undefined` when it has mistakes: then what fenceline.yml says is all there is to compare. */
  readonly project: Project | undefined;
}

export interface HeadSide extends BaseSide {
  readonly project: Project;
  readonly lineage: Lineage;
}

/** One way in which the contract asks for less than it did. */
export interface Weakening {
  readonly severity: Severity;
  readonly change: ContractChange;
  /** In the files of the head, where it is or would be written. */
  readonly location: Location;
}
