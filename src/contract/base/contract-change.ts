import type { ContractConfig, OutsideSettings, SyncConfig } from '../../config/fenceline-config.ts';
import type { Lineage } from '../../lineage/flow.ts';
import type { Location } from '../../location.ts';
import { sameName } from '../../name.ts';
import { isTableNode, type TableNode } from '../../project/node.ts';
import type { Project } from '../../project/project.ts';
import type { ContractChange, Severity } from '../finding.ts';
import type { MaskPrint } from '../masks/mask-print.ts';

/** The contract of the base, and its project with the tags. */
export interface BaseSide {
  readonly contract: ContractConfig;
  readonly sync: SyncConfig;
  readonly outside: OutsideSettings;
  /** `undefined` when it has mistakes: then only fenceline.yml is compared. */
  readonly project: Project | undefined;
  /** Whether the head asks for the same packages, which the base borrows from it; absent for the head itself. */
  readonly hasSamePackages?: boolean;
  /** Texts that its masks print, by name of the mask; absent where they cannot be rendered. */
  readonly prints?: ReadonlyMap<string, MaskPrint>;
}

export interface HeadSide extends BaseSide {
  readonly project: Project;
  readonly lineage: Lineage;
}

/**
 * Finds the node of the base that a node of the head was before: by unique id, by name if the project was renamed, or
 * by table if the file was renamed.
 */
export function predecessorOf(node: TableNode, head: Project, base: Project): TableNode | undefined {
  const tables = [...base.nodes.values()].filter(isTableNode);
  return (
    tables.find(({ uniqueId }) => uniqueId === node.uniqueId) ??
    tables.find((was) => was.packageName === base.name && node.packageName === head.name && was.name === node.name) ??
    tables.find((was) => sameName(was.schema, node.schema) && sameName(was.alias, node.alias))
  );
}

/** One way in which the contract is weaker than on the base. */
export interface Weakening {
  readonly severity: Severity;
  readonly change: ContractChange;
  /** Place in the head's files of the weaker setting, or of the file or entry that lacks it. */
  readonly location: Location;
}
