import type { Policy } from '../config/fenceline-config.ts';
import type { Severity } from './finding.ts';

/** The severity that a policy gives to a finding; `undefined` where it allows what would be found. */
export function severityOf(policy: Policy): Severity | undefined {
  return policy === 'allow' ? undefined : policy === 'warn' ? 'warning' : 'error';
}
