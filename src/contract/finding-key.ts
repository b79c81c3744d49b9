import { nameKey } from '../name.ts';
import { unreachable } from '../unreachable.ts';
import type { Finding, Rule } from './finding.ts';

/**
 * Key of a finding. It stays the same at another commit, whichever line the finding moves to, and changes if the
 * finding becomes worse.
 */
export function findingKey(finding: Finding): string {
  return nameKey(JSON.stringify([finding.rule, ...identityOf(finding)]));
}

/** Key of the subject of a finding, however bad the finding is: a leak of less is the same leak. */
export function subjectKey(finding: Finding): string {
  return nameKey(JSON.stringify([finding.rule, ...identityOf(finding).slice(0, SUBJECT[finding.rule])]));
}

/** Number of parts of an identity that name the subject. The other parts say how bad the finding is. */
const SUBJECT: { readonly [rule in Rule]?: number } = {
  'pii-in-tier': 4,
  'pii-column-name': 4,
  'unverified-mask': 1,
  'weak-mask-secret': 2,
};

/** The identity of a finding among those of its rule: names of its subject, column and source, then how bad it is. */
export function identityOf(finding: Finding): readonly string[] {
  switch (finding.rule) {
    case 'pii-in-tier':
    case 'pii-column-name':
      return [finding.model, finding.column, finding.source.uniqueId, finding.source.column, finding.state];
    case 'indirect-flow':
      return [finding.model, finding.column ?? '', finding.source.uniqueId, finding.source.column, finding.subtype];
    case 'value-leak':
      return [finding.model, finding.column, finding.source.uniqueId, finding.source.column];
    case 'unknown-flow':
      return [finding.model];
    case 'small-group':
      return [finding.model, finding.column ?? ''];
    case 'undeclared-column':
    case 'untagged-pii':
      return [finding.relation, finding.column];
    case 'waiver-expired':
      return [finding.model, finding.column, finding.source, finding.until];
    case 'unverified-mask':
      return [finding.macro, finding.exposure.how];
    case 'weak-mask-secret':
      return [finding.macro, finding.secret ?? '', finding.weakness];
    case 'waiver-unused':
      return [finding.model, finding.column, finding.source];
    case 'secret-exposed':
      return [finding.node, finding.secret];
    case 'pii-in-schema':
      return [finding.schema, finding.holder.kind === 'schema' ? '' : finding.holder.name];
    case 'contract-weakened':
      return [finding.change.subject, finding.change.kind];
    default:
      return unreachable(finding);
  }
}
