import type { ContractConfig, Policy } from '../../config/fenceline-config.ts';
import type { Location } from '../../location.ts';
import { lostMarks } from '../../project/personal.ts';
import type { Weakening } from './contract-change.ts';

/**
 * Finds policies that were lowered, checks of the data that were switched off or lowered, and marks of personal columns
 * that no longer count.
 * @param at place of the settings in fenceline.yml
 */
export function weakenedSettings(base: ContractConfig, head: ContractConfig, at: Location): readonly Weakening[] {
  const policies = [...policiesOf(head)].flatMap(([setting, is]) => {
    const was = policiesOf(base).get(setting) ?? 'allow';
    return RANKS[is] < RANKS[was] ? [{ setting, was, is }] : [];
  });
  const values =
    base.verify.values && !head.verify.values ? [{ setting: 'contract.verify.values', was: 'true', is: 'false' }] : [];
  const [was, is] = [base.verify.minGroupSize, head.verify.minGroupSize];
  const size =
    was !== undefined && (is === undefined || is < was)
      ? [{ setting: 'contract.verify.min_group_size', was: String(was), is: is === undefined ? 'not set' : String(is) }]
      : [];
  const budgets = (['rows', 'cells'] as const).flatMap((key) => {
    const [was, is] = [base.verify[key] ?? Number.POSITIVE_INFINITY, head.verify[key] ?? Number.POSITIVE_INFINITY];
    const written = (most: number) => (Number.isFinite(most) ? String(most) : 'not set');
    return is < was ? [{ setting: `contract.verify.${key}`, was: written(was), is: written(is) }] : [];
  });
  const marks = [...lostMarks(base.personal, head.personal)].map(([key, lost]) => ({
    setting: `contract.personal.${key}`,
    was: lost.join(', '),
    is: 'no mark',
  }));
  return [...policies, ...withoutMarks(base, head), ...marks, ...values, ...size, ...budgets].map(
    ({ setting, ...changed }) => ({
      severity: 'error',
      change: { kind: 'setting-lowered', subject: setting, ...changed },
      location: at,
    }),
  );
}

/**
 * Finds a lower severity for a project without marks. The default is a warning in `check` and an error in `run`, so it
 * ranks between the two.
 */
function withoutMarks({ personal: { none: was } }: ContractConfig, { personal: { none: is } }: ContractConfig) {
  const rankOf = (policy: Policy | undefined) => (policy === undefined ? 1.5 : RANKS[policy]);
  if (rankOf(is) >= rankOf(was)) return [];
  return [{ setting: 'contract.personal.none', was: was ?? 'not set', is: is ?? 'not set' }];
}

const RANKS: { readonly [policy in Policy]: number } = { error: 2, warn: 1, allow: 0 };

function policiesOf({ indirect, undeclaredColumns, verify }: ContractConfig): ReadonlyMap<string, Policy> {
  return new Map([
    ['contract.indirect.filter', indirect.filter],
    ['contract.indirect.join', indirect.join],
    ['contract.indirect.group_by', indirect.groupBy],
    ['contract.indirect.sort', indirect.sort],
    ['contract.indirect.window', indirect.window],
    ['contract.indirect.conditional', indirect.conditional],
    ['contract.indirect.equality', indirect.equality],
    ['contract.undeclared_columns', undeclaredColumns],
    ['contract.verify.small_groups', verify.smallGroups],
  ]);
}
