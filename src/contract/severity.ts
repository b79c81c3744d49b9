import type { Policy } from '../config/fenceline-config.ts';
import type { Severity } from './finding.ts';

/** `undefined` where the policy allows it: there is nothing to find. */
export function severityOf(policy: Policy): Severity | undefined {
  return policy === 'allow' ? undefined : policy === 'warn' ? 'warning' : 'error';
}
