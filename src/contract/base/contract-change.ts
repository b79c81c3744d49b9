import type { ContractConfig, SyncConfig } from '../../config/fenceline-config.ts';
import type { Lineage } from '../../lineage/flow.ts';
import type { Location } from '../../location.ts';
import type { Project } from '../../project/project.ts';
import type { ContractChange, Severity } from '../finding.ts';

/** The contract where the work branched off, and the project with its tags. */
export interface BaseSide {
  readonly contract: ContractConfig;
  readonly sync: SyncConfig;
  /** `undefined` when it has mistakes: then only fenceline.yml is compared. */
  readonly project: Project | undefined;
}

export interface HeadSide extends BaseSide {
  readonly project: Project;
  readonly lineage: Lineage;
}

/** One way in which the contract is weaker than on the base. */
export interface Weakening {
  readonly severity: Severity;
  readonly change: ContractChange;
  /** In the files of the head, where the weaker thing is written or would be. */
  readonly location: Location;
}
