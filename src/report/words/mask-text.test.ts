import { expect, test } from 'vitest';
import type { MaskExposure, WeakMaskSecret } from '../../contract/finding.ts';
import { findingText } from './finding-text.ts';

const location = { file: 'macros/hash_pii.sql', line: 1, column: 1 };

const exposed: readonly { readonly exposure: MaskExposure; readonly problem: string; readonly fix: string }[] = [
  {
    exposure: { how: 'guessed', leaves: 'clear', share: 1, kinds: ['e-mail', 'phone number', 'birth date'] },
    problem:
      'mask hash_pii is declared pseudonymous, but 100% of e-mails, phone numbers and birth dates are found by hashing a list of likely values: the mask uses no secret',
    fix: `let hash_pii print sha256(cast({{ column }} as varchar) || '{{ var("pii_salt") }}'), and write secret: pii_salt below masks.hash_pii in fenceline.yml`,
  },
  {
    exposure: { how: 'piece', leaves: 'partial', share: 0.997, kinds: ['e-mail'] },
    problem: 'mask hash_pii is declared pseudonymous, but its output holds a piece of more than 99% of e-mails',
    fix: 'declare masks.hash_pii.yields: partial in fenceline.yml, or hash the whole value with a secret',
  },
  {
    exposure: { how: 'linked', leaves: 'pseudonymous', share: 1, kinds: ['name'] },
    problem: 'mask hash_pii is declared aggregate, but is pseudonymous: the same value gives the same result',
    fix: 'declare masks.hash_pii.yields: pseudonymous in fenceline.yml',
  },
  {
    exposure: { how: 'colliding', share: 0.004 },
    problem: 'mask hash_pii would give less than 1% of 100,000 people the result of somebody else',
    fix: 'use more of the hash in hash_pii: 16 digits or all of it',
  },
  {
    exposure: { how: 'unknown', reason: 'the engine refuses it (binder)' },
    problem: 'mask hash_pii is declared pseudonymous, but could not be tried: the engine refuses it (binder)',
    fix: 'let hash_pii print one SQL expression of its first argument alone, without asking the warehouse',
  },
];

test.each(exposed)('a mask that is $exposure.how says so', ({ exposure, problem, fix }) => {
  const finding = {
    rule: 'unverified-mask',
    severity: 'error',
    location,
    macro: 'hash_pii',
    yields: exposure.how === 'linked' ? 'aggregate' : 'pseudonymous',
    exposure,
  } as const;

  expect(findingText(finding)).toEqual({ problem, fix });
});

const weak: readonly Pick<WeakMaskSecret, 'weakness' | 'secret'>[] = [
  { weakness: 'undeclared', secret: undefined },
  { weakness: 'missing', secret: 'salt' },
  { weakness: 'unused', secret: 'salt' },
  { weakness: 'default', secret: 'salt' },
  { weakness: 'short', secret: 'salt' },
  { weakness: 'committed', secret: 'salt' },
];

test('what is wrong with a secret, and what to type', () => {
  const texts = weak.map((about) =>
    findingText({
      rule: 'weak-mask-secret',
      severity: 'error',
      location,
      macro: 'hash_pii',
      recovered: 1,
      ...about,
    }),
  );

  expect(texts.map(({ problem }) => problem)).toMatchInlineSnapshot(`
    [
      "mask hash_pii declares no secret: whoever reads its macro can run it, and 100% of likely values are found by trying them out",
      "the secret salt of mask hash_pii has no value: 100% of likely values are found by trying them out",
      "mask hash_pii gives the same output with another value of its secret salt: 100% of likely values are found by trying them out",
      "the secret salt of mask hash_pii is in the list of common secrets: 100% of likely values are found by trying them out",
      "the secret salt of mask hash_pii has fewer than 16 characters: it can be tried out",
      "the secret salt of mask hash_pii stands in dbt_project.yml: whoever reads the repository can undo the mask",
    ]
  `);
  expect([...new Set(texts.map(({ fix }) => fix))]).toMatchInlineSnapshot(`
    [
      "hash '{{ var("pii_salt") }}' with the value in hash_pii, and write secret: pii_salt below masks.hash_pii in fenceline.yml",
      "set salt to "{{ env_var('DBT_SALT') }}" under vars: in dbt_project.yml, and DBT_SALT to 32 random letters where production is built",
      "hash '{{ var("salt") }}' with the value in hash_pii, on every way through it",
    ]
  `);
});
