import type { ProgressEvent } from '../progress.ts';
import type { Operation } from '../project/hooks.ts';
import { unreachable } from '../unreachable.ts';
import type { NodeResult } from './node-result.ts';
import type { RunnableNode } from './run-node.ts';

const STEP_STATUS = { success: 'ok', pass: 'ok', warn: 'warn', fail: 'fail', error: 'fail', skipped: 'skip' } as const;

/** The progress event of a node that has ended: its name, status, duration and number of rows. */
export function buildStep(
  node: RunnableNode | Operation,
  { status, message, rows, milliseconds }: NodeResult,
): ProgressEvent {
  const count = rows === undefined ? '' : `, ${rows.toLocaleString('en-US')} rows`;
  const remark = message === undefined ? '' : `: ${message}`;
  return {
    kind: 'step',
    stage: 'build',
    text: `${subjectOf(node)}${count}${remark} ${(milliseconds / 1000).toFixed(2)} s`,
    status: STEP_STATUS[status],
  };
}

function subjectOf(node: RunnableNode | Operation): string {
  if ('when' in node) return `hook ${node.name}`;
  switch (node.resourceType) {
    case 'test':
      return `test ${node.name}`;
    case 'unit_test':
      return `unit test ${node.model}::${node.name}`;
    case 'model':
    case 'snapshot':
    case 'seed':
      return `${node.config.materialized} ${node.schema}.${node.alias}`;
    default:
      return unreachable(node);
  }
}
