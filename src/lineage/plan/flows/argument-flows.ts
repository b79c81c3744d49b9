import { unreachable } from '../../../unreachable.ts';
import { UnknownFlow } from '../../unknown-flow.ts';
import type { BoundAggregate, BoundWindow } from '../read/expression.ts';
import { aggregateFlows, influenceOf, pickingFlows, transformFlows } from './change-flows.ts';
import { type FlowSet, union } from './flow-set.ts';
import { type AggregateKind, aggregateKind, partialAggregateKind, WINDOWS } from './function-kinds.ts';
import { summarizeFlows } from './summary-flows.ts';

/**
 * Flows from the arguments of an aggregate into its result.
 *
 * @param children the flows of each argument
 * @param distinguishing flows of the columns that group and filter the rows
 */
export function argumentFlows(
  children: readonly FlowSet[],
  kind: AggregateKind,
  distinguishing: FlowSet,
  { offset, isDistinct }: Pick<BoundAggregate, 'offset' | 'isDistinct'>,
): FlowSet {
  switch (kind) {
    case 'keeps':
      return aggregateFlows(union(...children), offset);
    case 'keeps-first':
      return union(
        aggregateFlows(union(...children.slice(0, 1)), offset),
        pickingFlows(union(...children.slice(1)), offset),
      );
    case 'summarises':
      return summarizeFlows(union(...children), offset, distinguishing);
    case 'counts':
      return summarizeFlows(union(...children), offset, distinguishing, isDistinct ? 'different values' : 'values');
    default:
      return unreachable(kind);
  }
}

/** Whether an aggregate counts different values. */
export function countsDifferent({
  name,
  isDistinct,
}: Pick<BoundAggregate | BoundWindow, 'name' | 'isDistinct'>): boolean {
  return isDistinct || name === 'approx_count_distinct';
}

/**
 * Flows from the arguments of a window function into its result.
 *
 * @param children the flows of each argument
 * @param distinguishing flows of the columns that filter the rows
 * @throws {UnknownFlow} for a function this version does not know
 */
export function windowFlows(call: BoundWindow, children: readonly FlowSet[], distinguishing: FlowSet): FlowSet {
  if (call.name !== undefined) {
    const kind = call.allRows ? aggregateKind(call.name) : partialAggregateKind(call.name);
    return argumentFlows(children, kind, distinguishing, { offset: call.offset, isDistinct: countsDifferent(call) });
  }
  const kind = WINDOWS.get(call.window);
  switch (kind) {
    case 'value':
      return transformFlows(union(...children), call.offset);
    case 'rank':
      return influenceOf(union(...children), 'WINDOW', call.offset);
    case undefined:
      throw new UnknownFlow(`window function ${call.window}`);
    default:
      return unreachable(kind);
  }
}
