import { unreachable } from '../../../unreachable.ts';
import { UnknownFlow } from '../../unknown-flow.ts';
import type { BoundAggregate, BoundWindow } from '../read/expression.ts';
import { aggregateFlows, influenceOf, pickingFlows, shownByCount, transformFlows } from './change-flows.ts';
import { type FlowSet, union } from './flow-set.ts';
import { type AggregateKind, aggregateKind, partialAggregateKind, WINDOWS, words } from './function-kinds.ts';
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
  call: AggregateCall,
): FlowSet {
  const { offset } = call;
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
      return countFlows(union(...children), distinguishing, call);
    default:
      return unreachable(kind);
  }
}

function countFlows(
  flows: FlowSet,
  distinguishing: FlowSet,
  { name = '', offset, isDistinct }: AggregateCall,
): FlowSet {
  const countsDifferent = isDistinct || name === 'approx_count_distinct';
  // Whether a row counts is in the very value of a condition.
  const counted = TRUE_COUNTS.has(name) ? shownByCount(flows, 'values') : flows;
  return summarizeFlows(counted, offset, distinguishing, countsDifferent ? 'different values' : 'values');
}

type AggregateCall = Pick<BoundAggregate | BoundWindow, 'name' | 'offset' | 'isDistinct'>;

/** Aggregates that count the rows in which a condition is true. */
const TRUE_COUNTS: ReadonlySet<string> = new Set(words('count_if countif'));

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
    return argumentFlows(children, kind, distinguishing, call);
  }
  const kind = WINDOWS.get(call.window);
  switch (kind) {
    case 'value':
      // The others say which row the value is taken from, if there is one.
      return transformFlows(
        union(...children.slice(0, 1), shownByCount(union(...children.slice(1)), 'values')),
        call.offset,
      );
    case 'rank':
      return influenceOf(union(...children), 'WINDOW', call.offset);
    case undefined:
      throw new UnknownFlow(`window function ${call.window}`);
    default:
      return unreachable(kind);
  }
}
