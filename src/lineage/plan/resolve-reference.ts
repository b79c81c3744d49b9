import { UnknownFlow } from '../unknown-flow.ts';
import type { TracedColumn, Value } from './flows/value.ts';
import type { TypeKey } from './read/expression.ts';

/**
 * The value of the column that a reference points at. Both must have the same type: a mismatch means that the reference
 * points at a wrong column.
 */
export function resolveReference(column: TracedColumn | undefined, type: TypeKey): Value {
  if (!column) throw new UnknownFlow('plan with a reference to no column');
  if (column.type !== undefined && column.type !== type && withoutCollation(column.type) !== withoutCollation(type))
    throw new UnknownFlow('plan with a reference to a column of another type');
  return column.value;
}

/** COLLATE retypes a column where it is read and leaves its values as they are. */
function withoutCollation(type: TypeKey): string {
  return type.replaceAll(/\{"type":"STRING_TYPE_INFO",[^{}]*\}/g, 'null').replace(/ null$/, '');
}
