import { AGGREGATES, aggregateKind } from '../../lineage/plan/function-kinds.ts';
import { objectOf, type ParseNode, textOf } from '../../warehouse/parse-sql.ts';

/** Whether a call of this name gives one value for several rows. */
export function isAggregate({ type, function_name }: ParseNode): boolean {
  return type === 'FUNCTION' && AGGREGATES.has(textOf(function_name).toLowerCase());
}

/** Whether an aggregate gives a number about all the values it reads, and not one of them. */
export function isSummary({ function_name }: ParseNode): boolean {
  const kind = aggregateKind(textOf(function_name).toLowerCase());
  return kind === 'summarises' || kind === 'counts';
}

/** The aggregates, or windows, of an expression; those of its subqueries are theirs. */
export function callsIn(value: unknown, isWanted: (part: ParseNode) => boolean): readonly ParseNode[] {
  if (Array.isArray(value)) return value.flatMap((entry) => callsIn(entry, isWanted));
  const part = objectOf(value);
  if (!part || part['type'] === 'SUBQUERY') return [];
  const inside = Object.values(part).flatMap((entry) => callsIn(entry, isWanted));
  return isWanted(part) ? [part, ...inside] : inside;
}
