import type { ContractWeakened } from '../finding.ts';
import type { BaseSide, HeadSide, Weakening } from './contract-change.ts';
import { weakenedApprovers } from './weakened-approvers.ts';
import { weakenedMasks } from './weakened-masks.ts';
import { weakenedOutside } from './weakened-outside.ts';
import { weakenedSettings } from './weakened-settings.ts';
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
 * Finds all that makes the contract weaker than on the base. The contract is part of the change that it judges, so a
 * change could take a tag away and pass. A weakening is an error until the base has it, too, or somebody whom the base
 * names approves it. It is a warning where it bears its reason and ends by itself (a waiver of what the base has, too),
 * where nothing is weaker yet (a table more, whose columns are declared), and for a column without a tag that is no longer
 * declared, which `undeclared-column` finds if it is still copied.
 */
export function compareContracts({ base, head, ref, waived }: ComparedContracts): readonly ContractWeakened[] {
  const at = { file: head.contract.tiers[0]?.location.file ?? 'fenceline.yml', line: 1, column: 1 };
  const found: readonly Weakening[] = [
    ...weakenedTags(base, head),
    ...weakenedTiers(base, head),
    ...weakenedSettings(base.contract, head.contract, at),
    ...weakenedMasks(base, head),
    ...weakenedWaivers(base.contract.waivers, head.contract.waivers, waived),
    ...weakenedApprovers(base.contract.approvers, head.contract.approvers, at),
    ...weakenedOutside(base.outside, head.outside, at),
  ];
  return found.map((weakening) => ({ rule: 'contract-weakened', base: ref, ...weakening }));
}
