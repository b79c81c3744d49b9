import type { Lineage } from '../../lineage/flow.ts';
import type { Classification } from '../classify.ts';
import { VALUE_KINDS, type ValueKind } from './mask-values.ts';

/**
 * The kinds of values that a mask is given in this project: a mask of phone numbers need not hide names. All kinds where
 * the `pii_type` of a column says nothing, no model uses the mask, or a model could not be traced.
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

/** The kind that a word in `meta.pii_type` names, special ones first: `user_name` is not the name of a person. */
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
