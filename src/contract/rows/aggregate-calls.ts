import { AGGREGATES, aggregateKind } from '../../lineage/plan/flows/function-kinds.ts';
import { objectOf, type ParseNode, textOf } from '../../warehouse/parse-sql.ts';

/** Whether a parse node calls an aggregate, which gives one value for several rows. */
export function isAggregate({ type, function_name }: ParseNode): boolean {
  return type === 'FUNCTION' && AGGREGATES.has(textOf(function_name).toLowerCase());
}

/** Whether an aggregate gives a number about all the values it reads, and not one of them. */
export function isSummary({ function_name }: ParseNode): boolean {
  const kind = aggregateKind(textOf(function_name).toLowerCase());
  return kind === 'summarises' || kind === 'counts';
}

/** The parts of an expression that are wanted, such as aggregates or windows. Those in its subqueries are left out. */
export function callsIn(value: unknown, isWanted: (part: ParseNode) => boolean): readonly ParseNode[] {
  if (Array.isArray(value)) return value.flatMap((entry) => callsIn(entry, isWanted));
  const part = objectOf(value);
  if (!part || part['type'] === 'SUBQUERY') return [];
  const inside = Object.values(part).flatMap((entry) => callsIn(entry, isWanted));
  return isWanted(part) ? [part, ...inside] : inside;
}
