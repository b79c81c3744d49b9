import type { Placement } from '../project/node.ts';
import { quoteIdentifier } from '../warehouse/relation.ts';

/** `"warehouse"."marts"."funnel"` */
export function relationOf({ database, schema, alias }: Placement): string {
  return [database, schema, alias].map(quoteIdentifier).join('.');
}
