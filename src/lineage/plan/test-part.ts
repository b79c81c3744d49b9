import type { Part } from '../share.ts';
import type { FlowSet } from './flows/flow-set.ts';
import { isPinning } from './flows/summary-flows.ts';
import type { BoundComparison, BoundOperator } from './read/expression.ts';

/** The part of a value that a test shows. Tests at different places are different parts. */
export function testPart({ operator, offset }: BoundComparison | BoundOperator, reads: readonly FlowSet[]): Part {
  if (NULL_TESTS.has(operator)) return 'test null';
  const isOfOneValue = isPinning(operator, reads);
  return `test ${isOfOneValue ? '= ' : ''}${offset?.utf8Bytes}`;
}

const NULL_TESTS: ReadonlySet<string> = new Set(['OPERATOR_IS_NULL', 'OPERATOR_IS_NOT_NULL']);
