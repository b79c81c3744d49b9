import { expect, test } from 'vitest';
import { hideSecrets } from './hide-secrets.ts';

const cases = [
  {
    name: 'as it is',
    secret: 's3cret-word',
    text: "a || 's3cret-word' || 's3cret-word'",
    hidden: "a || '***' || '***'",
  },
  { name: 'in a string of SQL', secret: "it's a secret", text: "a || 'it''s a secret'", hidden: "a || '***'" },
  { name: 'in JSON', secret: 'say "secret"', text: JSON.stringify({ a: 'x say "secret"' }), hidden: '{"a":"x ***"}' },
  { name: 'in SQL in JSON', secret: `it's "so"`, text: JSON.stringify(`'it''s "so"'`), hidden: `"'***'"` },
  { name: 'not where there is none', secret: 's3cret-word', text: 's3cret-wor', hidden: 's3cret-wor' },
];

test.each(cases)('a secret is hidden $name', ({ secret, text, hidden }) => {
  expect(hideSecrets(text, [secret])).toBe(hidden);
});
