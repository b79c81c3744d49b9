import type { ContractWeakened } from '../finding.ts';
import type { BaseSide, HeadSide, Weakening } from './contract-change.ts';
import { weakenedApprovers } from './weakened-approvers.ts';
import { weakenedMasks } from './weakened-masks.ts';
import { weakenedOutside } from './weakened-outside.ts';
import { weakenedSettings } from './weakened-settings.ts';
import { weakenedSync } from './weakened-sync.ts';
import { weakenedTags } from './weakened-tags.ts';
import { weakenedTiers } from './weakened-tiers.ts';
import { type WaivedFindings, weakenedWaivers } from './weakened-waivers.ts';

/** Two contracts to compare. */
export interface ComparedContracts {
  readonly base: BaseSide;
  readonly head: HeadSide;
  /** The git ref of the base, as the user gave it. */
  readonly ref: string;
  readonly waived: WaivedFindings;
}

/**
 * Finds what makes the contract weaker than on the base. The contract is part of the change that it judges, so a change
 * could remove a tag and pass. A weakening is an error until it is merged, or until an approver whom the base names
 * approves it. It is a warning for a waiver of a finding that the base has, too, for a table that is newly copied, and
 * for a column without a tag that is no longer declared: if that column is still copied, `undeclared-column` finds it.
 */
export function compareContracts({ base, head, ref, waived }: ComparedContracts): readonly ContractWeakened[] {
  const at = { file: head.contract.tiers[0]?.location.file ?? 'fenceline.yml', line: 1, column: 1 };
  const found: readonly Weakening[] = [
    ...weakenedTags(base, head),
    ...weakenedTiers(base, head),
    ...weakenedSettings(base.contract, head.contract, at),
    ...weakenedSync(base.sync, head.sync, at),
    ...weakenedMasks(base, head),
    ...weakenedWaivers(base.contract.waivers, head.contract.waivers, waived),
    ...weakenedApprovers(base.contract.approvers, head.contract.approvers, at),
    ...weakenedOutside(base.outside, head.outside, at),
  ];
  return found.map((weakening) => ({ rule: 'contract-weakened', base: ref, ...weakening }));
}
