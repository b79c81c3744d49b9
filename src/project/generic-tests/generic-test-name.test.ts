import { expect, test } from 'vitest';
import { genericTestHash, genericTestName } from './generic-test-name.ts';

// The names are those of dbt 1.10.
const cases = [
  {
    name: 'arguments come sorted by name, without the model',
    type: 'unique',
    target: 'stg_users',
    kwargs: { column_name: 'user_id', model: "{{ get_where_subquery(ref('stg_users')) }}" },
    full: 'unique_stg_users_user_id',
    short: 'unique_stg_users_user_id',
    hash: 'c2ff477e6b',
  },
  {
    name: 'a long name is cut and hashed for the alias',
    type: 'relationships',
    target: 'stg_users',
    kwargs: {
      column_name: 'organization_id',
      to: "ref('stg_organizations')",
      field: 'organization_id',
      model: "{{ get_where_subquery(ref('stg_users')) }}",
    },
    full: 'relationships_stg_users_organization_id__organization_id__ref_stg_organizations_',
    short: 'relationships_stg_users_66eede4dbcfbd182f93dde92141d5761',
    hash: 'bfaceea04c',
  },
  {
    name: 'items of a list are named one by one',
    type: 'source_accepted_values',
    target: 'raw_raw_organization',
    kwargs: {
      values: ['free', 'team', 'enterprise'],
      column_name: 'plan',
      model: "{{ get_where_subquery(source('raw', 'raw_organization')) }}",
    },
    full: 'source_accepted_values_raw_raw_organization_plan__free__team__enterprise',
    short: 'source_accepted_values_raw_raw_a8c257ff77fd92e3c52690f617e1813c',
    hash: '7c1ed47cea',
  },
];

test.each(cases)('$name', ({ type, target, kwargs, full, short, hash }) => {
  const args = new Map<string, unknown>(Object.entries(kwargs));
  expect(genericTestName({ type, target, kwargs: args }, String)).toEqual({ full, short });
  const metadata = new Map<string, unknown>([
    ['namespace', 'None'],
    ['name', type.replace('source_', '')],
    ['kwargs', args],
  ]);
  expect(genericTestHash(full, metadata, String)).toBe(hash);
});
