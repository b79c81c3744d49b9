import type { QueryNode } from '../../project/node.ts';
import { pathsIn } from '../../project/paths-in.ts';
import type { CompiledNode } from '../../project/project.ts';
import { type ProjectSql, projectSql } from '../../sql.ts';
import { UserError } from '../../user-error.ts';
import { findRefusedBound } from '../../warehouse/functions/bound-functions.ts';
import { findRefusedCall } from '../../warehouse/functions/refused-call.ts';
import type { Revealed } from '../plan/comparisons.ts';
import { readPlan } from '../plan/read/read-plan.ts';
import type { Mark } from '../plan/scope.ts';
import { tracePlan } from '../plan/trace-operator.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import type { MaskMarker } from './mask-marker.ts';
import type { QueryContext } from './query-context.ts';
import { notOneQuery, refusedQuery, requireAllowed } from './refused-sql.ts';
import { requireInput } from './require-inputs.ts';

export interface PlannedQuery {
  readonly trace: Revealed;
  /** The serialized plan; `mentionedTexts` reads the texts in it. */
  readonly plan: unknown;
  /** Unique ids of the tables that the query reads, also of those that it names without ref(). */
  readonly inputs: ReadonlySet<string>;
}

/**
 * Traces the plain text of a node, without marks.
 *
 * @throws {UserError} for a mistake in the SQL, at its place
 * @throws {UnknownFlow} for a query that cannot be traced
 */
export async function planPlain(
  node: QueryNode,
  sql: CompiledNode['sql'],
  context: QueryContext,
): Promise<PlannedQuery> {
  await requireAllowed(sql, context);
  const answer = await context.shadow.warehouse.plan(projectSql(sql.text));
  if (!answer.ok) throw refusedQuery(node, sql, answer, context);
  const [plan, ...others] = answer.plans;
  if (plan === undefined || others.length > 0) throw new UserError(notOneQuery(node, answer.plans.length));
  return tracedPlan(plan, new Map(), context);
}

/**
 * Traces the marked text of a node, with marks around the output of masks.
 *
 * @throws {UnknownFlow} also if the engine refuses the text: the plain text is correct, so the marks are the cause
 */
export async function planMarked(
  sql: CompiledNode['sql'],
  marker: MaskMarker,
  context: QueryContext,
): Promise<PlannedQuery> {
  await requireAllowed(sql, context);
  const answer = await context.shadow.warehouse.plan(projectSql(sql.text));
  if (!answer.ok || answer.plans.length !== 1) throw new UnknownFlow('a mask in a place where it cannot be followed');
  return tracedPlan(answer.plans[0], marker.marks(), context);
}

/**
 * Traces a query that a template runs (`run_query`, `statement`).
 *
 * @throws {UnknownFlow}
 */
export async function planTemplateQuery(
  query: ProjectSql,
  marker: MaskMarker,
  context: QueryContext,
): Promise<PlannedQuery> {
  const { warehouse } = context.shadow;
  const refused = await findRefusedCall(query, warehouse);
  const answer = refused ? undefined : await warehouse.plan(query);
  if (!answer?.ok || answer.plans.length !== 1) {
    throw new UnknownFlow('a query of its template that cannot be traced');
  }
  if (readsCatalog(answer.plans[0])) throw new UnknownFlow('a template that queries the catalog for relations');
  return tracedPlan(answer.plans[0], marker.marks(), context);
}

/** DuckDB: all of `information_schema` and `pg_catalog` are views over such table functions. */
function readsCatalog(plan: unknown): boolean {
  if (Array.isArray(plan)) return plan.some(readsCatalog);
  if (typeof plan !== 'object' || plan === null) return false;
  const isScan = 'type' in plan && plan.type === 'LOGICAL_GET';
  if (isScan && 'name' in plan && /^(duckdb|pragma|pg|sqlite)_/.test(String(plan.name))) return true;
  return Object.values(plan).some(readsCatalog);
}

function tracedPlan(plan: unknown, marks: ReadonlyMap<string, Mark>, context: QueryContext): PlannedQuery {
  const refused = findRefusedBound(plan);
  if (refused !== undefined) throw new UnknownFlow(refused);
  const inputs = new Set<string>();
  const trace = tracePlan(readPlan(plan), {
    marks,
    pathsOf: pathsIn(context.project),
    ownerOf: (table) => {
      const owner = context.shadow.ownerOf(table);
      if (owner !== undefined) inputs.add(owner);
      return owner;
    },
  });
  for (const input of inputs) requireInput(input, context);
  return { trace, plan, inputs };
}
