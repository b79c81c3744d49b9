import { EXPRESSION_FUNCTIONS, REFUSALS, refusalOf } from './judgements.ts';

/**
 * The refusal of the first function in a bound plan that no statement of a project may run: `f() is refused: it …`.
 * Unlike a text, a plan shows the functions inside of the engine's macros and views. Functions of the judgement
 * `internal` are allowed here, since the binder adds them itself. Other checks look at the tables.
 *
 * @param plan of a statement, as DuckDB serializes it
 */
export function findRefusedBound(plan: unknown): string | undefined {
  if (Array.isArray(plan)) return firstOf(plan);
  if (typeof plan !== 'object' || plan === null) return undefined;
  return refusedHere(plan) ?? firstOf(Object.values(plan));
}

function firstOf(parts: readonly unknown[]): string | undefined {
  for (const part of parts) {
    const refused = findRefusedBound(part);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function refusedHere(node: object): string | undefined {
  if (!('expression_class' in node) || !BOUND.has(node.expression_class)) return undefined;
  const name = 'name' in node && typeof node.name === 'string' ? node.name.toLowerCase() : '';
  const judgement = EXPRESSION_FUNCTIONS.get(name);
  const reason = judgement && refusalOf(judgement);
  return reason === undefined || reason === REFUSALS.internal ? undefined : `${name}() is refused: it ${reason}`;
}

const BOUND: ReadonlySet<unknown> = new Set(['BOUND_FUNCTION', 'BOUND_AGGREGATE', 'BOUND_WINDOW']);
