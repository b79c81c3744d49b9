import { expect, test } from 'vitest';
import { readBaseConfig } from '../config/load-fenceline-config.ts';
import { tierOf } from './tier.ts';
import { loosenedPolicy, tightenContract } from './tighten-contract.ts';

function contract(text: string) {
  return readBaseConfig('fenceline.yml', `version: 1\ncontract:\n${text}`).contract;
}

const POLICY = contract(`  tiers:
    safe: { path: marts/safe, allow: pseudonymous }
    all: { path: marts, allow: partial }
  masks:
    hash_pii: { yields: pseudonymous, secret: pii_salt }
  indirect: { filter: warn, join: error }
  verify: { values: true, min_group_size: 5 }
`);

const tiers: readonly { readonly own: string; readonly path: string; readonly allow: string }[] = [
  { own: 'safe: { path: marts/safe, allow: clear }', path: 'marts/safe/a.sql', allow: 'pseudonymous' },
  { own: 'safe: { path: marts/safe, allow: none }', path: 'marts/safe/a.sql', allow: 'none' },
  { own: 'open: { path: marts/safe/open, allow: clear }', path: 'marts/safe/open/a.sql', allow: 'pseudonymous' },
  { own: 'strict: { path: marts/safe/strict, allow: none }', path: 'marts/safe/strict/a.sql', allow: 'none' },
  { own: 'strict: { path: marts, allow: aggregate }', path: 'marts/safe/a.sql', allow: 'aggregate' },
  { own: 'strict: { path: marts, allow: aggregate }', path: 'marts/other/a.sql', allow: 'aggregate' },
  { own: 'staging: { path: staging, allow: partial }', path: 'staging/a.sql', allow: 'partial' },
];

test.each(tiers)('with $own a model in $path may hold $allow', ({ own, path, allow }) => {
  const { tiers } = tightenContract(POLICY, contract(`  tiers:\n    ${own}\n`));

  expect(tierOf({ path }, tiers)?.allow).toBe(allow);
  expect(new Set(tiers.map(({ name }) => name)).size).toBe(tiers.length);
});

test('of each setting the stricter one holds', () => {
  const own = contract(`  tiers: { safe: { path: marts/safe, allow: pseudonymous } }
  indirect: { filter: error, join: allow }
  verify: { values: false, min_group_size: 10, small_groups: warn }
  undeclared_columns: error
`);

  expect(tightenContract(POLICY, own)).toMatchObject({
    indirect: { filter: 'error', join: 'error' },
    verify: { values: true, minGroupSize: 10, smallGroups: 'error' },
    undeclaredColumns: 'error',
  });
});

test('a mask or a waiver that the policy does not have is refused by its place', () => {
  const own = contract(`  tiers: { safe: { path: marts/safe, allow: pseudonymous } }
  masks:
    hash_pii: { yields: partial }
    keep: { yields: aggregate }
  waivers:
    - { model: mart, column: a, source: raw.users.email, reason: x, until: 2027-01-01 }
`);

  expect(loosenedPolicy(POLICY, own, 'clinic/policies/privacy.yml@3f2c1d0')).toMatchObject([
    { code: 'loosens-policy', message: expect.stringContaining('mask keep is not in the policy clinic/policies') },
    { message: expect.stringContaining('the waiver for mart.a is not in the policy') },
  ]);
  expect(tightenContract(POLICY, own).masks).toMatchObject([
    { macro: 'hash_pii', yields: 'partial', secret: 'pii_salt' },
  ]);
});
