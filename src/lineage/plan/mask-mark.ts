import type { BoundFunction, Expression } from './expression.ts';
import { constantOf } from './function-kinds.ts';
import type { Mark, Scope } from './scope.ts';

/**
 * The mark that a call takes its field from, and the marked expression: `struct_pack(<mark> := inner).<mark>` is the
 * output of a declared mask (`query/mask-marker.ts`). `undefined` for any other call.
 */
export function markOf(
  { name, children: [from, index] }: BoundFunction,
  scope: Scope,
): (Mark & Pick<BoundFunction, 'offset'> & { readonly inner: Expression }) | undefined {
  const key = index && constantOf(index);
  if (name !== 'struct_extract' || typeof key !== 'string') return undefined;
  if (from?.type !== 'BOUND_FUNCTION' || from.name !== 'struct_pack') return undefined;
  const mark = scope.marks.get(key);
  const [inner, ...others] = from.children;
  if (!mark || !inner || others.length > 0 || from.fieldNames[0] !== key) return undefined;
  return { ...mark, inner, offset: from.offset };
}
