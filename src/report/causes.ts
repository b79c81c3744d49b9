import type { Finding } from '../contract/finding.ts';
import { nameKey } from '../name.ts';
import { unreachable } from '../unreachable.ts';

/** Findings that have one cause: an expression over many personal columns, or one that many models read. */
export interface Cause {
  /** The first of the findings, in the order of the report. */
  readonly first: Finding;
  readonly others: readonly Finding[];
}

/** The causes of findings, in the order of their first findings. New and old findings are never of one cause. */
export function causesOf(findings: readonly Finding[]): readonly Cause[] {
  const causes = new Map<string, { first: Finding; others: Finding[] }>();
  for (const finding of findings) {
    const origin = originOf(finding);
    const names = [finding.rule, finding.severity, finding.isNew ?? '', ...(origin ?? [causes.size])];
    const key = JSON.stringify(names);
    const present = causes.get(key);
    if (present) present.others.push(finding);
    else causes.set(key, { first: finding, others: [] });
  }
  return [...causes.values()];
}

/** Names that tell the cause of a finding from other causes of its rule; `undefined` for a finding that is its own cause. */
function originOf(finding: Finding): readonly string[] | undefined {
  switch (finding.rule) {
    case 'pii-in-tier':
    case 'pii-column-name': {
      const { tier, state, steps } = finding;
      // The expression that made the value, else the first copy of it, which others may copy again.
      const made = steps.findLast(({ subtype }) => subtype !== 'IDENTITY') ?? steps[0];
      return [tier.name, state, made?.uniqueId ?? '', nameKey(made?.column ?? '')];
    }
    case 'indirect-flow': {
      const { tier, subtype, source, steps } = finding;
      const decides = steps.find(({ type }) => type === 'INDIRECT')?.uniqueId ?? '';
      // All columns of a DISTINCT, a GROUP BY or a PARTITION BY group the rows together.
      const column = subtype === 'GROUP_BY' || subtype === 'WINDOW' ? [] : [source.uniqueId, nameKey(source.column)];
      return [tier.name, subtype, decides, ...column];
    }
    case 'unknown-flow':
      // `it reads a, which is unknown: it reads b, which is unknown: …` has its cause at the end.
      return [finding.tier.name, finding.reason.split(', which is unknown: ').at(-1) ?? ''];
    case 'undeclared-column':
      return [finding.relation];
    case 'pii-in-schema': {
      const { schema, tier, holder } = finding;
      if (holder.kind === 'schema') return undefined;
      // Without a source, the table cannot be traced.
      const source = holder.source ? [holder.source.uniqueId, nameKey(holder.source.column)] : [];
      return [schema, tier.name, ...source];
    }
    case 'value-leak':
    case 'small-group':
    case 'untagged-pii':
    case 'waiver-expired':
    case 'waiver-unused':
    case 'unverified-mask':
    case 'weak-mask-secret':
    case 'secret-exposed':
    case 'contract-weakened':
      return undefined;
    default:
      return unreachable(finding);
  }
}
