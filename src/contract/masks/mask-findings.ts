import type { MaskConfig } from '../../config/fenceline-config.ts';
import type { Location } from '../../location.ts';
import type { UnverifiedMask, WeakMaskSecret } from '../finding.ts';
import { compareStates } from '../tier.ts';
import { isFatal } from './mask-secret.ts';
import type { MaskVerdict } from './verify-mask.ts';

/** The findings about a declared mask. `location` is that of its macro. */
export function maskFindings(
  { macro, yields, secret }: MaskConfig,
  verdict: MaskVerdict,
  location: Location,
): readonly (UnverifiedMask | WeakMaskSecret)[] {
  const unverified = { rule: 'unverified-mask', macro, yields, location } as const;
  if (verdict.status === 'unknown') {
    return [{ ...unverified, severity: 'error', exposure: { how: 'unknown', reason: verdict.reason } }];
  }
  const { leaves, how, share, kinds, colliding, secret: weak } = verdict;
  const isFatallyWeak = weak !== undefined && isFatal(weak.weakness);
  // A bad secret explains why values can be guessed: one finding for one fault.
  const isExplained = how === 'guessed' && isFatallyWeak;
  return [
    ...(weak
      ? [
          {
            rule: 'weak-mask-secret',
            severity: isFatallyWeak ? 'error' : 'warning',
            macro,
            secret,
            ...weak,
            location,
          } as const,
        ]
      : []),
    ...(compareStates(leaves, yields) < 0 && leaves !== 'none' && !isExplained
      ? [{ ...unverified, severity: 'error', exposure: { how, leaves, share, kinds } } as const]
      : []),
    ...(colliding > 0
      ? [{ ...unverified, severity: 'warning', exposure: { how: 'colliding', share: colliding } } as const]
      : []),
  ];
}
