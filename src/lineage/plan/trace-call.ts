import type { ByteOffset } from '../../warehouse/offset.ts';
import type { Part } from '../share.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import {
  assembleFlows,
  opposeFlows,
  partFlows,
  shownByCount,
  testedFlows,
  transformFlows,
} from './flows/change-flows.ts';
import { type FlowSet, union, withoutGenerated } from './flows/flow-set.ts';
import { SIZE_ARGUMENTS, words } from './flows/function-kinds.ts';
import { givesVaryingPieces, partOf } from './flows/parts.ts';
import { pieceFlows, sizeFlows } from './flows/size-flows.ts';
import { differFlows, ROW_KEY } from './flows/summary-flows.ts';
import { flowsOf, NO_VALUE, type Value } from './flows/value.ts';
import type { BoundFunction, Expression } from './read/expression.ts';
import type { Scope } from './scope.ts';

/** Flows into the result of a scalar function, from the values of its arguments. */
export function traceCall(call: BoundFunction, values: readonly Value[], { comparisons }: Scope): FlowSet {
  if (call.name === 'setseed' && values.some((value) => withoutGenerated(flowsOf(value)).size > 0)) {
    throw new UnknownFlow('setseed() of a column, which random() then gives back');
  }
  if (ROW_KEYS.has(call.name)) return ROW_KEY;
  if (call.valueType === 'BOOLEAN') {
    comparisons.compare(values.map(flowsOf));
    return union(
      ...call.children.map((child, index) =>
        testFlows(child, flowsOf(values[index] ?? NO_VALUE), call.offset, `test ${call.offset?.utf8Bytes}`),
      ),
    );
  }
  const sizes = SIZE_ARGUMENTS.get(call.name) ?? [];
  const sets = values.map((value, index) => (sizes.includes(index) ? sizeFlows(flowsOf(value)) : flowsOf(value)));
  const isBeside = BESIDE.has(call.name) && call.valueType === 'VARCHAR';
  const put = assembleFlows(sets, isBeside ? 'beside' : 'against');
  const seen = isBeside || UNCOMPARED.has(call.name) ? put : opposeFlows(put);
  const assembled = sets.length > 1 ? differFlows(sets, seen) : seen;
  const part = partOf(call.name, call.children);
  if (part !== undefined) return partFlows(assembled, part, call.offset);
  const made = transformFlows(assembled, call.offset);
  return givesVaryingPieces(call.name, call.children) ? pieceFlows(made) : made;
}

/** Functions that give another value for each row. */
const ROW_KEYS: ReadonlySet<string> = new Set(words('gen_random_uuid random uuid uuidv4 uuidv7'));
/** Functions that concatenate texts. */
const BESIDE: ReadonlySet<string> = new Set(words('|| concat concat_ws'));
/** Functions of one text that do not compare its pieces with each other. */
const UNCOMPARED: ReadonlySet<string> = new Set(words('hash lower md5 md5_number sha1 sha256 trim upper'));

/**
 * Flows of a value into the result of a test on it. The result is a part of the value; a test of a boolean keeps all of
 * it.
 */
export function testFlows(
  { valueType }: Expression,
  read: FlowSet,
  offset: ByteOffset | undefined,
  test: Part,
): FlowSet {
  return valueType === 'BOOLEAN' ? transformFlows(read, offset) : testedFlows(read, test, offset);
}

/** Flows of a value that is NULL or not by what it is computed from: that compares the values it reads. */
export function orNull(made: FlowSet, reads: readonly FlowSet[], { comparisons }: Scope): FlowSet {
  comparisons.compare(reads);
  return shownByCount(made, 'values');
}
