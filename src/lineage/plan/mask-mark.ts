import { constantOf } from './flows/function-kinds.ts';
import type { BoundFunction, Expression } from './read/expression.ts';
import type { Mark, Scope } from './scope.ts';

/** A marked expression in a plan. */
interface MarkedExpression extends Mark, Pick<BoundFunction, 'offset'> {
  /** The output of the mask. */
  readonly inner: Expression;
  /** The expression that the mask got; `undefined` where its output did not show it. */
  readonly argument: Expression | undefined;
}

/** Name of the struct field with the argument of a mask, beside the field with the mark's own name. */
export function argumentTag(tag: string): string {
  return `${tag}_of`;
}

/**
 * The mark that a call takes its field from, and the marked expression: `struct_pack(<mark> := inner, <mark>_of :=
 * argument).<mark>` is the output of a declared mask (`query/mask-marker.ts`). `undefined` for any other call.
 */
export function markOf({ name, children: [from, index] }: BoundFunction, scope: Scope): MarkedExpression | undefined {
  const key = index && constantOf(index);
  if (name !== 'struct_extract' || typeof key !== 'string') return undefined;
  if (from?.type !== 'BOUND_FUNCTION' || from.name !== 'struct_pack') return undefined;
  const mark = scope.marks.get(key);
  const [inner, argument, ...others] = from.children;
  if (!mark || !inner || others.length > 0 || from.fieldNames[0] !== key) return undefined;
  if (argument && from.fieldNames[1] !== argumentTag(key)) return undefined;
  return { ...mark, inner, argument, offset: from.offset };
}
