import { expect, test } from 'vitest';
import type { MaskConfig } from '../../config/fenceline-config.ts';
import type { UnverifiedMask, WeakMaskSecret } from '../finding.ts';
import { maskFindings } from './mask-findings.ts';
import type { MaskVerdict } from './verify-mask.ts';

const LOCATION = { file: 'macros/mask.sql', line: 1, column: 1 };

type Judged = Extract<MaskVerdict, { status: 'judged' }>;

const HOLDS: Judged = {
  status: 'judged',
  leaves: 'pseudonymous',
  how: 'linked',
  share: 1,
  kinds: ['e-mail'],
  secret: undefined,
  colliding: 0,
  notes: [],
};
const GUESSED = { leaves: 'clear', how: 'guessed' } as const;
const PIECE = { leaves: 'partial', how: 'piece' } as const;

function spell(finding: UnverifiedMask | WeakMaskSecret): string {
  const { severity } = finding;
  return `${severity} ${finding.rule === 'weak-mask-secret' ? `secret ${finding.weakness}` : finding.exposure.how}`;
}

const cases: readonly {
  readonly name: string;
  readonly yields?: MaskConfig['yields'];
  readonly verdict: Partial<Judged>;
  readonly expected: readonly string[];
}[] = [
  { name: 'a mask that holds is no finding', verdict: {}, expected: [] },
  { name: 'less than declared is no finding', verdict: { leaves: 'none', how: 'nothing' }, expected: [] },
  { name: 'more than declared is an error', verdict: PIECE, expected: ['error piece'] },
  { name: 'a piece may be left where that is declared', yields: 'partial', verdict: PIECE, expected: [] },
  { name: 'links are more than groups', yields: 'aggregate', verdict: {}, expected: ['error linked'] },
  {
    name: 'groups are what an aggregate leaves',
    yields: 'aggregate',
    verdict: { leaves: 'aggregate', how: 'grouped' },
    expected: [],
  },
  {
    name: 'guessed values are clear, whatever is declared',
    yields: 'partial',
    verdict: GUESSED,
    expected: ['error guessed'],
  },
  {
    name: 'a missing secret is an error',
    verdict: { secret: { weakness: 'missing', recovered: 1 } },
    expected: ['error secret missing'],
  },
  {
    name: 'values guessed by a default secret are one finding',
    verdict: { ...GUESSED, secret: { weakness: 'default', recovered: 1 } },
    expected: ['error secret default'],
  },
  {
    name: 'values guessed beside a committed secret are two findings',
    verdict: { ...GUESSED, secret: { weakness: 'committed', recovered: 1 } },
    expected: ['warning secret committed', 'error guessed'],
  },
  {
    name: 'a short secret is a warning',
    verdict: { secret: { weakness: 'short', recovered: 1 } },
    expected: ['warning secret short'],
  },
  { name: 'collisions are a warning', verdict: { colliding: 0.02 }, expected: ['warning colliding'] },
];

test.each(cases)('$name', ({ yields = 'pseudonymous', verdict, expected }) => {
  const mask = { macro: 'mask', yields, secret: 'salt', location: LOCATION };

  expect(maskFindings(mask, { ...HOLDS, ...verdict }, LOCATION).map(spell)).toEqual(expected);
});

test('a mask that could not be tried is an error', () => {
  const mask = { macro: 'mask', yields: 'partial', secret: undefined, location: LOCATION } as const;

  expect(maskFindings(mask, { status: 'unknown', reason: 'it runs too long' }, LOCATION).map(spell)).toEqual([
    'error unknown',
  ]);
});
