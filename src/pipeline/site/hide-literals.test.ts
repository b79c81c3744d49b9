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
  // A quote in a quoted name does not begin a literal.
  [`select "o'neil", 'Ann' as a`, `select "o'neil", '…' as a`],
  [String.raw`select e'it\'s Ann' as a, 'Bob'`, `select '…' as a, '…'`],
  // Jinja in a literal, a literal in Jinja that holds the end of a tag, and tags without blanks between them.
  [`select '{{ names('Ann') }} Bob' as a`, `select '…' as a`],
  [`select {{ lookup("}}", 'Ann Smith') }}`, `select {{ lookup("…", '…') }}`],
  [
    `{{ a }}{# Ann #}{{ f(1234567, 12) }}{% if x %}123456{% endif %}`,
    `{{ a }}{# … #}{{ f(…, 12) }}{% if x %}…{% endif %}`,
  ],
  [`select 1 /* Ann\n /* Bob */ */ -- Cid {{ 'Dan' }}\n, 2`, `select 1 /* … */\n -- …\n, 2`],
  // All is hidden behind a literal that the template puts together, since its end is not certain.
  [`select {% if x %}'Ann{% else %}'Bob{% endif %}' as a, 'Cid'`, `select {% if x %}'…`],
  ["select 'Ann\nBob' as a,\r\n 2", "select '…'\n as a,\n 2"],
])('%s', (template, shown) => {
  expect(hideLiterals(template)).toBe(shown);
});
