import type { ContractConfig, MaskConfig, Policy, TierConfig, VerifyConfig } from '../config/fenceline-config.ts';
import type { Mistake } from '../user-error.ts';
import { compareStates, tierOf } from './tier.ts';

/**
 * Combines a policy with the contract of a project: the stricter of both settings counts. Masks and waivers are those
 * of the policy alone, since each of them allows something.
 */
export function tightenContract(policy: ContractConfig, own: ContractConfig): ContractConfig {
  return {
    tiers: stricterTiers(policy.tiers, own.tiers),
    masks: policy.masks.map((mask) => stricterMask(mask, own.masks)),
    personal: {
      tags: [...new Set([...policy.personal.tags, ...own.personal.tags])],
      meta: { ...own.personal.meta, ...policy.personal.meta },
      columns: policy.personal.columns ?? own.personal.columns,
      none: stricter(policy.personal.none, own.personal.none),
    },
    indirect: {
      filter: stricterPolicy(policy.indirect.filter, own.indirect.filter),
      join: stricterPolicy(policy.indirect.join, own.indirect.join),
      groupBy: stricterPolicy(policy.indirect.groupBy, own.indirect.groupBy),
      sort: stricterPolicy(policy.indirect.sort, own.indirect.sort),
      window: stricterPolicy(policy.indirect.window, own.indirect.window),
      conditional: stricterPolicy(policy.indirect.conditional, own.indirect.conditional),
      equality: stricterPolicy(policy.indirect.equality, own.indirect.equality),
    },
    undeclaredColumns: stricterPolicy(policy.undeclaredColumns, own.undeclaredColumns),
    verify: {
      values: policy.verify.values || own.verify.values,
      minGroupSize: largest(policy.verify.minGroupSize, own.verify.minGroupSize),
      smallGroups: stricterPolicy(policy.verify.smallGroups, own.verify.smallGroups),
      ...budgetOf(policy.verify, own.verify),
    },
    waivers: policy.waivers,
    approvers: own.approvers,
  };
}

/** Finds masks and waivers of a project that its policy does not have: they would loosen it. */
export function loosenedPolicy(policy: ContractConfig, own: ContractConfig, policyFile: string): readonly Mistake[] {
  const masks = own.masks.filter(({ macro }) => policy.masks.every((mask) => mask.macro !== macro));
  const waivers = own.waivers.filter(
    (waiver) =>
      !policy.waivers.some(
        ({ model, column, source, until }) =>
          model === waiver.model && column === waiver.column && source === waiver.source && until >= waiver.until,
      ),
  );
  const loosened = [
    ...masks.map(({ macro, location }) => ({ what: `mask ${macro}`, location })),
    ...waivers.map(({ model, column, location }) => ({ what: `the waiver for ${model}.${column}`, location })),
  ];
  return loosened.map(({ what, location }) => ({
    code: 'loosens-policy',
    message: `${what} is not in the policy ${policyFile}, which a project can only tighten`,
    location,
    fix: 'remove it, or have it added to the policy',
  }));
}

/**
 * One tier for each folder that either names, deepest first, so that a model is in the stricter one of the two tiers that it
 * is in.
 */
function stricterTiers(policy: readonly TierConfig[], own: readonly TierConfig[]): readonly TierConfig[] {
  const paths = [...new Set([...policy, ...own].map(({ path }) => path))];
  const deepest = [...paths].sort((a, b) => b.split('/').length - a.split('/').length);
  const names = new Set<string>();
  return deepest.flatMap((path): TierConfig[] => {
    const at = { path: `${path}/any.sql` };
    const tiers = [tierOf(at, policy), tierOf(at, own)].flatMap((tier) => tier ?? []);
    const [strictest] = [...tiers].sort((a, b) => compareStates(b.allow, a.allow));
    const written = [...policy, ...own].find((tier) => tier.name === strictest?.name && tier.path === strictest.path);
    if (!strictest || !written) return [];
    const name = names.has(written.name) ? `${written.name} (${path})` : written.name;
    names.add(name);
    return [{ ...written, name, path, allow: strictest.allow }];
  });
}

/** The mask of the policy. If the project declares that the mask leaves more of a value, that counts. */
function stricterMask(mask: MaskConfig, own: readonly MaskConfig[]): MaskConfig {
  const same = own.find(({ macro }) => macro === mask.macro);
  if (!same) return mask;
  const yields = compareStates(same.yields, mask.yields) < 0 ? same.yields : mask.yields;
  return { ...mask, yields, secret: mask.secret ?? same.secret };
}

const RANKS: { readonly [policy in Policy]: number } = { allow: 0, warn: 1, error: 2 };

function stricterPolicy<P extends Policy>(a: P, b: P): P {
  return RANKS[a] >= RANKS[b] ? a : b;
}

/** An absent policy about missing marks is a warning in `check` and an error in `run`: between the two. */
function stricter(a: Policy | undefined, b: Policy | undefined): Policy | undefined {
  const rankOf = (policy: Policy | undefined) => (policy === undefined ? 1.5 : RANKS[policy]);
  return rankOf(a) >= rankOf(b) ? a : b;
}

/** The larger budget counts; an absent one is the default, which is large. */
function budgetOf(a: VerifyConfig, b: VerifyConfig): Pick<VerifyConfig, 'rows' | 'cells'> {
  return {
    ...(a.rows !== undefined && b.rows !== undefined && { rows: Math.max(a.rows, b.rows) }),
    ...(a.cells !== undefined && b.cells !== undefined && { cells: Math.max(a.cells, b.cells) }),
  };
}

function largest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}
