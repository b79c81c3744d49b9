import { expect, test } from 'vitest';
import { hideLiterals } from './hide-literals.ts';

test.each([
  ["select 'Ann' as a, 12 as b, 123456 as c", "select '…' as a, 12 as b, … as c"],
  [
    "select * from {{ ref('stg_users') }} where e = 'it''s' -- Ann",
    "select * from {{ ref('stg_users') }} where e = '…' -- …",
  ],
  ["{% set who = 'ann@example.org' %}{# Ann #}select $$Ann$$", "{% set who = '…' %}{# … #}select $$…$$"],
  [
    "select /* Ann */ {{ hash_pii('email') }}, {{ hash_pii(\"'Ann'\") }}",
    'select /* … */ {{ hash_pii(\'email\') }}, {{ hash_pii("…") }}',
  ],
])('%s', (template, shown) => {
  expect(hideLiterals(template)).toBe(shown);
});
