import type { TierConfig } from '../../config/fenceline-config.ts';
import type { Location } from '../../location.ts';
import { isQueryNode, type QueryNode } from '../../project/node.ts';
import type { ContractChange } from '../finding.ts';
import { compareStates, type Tier, tierOf } from '../tier.ts';
import { type BaseSide, type HeadSide, predecessorOf, type Weakening } from './contract-change.ts';

/** Finds tiers that are gone or allow more, and models whose tier allows more than the one they were in. */
export function weakenedTiers(base: BaseSide, head: HeadSide): readonly Weakening[] {
  const fallback = head.contract.tiers[0]?.location ?? START;
  const tiers = head.contract.tiers;
  const changed = base.contract.tiers.flatMap((tier) => changeOf(tier, tiers, fallback));
  const changedTiers = new Set(changed.map(({ change }) => change.subject));
  // A finding about a changed tier covers its models, except those that are now in another tier than the rest.
  const isCovered = ({ was, is }: TierOfModelChange) =>
    changedTiers.has(was.name) && is?.name === successorOf(was, tiers)?.name;
  const left = modelsOf(head)
    .flatMap((model) => leftTier(model, base, head, fallback))
    .filter((change) => !isCovered(change));
  return [
    ...changed,
    ...left.map(({ weakening }) => weakening),
    ...base.contract.tiers
      .filter(({ name }) => !changedTiers.has(name) && !left.some(({ was }) => was.name === name))
      .flatMap((tier) => movedTier(tier, tiers, fallback)),
    ...modelsOf(head).flatMap((model) => movedModel(model, base, head)),
  ];
}

const START: Location = { file: 'fenceline.yml', line: 1, column: 1 };

/** Finds a tier of the base that is gone or allows more. A tier that only has another name is no finding. */
function changeOf(tier: TierConfig, now: readonly TierConfig[], fallback: Location): readonly Weakening[] {
  const same = now.find(({ name }) => name === tier.name);
  if (same) {
    if (!allowsMore(same, tier)) return [];
    const change = { kind: 'allow-raised', subject: tier.name, was: tier.allow, is: same.allow } as const;
    return [{ severity: 'error', change, location: same.location }];
  }
  const successor = successorOf(tier, now);
  if (!allowsMore(successor, tier)) return [];
  const is = successor ? describe(successor) : 'no tier';
  return [
    {
      severity: 'error',
      change: { kind: 'tier-removed', subject: tier.name, was: describe(tier), is },
      location: fallback,
    },
  ];
}

/**
 * Finds a tier whose folder is now in no tier, or in one that allows more: the next model in that folder is checked
 * less.
 */
function movedTier(was: TierConfig, now: readonly TierConfig[], fallback: Location): readonly Weakening[] {
  const there = tierOf({ path: `${was.path}/any.sql` }, now);
  if (!allowsMore(there, was)) return [];
  const successor = now.find(({ name }) => name === was.name);
  const is = successor ? describe(successor) : 'no tier';
  const change = { kind: 'tier-moved', subject: was.name, was: describe(was), is } as const;
  return [{ severity: 'error', change, location: successor?.location ?? fallback }];
}

/** The head's tier of the same name, else the one that holds the folder of the old tier. */
function successorOf({ name, path }: Tier, now: readonly TierConfig[]): Tier | undefined {
  return now.find((tier) => tier.name === name) ?? tierOf({ path: `${path}/any.sql` }, now);
}

interface TierOfModelChange {
  readonly was: Tier;
  readonly is: Tier | undefined;
  readonly weakening: Weakening;
}

/** Finds a model whose file stays where it is but whose tier allows more, since the tiers changed around it. */
function leftTier(model: QueryNode, base: BaseSide, head: HeadSide, fallback: Location): readonly TierOfModelChange[] {
  const was = tierOf(model, base.contract.tiers);
  const is = tierOf(model, head.contract.tiers);
  if (!was || !allowsMore(is, was)) return [];
  const change = tierChange('left-tier', model, was, is);
  const location = head.contract.tiers.find(({ name }) => name === was.name)?.location ?? fallback;
  return [{ was, is, weakening: { severity: 'error', change, location } }];
}

/** Finds a model whose file moved to a tier that allows more, perhaps under another name. */
function movedModel(model: QueryNode, base: BaseSide, head: HeadSide): readonly Weakening[] {
  const before = base.project && predecessorOf(model, head.project, base.project);
  if (!before || !isQueryNode(before) || before.path === model.path) return [];
  const was = tierOf(before, base.contract.tiers);
  const is = tierOf(model, base.contract.tiers);
  if (!was || !allowsMore(is, was) || !allowsMore(tierOf(model, head.contract.tiers), was)) return [];
  const change = tierChange('moved', model, was, is);
  return [{ severity: 'error', change, location: model.location }];
}

function tierChange(kind: 'left-tier' | 'moved', { name }: QueryNode, was: Tier, is: Tier | undefined): ContractChange {
  return { kind, subject: name, was: describe(was), is: is ? describe(is) : 'no tier' };
}

/** Whether the tier `is` allows more than the tier `was`. A model in no tier may hold everything. */
function allowsMore(is: Pick<Tier, 'allow'> | undefined, was: Pick<Tier, 'allow'>): boolean {
  return compareStates(is?.allow ?? 'clear', was.allow) < 0;
}

/** `safe (marts/safe, at most pseudonymous)` */
function describe({ name, path, allow }: Tier): string {
  return `${name} (${path}, ${allow === 'clear' ? 'allows all' : `at most ${allow}`})`;
}

function modelsOf({ project }: HeadSide): readonly QueryNode[] {
  return [...project.nodes.values()].filter(isQueryNode);
}
