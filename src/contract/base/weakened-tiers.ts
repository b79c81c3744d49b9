import type { TierConfig } from '../../config/fenceline-config.ts';
import type { Location } from '../../location.ts';
import { isQueryNode, type QueryNode } from '../../project/node.ts';
import type { ContractChange } from '../finding.ts';
import { compareStates, type Tier, tierOf } from '../tier.ts';
import type { BaseSide, HeadSide, Weakening } from './contract-change.ts';

/** Tiers that are gone or allow more, and models whose tier asks for less than the one they were in. */
export function weakenedTiers(base: BaseSide, head: HeadSide): readonly Weakening[] {
  const fallback = head.contract.tiers[0]?.location ?? START;
  const tiers = head.contract.tiers;
  const changed = base.contract.tiers.flatMap((tier) => changeOf(tier, tiers, fallback));
  const explained = new Set(changed.map(({ change }) => change.subject));
  // Of a tier that is told already only those of its models that went elsewhere than the rest.
  const isTold = ({ was, is }: PlaceChange) => explained.has(was.name) && is?.name === successorOf(was, tiers)?.name;
  return [
    ...changed,
    ...modelsOf(head)
      .flatMap((model) => placeChange(model, base, head, fallback))
      .filter((change) => !isTold(change))
      .map(({ weakening }) => weakening),
    ...modelsOf(head).flatMap((model) => move(model, base, head)),
  ];
}

const START: Location = { file: 'fenceline.yml', line: 1, column: 1 };

/** A tier that has only another name is the same. */
function changeOf(tier: TierConfig, now: readonly TierConfig[], fallback: Location): readonly Weakening[] {
  const same = now.find(({ name }) => name === tier.name);
  if (same) {
    if (!asksLess(same, tier)) return [];
    const change = { kind: 'allow-raised', subject: tier.name, was: tier.allow, is: same.allow } as const;
    return [{ severity: 'error', change, location: same.location }];
  }
  const successor = successorOf(tier, now);
  if (!asksLess(successor, tier)) return [];
  const is = successor ? described(successor) : 'no tier';
  return [
    {
      severity: 'error',
      change: { kind: 'tier-removed', subject: tier.name, was: described(tier), is },
      location: fallback,
    },
  ];
}

/** The tier of that name, else what its folder is in now. */
function successorOf({ name, path }: Tier, now: readonly TierConfig[]): Tier | undefined {
  return now.find((tier) => tier.name === name) ?? tierOf({ path: `${path}/any.sql` }, now);
}

interface PlaceChange {
  readonly was: Tier;
  readonly is: Tier | undefined;
  readonly weakening: Weakening;
}

/** The model stayed, and the tiers changed around it. */
function placeChange(model: QueryNode, base: BaseSide, head: HeadSide, fallback: Location): readonly PlaceChange[] {
  const was = tierOf(model, base.contract.tiers);
  const is = tierOf(model, head.contract.tiers);
  if (!was || !asksLess(is, was)) return [];
  const change = placed('left-tier', model, was, is);
  const location = head.contract.tiers.find(({ name }) => name === was.name)?.location ?? fallback;
  return [{ was, is, weakening: { severity: 'error', change, location } }];
}

/** The tiers stayed, and the model's file went elsewhere: what a fix may be, so it is only told. */
function move(model: QueryNode, base: BaseSide, head: HeadSide): readonly Weakening[] {
  const before = base.project?.nodes.get(model.uniqueId);
  if (!isQueryNode(before) || before.path === model.path) return [];
  const was = tierOf(before, base.contract.tiers);
  const is = tierOf(model, base.contract.tiers);
  if (!was || !asksLess(is, was) || !asksLess(tierOf(model, head.contract.tiers), was)) return [];
  const change = placed('moved', model, was, is);
  return [{ severity: 'warning', change, location: model.location }];
}

function placed(kind: 'left-tier' | 'moved', { name }: QueryNode, was: Tier, is: Tier | undefined): ContractChange {
  return { kind, subject: name, was: described(was), is: is ? described(is) : 'no tier' };
}

function asksLess(is: Pick<Tier, 'allow'> | undefined, was: Pick<Tier, 'allow'>): boolean {
  return compareStates(is?.allow ?? 'clear', was.allow) < 0;
}

/** `safe (marts/safe, at most pseudonymous)` */
function described({ name, path, allow }: Tier): string {
  return `${name} (${path}, ${allow === 'clear' ? 'allows all' : `at most ${allow}`})`;
}

function modelsOf({ project }: HeadSide): readonly QueryNode[] {
  return [...project.nodes.values()].filter(isQueryNode);
}
