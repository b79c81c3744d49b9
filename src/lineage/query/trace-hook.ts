import type { QueryNode } from '../../project/node.ts';
import { UserError } from '../../user-error.ts';
import type { HookWrite } from '../../warehouse/hooks/hook-statement.ts';
import { writtenColumns, writtenRows } from '../../warehouse/hooks/written-rows.ts';
import type { QueryTrace } from '../query-trace.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import { locateTrace } from './locate-trace.ts';
import { planPlain } from './plan-query.ts';
import type { QueryContext } from './query-context.ts';

/**
 * Trace of the rows that a hook of a node writes into its table, as a query over the tables that it reads. The output
 * of masks in a hook is not marked, so it counts as clear.
 * @throws {UnknownFlow} where the statement cannot be followed
 */
export async function traceHookWrite(node: QueryNode, write: HookWrite, context: QueryContext): Promise<QueryTrace> {
  const { shadow } = context;
  await shadow.ready();
  const columns = shadow.columnsOf(node.uniqueId) ?? [];
  if (write.kind === 'create' || write.kind === 'drop')
    throw new UnknownFlow('one of its hooks creates or drops its table');
  const text = { text: writtenRows(write, node, columns).text, origin: () => ({ location: node.location, calls: [] }) };
  try {
    const { trace } = await planPlain(node, text, context);
    return locateTrace(trace, text, writtenColumns(write, columns), node.location);
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    throw new UnknownFlow('one of its hooks writes rows that cannot be traced');
  }
}
