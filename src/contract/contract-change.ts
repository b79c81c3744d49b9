import type { ContractConfig, SyncConfig } from '../config/fenceline-config.ts';
import type { Lineage } from '../lineage/flow.ts';
import type { Location } from '../location.ts';
import type { Project } from '../project/project.ts';
import type { ContractChange, Severity } from './finding.ts';

/** The contract at one commit: what it says, and the project whose tags it goes by. */
export interface ContractSide {
  readonly contract: ContractConfig;
  readonly sync: SyncConfig;
  readonly project: Project;
}

export interface HeadSide extends ContractSide {
  readonly lineage: Lineage;
}

/** One way in which the contract asks for less than it did. */
export interface Weakening {
  readonly severity: Severity;
  readonly change: ContractChange;
  /** In the files of the head, where it is or would be written. */
  readonly location: Location;
}
