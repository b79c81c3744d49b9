import { incrementalSettings, rowConditions } from '../../project/incremental-settings.ts';
import type { QueryNode } from '../../project/node.ts';
import { unreachable } from '../../unreachable.ts';
import type { QueryTrace } from '../query-trace.ts';
import { withConditions, withReplacedRows, withValues } from './merge-queries.ts';

/** Adds what decides which rows of an incremental model a later run replaces, and by which values. */
export function withReplacement(query: QueryTrace, node: QueryNode): QueryTrace {
  const settings = incrementalSettings(node);
  const { strategy, mergeConditions } = settings;
  const condition = (text: string) => ({ text, alias: node.alias });
  const values = [...mergeConditions.values].map(([name, text]) => [name, condition(text)] as const);
  const valued = strategy === 'merge' ? withValues(query, new Map(values)) : query;
  return withConditions(withReplacedRows(valued, uniqueKey(node)), rowConditions(settings).map(condition));
}

/** The columns, or the expression, by which a later run replaces rows; the strategy `append` replaces none. */
function uniqueKey(node: QueryNode): readonly string[] {
  const { strategy, uniqueKey: key } = incrementalSettings(node);
  if (strategy === 'append') return [];
  switch (key.kind) {
    case 'columns':
      return key.columns;
    case 'expression':
      return [key.text];
    default:
      return unreachable(key);
  }
}
