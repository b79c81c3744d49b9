import type { Lineage } from '../../lineage/flow.ts';
import type { Classification } from '../classify.ts';
import { VALUE_KINDS, type ValueKind } from './mask-values.ts';

/**
 * What a mask is given in this project: a mask of phone numbers need not hide names. Everything, where a column is of a
 * type that says nothing, nobody uses the mask, or a model could not be traced.
 */
export function kindsGiven(macro: string, lineage: Lineage, classification: Classification): ReadonlySet<ValueKind> {
  const kinds = new Set<ValueKind>();
  for (const node of lineage.nodes.values()) {
    if (node.status === 'unknown') return ALL;
    for (const { masks, source } of [...node.columns.flatMap(({ flows }) => flows), ...node.dataset]) {
      const column = masks.includes(macro) ? classification.find(source) : undefined;
      if (!column) continue;
      const kind = kindOf(column.piiType);
      if (!kind) return ALL;
      kinds.add(kind);
    }
  }
  return kinds.size > 0 ? kinds : ALL;
}

const ALL: ReadonlySet<ValueKind> = new Set(VALUE_KINDS);

/** By the words in `meta.pii_type`, the more special first: `user_name` is no name of a person. */
function kindOf(piiType: string): ValueKind | undefined {
  return WORDS.find(([pattern]) => pattern.test(piiType))?.[1];
}

const WORDS: readonly (readonly [RegExp, ValueKind])[] = [
  [/e-?mail/i, 'e-mail'],
  [/phone|mobile|fax/i, 'phone number'],
  [/birth|dob/i, 'birth date'],
  [/user_?name|login|nick|handle/i, 'user name'],
  [/name/i, 'name'],
];
